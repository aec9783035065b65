import { HostNetwork } from "./hostNetwork";
import { NodeRuntime } from "./nodeRuntime";
import type {
  RunningContainer,
  RuntimeOptions,
  RuntimeName,
  TaskNetwork,
  TaskRuntime,
  ContainerSpec,
} from "./runtime";

/**
 * Runs tasks as processes of this machine, each in the way of its image: a Node program by Node,
 * anything else as the static site that it must then be.
 */
export class HostRuntime implements TaskRuntime {
  private readonly node: NodeRuntime;

  /** @param sites serves the images that are static sites */
  constructor(
    private readonly options: RuntimeOptions,
    private readonly sites: TaskRuntime,
  ) {
    this.node = new NodeRuntime(options);
  }

  get name(): RuntimeName {
    return this.sites.name;
  }

  async prepare(): Promise<void> {
    await HostNetwork.forget(this.options.workDir);
    await this.sites.prepare();
  }

  canRun(image: string): boolean {
    try {
      return this.options.images(image) !== undefined;
    } catch {
      return true; // it is not there though it should be, which starting it tells
    }
  }

  openNetwork(): Promise<TaskNetwork> {
    return Promise.resolve(HostNetwork.open(this.options.workDir));
  }

  async startContainer(spec: ContainerSpec): Promise<RunningContainer> {
    const image = this.node.find(spec);
    return image === undefined
      ? this.sites.startContainer(spec)
      : this.node.startContainer(spec, image);
  }
}
