import { NodeRuntime } from "./nodeRuntime";
import type { RunningTask, RuntimeOptions, RuntimeName, TaskRuntime, TaskSpec } from "./runtime";

/**
 * Runs tasks as processes of this machine, each in the way of its image: a Node program by Node,
 * anything else as the static site that it must then be.
 */
export class HostRuntime implements TaskRuntime {
  private readonly node: NodeRuntime;

  /** @param sites serves the images that are static sites */
  constructor(
    options: RuntimeOptions,
    private readonly sites: TaskRuntime,
  ) {
    this.node = new NodeRuntime(options);
  }

  get name(): RuntimeName {
    return this.sites.name;
  }

  async prepare(): Promise<void> {
    await this.sites.prepare();
  }

  async startTask(spec: TaskSpec): Promise<RunningTask> {
    const image = this.node.find(spec);
    return image === undefined ? this.sites.startTask(spec) : this.node.startTask(spec, image);
  }
}
