/** How far back requests are counted, in seconds. */
export const METER_SECONDS = 10;

/**
 * Counts the targets' requests of the last seconds, starting over whenever targets or weights change, so that measured
 * values match the present configuration.
 */
export class RequestMeter {
  /** By task and second. */
  private counts = new Map<string, Map<number, number>>();
  private timer: NodeJS.Timeout | undefined;

  /** @param onMeasured called once a second while there is anything to report */
  constructor(private readonly onMeasured: () => void) {}

  count(taskArn: string): void {
    const second = secondOf(Date.now());
    const own = this.counts.get(taskArn) ?? new Map<number, number>();
    own.set(second, (own.get(second) ?? 0) + 1);
    this.counts.set(taskArn, own);
    this.wait();
  }

  /** Discards the counts after targets or weights have changed. */
  restart(): void {
    this.counts = new Map();
  }

  /** Requests to a task in the last {@link METER_SECONDS}. */
  recent(taskArn: string): number {
    const first = secondOf(Date.now()) - METER_SECONDS + 1;
    let sum = 0;
    for (const [second, count] of this.counts.get(taskArn) ?? []) if (second >= first) sum += count;
    return sum;
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private wait(): void {
    if (this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      const first = secondOf(Date.now()) - METER_SECONDS + 1;
      for (const [taskArn, own] of this.counts) {
        for (const second of own.keys()) if (second < first) own.delete(second);
        if (own.size === 0) this.counts.delete(taskArn);
      }
      if (this.counts.size > 0) this.wait();
      this.onMeasured();
    }, 1000);
    this.timer.unref();
  }
}

const secondOf = (ms: number): number => Math.floor(ms / 1000);
