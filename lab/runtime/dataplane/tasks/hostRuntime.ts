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
 * Runs tasks as processes on this machine, depending on the image: a Node program with Node, anything else as a static
 * site.
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
      return true; // its folder should exist but does not; starting it reports the error
    }
  }

  openNetwork(): Promise<TaskNetwork> {
    return Promise.resolve(HostNetwork.open(this.options.workDir));
  }

  async startContainer(spec: ContainerSpec): Promise<RunningContainer> {
    await this.options.checkImage?.(spec.image);
    const image = this.node.find(spec);
    return image === undefined
      ? this.sites.startContainer(spec)
      : this.node.startContainer(spec, image);
  }
}
