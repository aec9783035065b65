/** How long to wait before reconnecting after the browser has given up, in milliseconds. */
const retryMs = 2000;

/**
 * Follows the lab's events while the page is open. The browser itself reconnects after a lost connection; it gives up
 * after an error response.
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

/** Asks the lab to perform an action. Rejects with the lab's reason if it fails. */
export async function act(action) {
  const token = document.querySelector("meta[name=lab-token]").content;
  const response = await fetch("/_lab/api/actions", {
    method: "POST",
    headers: { "content-type": "application/json", "x-lab-token": token },
    body: JSON.stringify(action),
  });
  if (!response.ok) throw new Error(await response.text());
}
