import type { Pace, PacedWait } from "../pace";

/** The time that AWS takes to provision a task, before its containers may start. */
export class Provisioning {
  /** Resolves when the containers may start, or are no longer needed. */
  readonly done: Promise<void>;
  private pending: PacedWait | undefined;
  private resolve: () => void = () => undefined;

  constructor(pace: Pace) {
    this.done = new Promise((resolve) => {
      this.resolve = resolve;
    });
    this.pending = pace.after(
      ({ taskStartMs }) => taskStartMs,
      () => {
        this.end();
      },
    );
  }

  /** The current wait; undefined once it has ended. */
  get wait(): PacedWait | undefined {
    return this.pending;
  }

  end(): void {
    this.pending?.cancel();
    this.pending = undefined;
    this.resolve();
  }
}
