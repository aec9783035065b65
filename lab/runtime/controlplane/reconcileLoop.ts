import { EarliestTimer } from "./earliestTimer";

/**
 * Calls `reconcile` soon after somebody asked for it: once, however many asked meanwhile, and never
 * while the one who asks is still at work.
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

  /** @param milliseconds from now, 0 or more; only the earliest time asked for counts */
  wakeIn(milliseconds: number): void {
    if (!this.isStopped) this.timer.set(milliseconds);
  }

  /** For good. */
  stop(): void {
    this.isStopped = true;
    clearImmediate(this.scheduled);
    this.timer.clear();
  }
}
