import { join } from "node:path";
import type { RunningContainer, RuntimeOptions, TaskRuntime, ContainerSpec } from "./runtime";
import { DeployedImages } from "./deployedImages";
import { deployedSite, startSite } from "./siteFolder";
import { taskPage } from "./taskFacts";
import { isHostNetwork, startTaskProcess } from "./taskProcess";

/** Serves an image's pages from a small Node process for each task; needs no other program. */
export class StaticRuntime implements TaskRuntime {
  readonly name = "static";

  private readonly deployed: DeployedImages;

  constructor(private readonly options: RuntimeOptions) {
    this.deployed = new DeployedImages(options.workDir);
  }

  /** Its processes end with the lab, however the lab ends. */
  prepare(): Promise<void> {
    return this.deployed.prepare();
  }

  async startContainer(spec: ContainerSpec): Promise<RunningContainer> {
    const site = await deployedSite(spec, this.options.images, this.deployed);
    const network = isHostNetwork(spec.network) ? spec.network.folder : "";
    return startSite(spec, () =>
      startTaskProcess({
        runtime: this.name,
        args: [join(__dirname, "staticServer.mjs"), site.html, site.conf, network, taskPage(spec)],
        environment: spec.environment,
        startTimeoutMs: this.options.startTimeoutMs ?? 15_000,
        spec,
      }),
    );
  }
}
