/** How long to wait before a connection that the browser gave up is tried again, in milliseconds. */
const retryMs = 2000;

/**
 * Follows the lab's events for as long as the page is open. The browser itself comes back after a
 * lost connection; it gives up when it gets an error for an answer.
 */
export function follow({ onSnapshot, onChange, onLost }) {
  let isLost = false;
  const connect = () => {
    const source = new EventSource("/_lab/api/events");
    source.addEventListener("snapshot", ({ data }) => {
      isLost = false;
      onSnapshot(JSON.parse(data));
    });
    source.addEventListener("change", ({ data }) => onChange(JSON.parse(data)));
    source.addEventListener("error", () => {
      if (!isLost) onLost(new Date());
      isLost = true;
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, retryMs);
    });
  };
  connect();
}

/** Asks the lab to do something. Rejects with its reason when it does not. */
export async function act(action) {
  const token = document.querySelector("meta[name=lab-token]").content;
  const response = await fetch("/_lab/api/actions", {
    method: "POST",
    headers: { "content-type": "application/json", "x-lab-token": token },
    body: JSON.stringify(action),
  });
  if (!response.ok) throw new Error(await response.text());
}
