/** How often countdowns are updated, in milliseconds. */
const tickMs = 1000;

let timer;

/** Updates all countdowns to the seconds left. Call it after each change of the page. */
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
  // No timer runs while there is no countdown.
  if (isWaiting) timer = setTimeout(countDown, tickMs);
}
