import { join } from "node:path";
import type { RunningTask, RuntimeOptions, TaskRuntime, TaskSpec } from "./runtime";
import { siteFolder } from "./siteFolder";
import { startTaskProcess } from "./taskProcess";

/** Serves an image's pages from a small Node process a task: needs no other program. */
export class StaticRuntime implements TaskRuntime {
  readonly name = "static";

  constructor(private readonly options: RuntimeOptions) {}

  async prepare(): Promise<void> {
    // Its processes end with the lab, however the lab ends.
  }

  async startTask(spec: TaskSpec): Promise<RunningTask> {
    const site = siteFolder(spec.image, this.options.images);
    return startTaskProcess({
      runtime: this.name,
      args: [join(__dirname, "staticServer.mjs"), site.html, site.conf],
      environment: spec.environment,
      startTimeoutMs: this.options.startTimeoutMs ?? 15_000,
      onOutput: spec.onOutput,
    });
  }
}
