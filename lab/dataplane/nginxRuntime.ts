import type { RunningTask, RuntimeOptions, TaskRuntime, TaskSpec } from "./runtime";

/** WIP */
export class NginxRuntime implements TaskRuntime {
  readonly name = "nginx";
  constructor(
    private readonly options: RuntimeOptions,
    private readonly program: string,
  ) {}
  static async find(): Promise<string | undefined> {
    return undefined;
  }
  async prepare(): Promise<void> {}
  async startTask(_spec: TaskSpec): Promise<RunningTask> {
    throw new Error(`not yet ${this.program} ${this.options.workDir}`);
  }
}
