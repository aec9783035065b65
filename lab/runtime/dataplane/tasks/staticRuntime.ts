import { join } from "node:path";
import type { RunningContainer, RuntimeOptions, TaskRuntime, ContainerSpec } from "./runtime";
import { siteFolder, startSite } from "./siteFolder";
import { isHostNetwork, startTaskProcess } from "./taskProcess";

/** Serves an image's pages from a small Node process a task: needs no other program. */
export class StaticRuntime implements TaskRuntime {
  readonly name = "static";

  constructor(private readonly options: RuntimeOptions) {}

  async prepare(): Promise<void> {
    // Its processes end with the lab, however the lab ends.
  }

  async startContainer(spec: ContainerSpec): Promise<RunningContainer> {
    const site = siteFolder(spec.image, this.options.images);
    const network = isHostNetwork(spec.network) ? spec.network.folder : "";
    return startSite(spec, () =>
      startTaskProcess({
        runtime: this.name,
        args: [join(__dirname, "staticServer.mjs"), site.html, site.conf, network],
        environment: spec.environment,
        startTimeoutMs: this.options.startTimeoutMs ?? 15_000,
        spec,
      }),
    );
  }
}
