import { EarliestTimer } from "./earliestTimer";

/**
 * Calls `reconcile` soon after a request: once for all requests made in the meantime, and never synchronously.
 */
export class ReconcileLoop {
  private scheduled: NodeJS.Immediate | undefined;
  private isStopped = false;
  private readonly timer = new EarliestTimer(() => {
    this.wake();
  });

  constructor(private readonly reconcile: () => void) {}

  wake(): void {
    if (this.isStopped) return;
    this.scheduled ??= setImmediate(() => {
      this.scheduled = undefined;
      this.reconcile();
    });
  }

  /** @param milliseconds from now, 0 or more; only the earliest requested time counts */
  wakeIn(milliseconds: number): void {
    if (!this.isStopped) this.timer.set(milliseconds);
  }

  /** Stops permanently. */
  stop(): void {
    this.isStopped = true;
    clearImmediate(this.scheduled);
    this.timer.clear();
  }
}
