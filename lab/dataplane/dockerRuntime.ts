import type { RunningTask, RuntimeOptions, TaskRuntime, TaskSpec } from "./runtime";

/** WIP */
export class DockerRuntime implements TaskRuntime {
  readonly name = "docker";
  constructor(private readonly options: RuntimeOptions) {}
  static async find(): Promise<{ available: true } | { available: false; reason: string }> {
    return { available: false, reason: "not yet" };
  }
  async prepare(): Promise<void> {}
  async startTask(_spec: TaskSpec): Promise<RunningTask> {
    throw new Error(`not yet ${this.options.workDir}`);
  }
}
