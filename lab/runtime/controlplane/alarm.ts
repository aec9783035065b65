/** Rings once at the earliest of the times it was set to; set again, it may ring again. */
export class Alarm {
  private timer: NodeJS.Timeout | undefined;
  private at = Infinity;

  constructor(private readonly ring: () => void) {}

  /** @param milliseconds from now, 0 or more; a later time than the one set changes nothing */
  in(milliseconds: number): void {
    const at = Date.now() + milliseconds;
    if (at >= this.at) return;
    this.off();
    this.at = at;
    this.timer = setTimeout(() => {
      this.at = Infinity;
      this.ring();
    }, milliseconds);
  }

  off(): void {
    clearTimeout(this.timer);
    this.at = Infinity;
  }
}
