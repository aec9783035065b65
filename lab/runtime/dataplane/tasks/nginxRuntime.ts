import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import getPort from "get-port";
import which from "which";
import { DeployedImages } from "./deployedImages";
import { accessLog, nginxConf, pidFile, portsOfSiblings, TASK_FILE } from "./nginxConf";
import {
  TaskStartError,
  type RunningContainer,
  type RuntimeOptions,
  type TaskRuntime,
  type ContainerSpec,
} from "./runtime";
import { deployedSite, startSite, type SiteFolder } from "./siteFolder";
import { taskPage } from "./taskFacts";
import { isHostNetwork, startTaskProcess } from "./taskProcess";

const ATTEMPTS = 3;

/** Serves an image's pages with a host nginx for each task, using the image's own configuration. */
export class NginxRuntime implements TaskRuntime {
  readonly name = "nginx";
  private readonly deployed: DeployedImages;

  /** @param program absolute path of nginx, see {@link NginxRuntime.find} */
  constructor(
    private readonly options: RuntimeOptions,
    private readonly program: string,
  ) {
    this.deployed = new DeployedImages(options.workDir);
  }

  /** Path of this machine's nginx, even if it is only on root's PATH; undefined if there is none. */
  static async find(): Promise<string | undefined> {
    const path = [process.env.PATH ?? "", "/usr/sbin", "/usr/local/sbin"].join(delimiter);
    return (await which("nginx", { nothrow: true, path })) ?? undefined;
  }

  async prepare(): Promise<void> {
    // Its processes end with the lab, however the lab ends; only their files may remain.
    await rm(this.tasksFolder, { recursive: true, force: true });
    await this.deployed.prepare();
  }

  async startContainer(spec: ContainerSpec): Promise<RunningContainer> {
    const site = await deployedSite(spec, this.options.images, this.deployed);
    return startSite(spec, () => this.start(spec, site));
  }

  private async start(spec: ContainerSpec, site: SiteFolder): Promise<RunningContainer> {
    const network = isHostNetwork(spec.network) ? spec.network.folder : "";
    await mkdir(this.tasksFolder, { recursive: true });
    for (let attempt = 1; ; attempt++) {
      const directory = await mkdtemp(join(this.tasksFolder, "task-"));
      const port = await getPort({ host: "127.0.0.1" });
      const conf = join(directory, "nginx.conf");
      const text = await readFile(site.conf, "utf8");
      // Siblings' ports are only known once they listen, so the shim looks them up at each connection.
      const siblings = new Map<number, number>();
      for (const sibling of network === "" ? [] : portsOfSiblings(text)) {
        siblings.set(sibling, await getPort({ host: "127.0.0.1" }));
      }
      await writeFile(join(directory, TASK_FILE), taskPage(spec));
      await writeFile(
        conf,
        nginxConf({
          site: text,
          siblings,
          html: site.html,
          directory,
          containerPort: spec.containerPort,
          port,
          asRoot: process.getuid?.() === 0,
        }),
      );
      try {
        const task = await startTaskProcess({
          runtime: this.name,
          args: [
            join(__dirname, "nginxShim.mjs"),
            ...[this.program, conf, directory, pidFile(directory), String(port)],
            accessLog(directory),
            network,
            ...[...siblings].map((ports) => ports.join("=")),
          ],
          environment: spec.environment,
          startTimeoutMs: this.options.startTimeoutMs ?? 15_000,
          spec,
        });
        void task.exited.then(() => rm(directory, { recursive: true, force: true }));
        return task;
      } catch (error) {
        await rm(directory, { recursive: true, force: true });
        // Another program may take a free port before nginx does; then retry with another port.
        const taken = error instanceof TaskStartError && error.message.includes("bind()");
        if (!taken || attempt === ATTEMPTS) throw error;
      }
    }
  }

  private get tasksFolder(): string {
    return resolve(this.options.workDir, "tasks");
  }
}
