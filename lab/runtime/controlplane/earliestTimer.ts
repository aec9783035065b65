/** A timer that fires once, at the earliest of the times it was set to; then it can be set again. */
export class EarliestTimer {
  private timer: NodeJS.Timeout | undefined;
  private at = Infinity;

  constructor(private readonly callback: () => void) {}

  /** @param milliseconds from now, 0 or more; a time later than the one already set has no effect */
  set(milliseconds: number): void {
    const at = Date.now() + milliseconds;
    if (at >= this.at) return;
    this.clear();
    this.at = at;
    this.timer = setTimeout(() => {
      this.at = Infinity;
      this.callback();
    }, milliseconds);
  }

  clear(): void {
    clearTimeout(this.timer);
    this.at = Infinity;
  }
}
