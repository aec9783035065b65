/** Identifies an execution: any object. */
type Execution = object;

interface Waiting {
  readonly execution: Execution;
  readonly settle: (entered: boolean) => void;
}

/**
 * The entrance of a stage, which takes one execution at a time. In mode SUPERSEDED, a later execution replaces a
 * waiting one; in mode QUEUED they wait in line; in mode PARALLEL none waits. Source: AWS CodePipeline User Guide, "Set
 * or change the pipeline execution mode".
 */
export class StageGate {
  private holder: Execution | undefined;
  private waiting: Waiting[] = [];

  constructor(private readonly mode: "QUEUED" | "SUPERSEDED" | "PARALLEL") {}

  /** Resolves to true when the execution has entered the stage, to false if it was superseded. */
  enter(execution: Execution): Promise<boolean> {
    if (this.mode === "PARALLEL") return Promise.resolve(true);
    if (this.holder === undefined) {
      this.holder = execution;
      return Promise.resolve(true);
    }
    return new Promise((settle) => {
      if (this.mode === "SUPERSEDED") {
        for (const one of this.waiting.splice(0)) one.settle(false);
      }
      this.waiting.push({ execution, settle });
    });
  }

  /** Leaves the stage, or the line in front of it. */
  leave(execution: Execution): void {
    this.waiting = this.waiting.filter((one) => one.execution !== execution);
    if (this.holder !== execution) return;
    const next = this.waiting.shift();
    this.holder = next?.execution;
    next?.settle(true);
  }
}
