import { EarliestTimer } from "../runtime/controlplane/earliestTimer";

/** How long changes are collected before listeners are notified, in milliseconds. */
const collectMs = 100;

/** Notifies listeners of changes, once for all that happen within a tenth of a second. */
export class ChangeNotifier {
  private readonly listeners = new Set<() => void>();
  private readonly timer = new EarliestTimer(() => {
    for (const listener of [...this.listeners]) listener();
  });

  /** Reports a change. Costs nothing while nobody listens. */
  notify(): void {
    if (this.listeners.size > 0) this.timer.set(collectMs);
  }

  /** Returns a function that stops it. */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.timer.clear();
    };
  }
}
