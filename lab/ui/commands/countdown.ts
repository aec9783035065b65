/** `, 8 s left` until a time, or nothing where there is none or it has come. */
export function timeLeft(until: string | undefined, now = Date.now()): string {
  const seconds = until === undefined ? 0 : Math.ceil((Date.parse(until) - now) / 1000);
  return seconds > 0 ? `, ${seconds} s left` : "";
}
