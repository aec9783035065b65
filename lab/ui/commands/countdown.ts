/** `, 8 s left` until a time; empty if there is none or it has passed. */
export function timeLeft(until: string | undefined, now = Date.now()): string {
  const seconds = until === undefined ? 0 : Math.ceil((Date.parse(until) - now) / 1000);
  return seconds > 0 ? `, ${seconds} s left` : "";
}
