/** How often countdowns change, in milliseconds. */
const tickMs = 1000;

let timer;

/** Writes the seconds left beside what ends at a known time; to be called after each change of the page. */
export function countDown() {
  clearTimeout(timer);
  const now = Date.now();
  let isWaiting = false;
  for (const element of document.querySelectorAll("[data-until]")) {
    const left = Math.ceil((Date.parse(element.dataset.until) - now) / 1000);
    const text = left > 0 ? `${left} s left` : "";
    if (element.textContent !== text) element.textContent = text;
    isWaiting ||= left > 0;
  }
  // Nothing ticks while nothing waits.
  if (isWaiting) timer = setTimeout(countDown, tickMs);
}
