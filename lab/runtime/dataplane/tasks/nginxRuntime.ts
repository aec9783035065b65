import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import getPort from "get-port";
import which from "which";
import { nginxConf, pidFile } from "./nginxConf";
import {
  TaskStartError,
  type RunningTask,
  type RuntimeOptions,
  type TaskRuntime,
  type TaskSpec,
} from "./runtime";
import { siteFolder } from "./siteFolder";
import { startTaskProcess } from "./taskProcess";

const ATTEMPTS = 3;

/** Serves an image's pages by a host nginx a task, with the image's own configuration. */
export class NginxRuntime implements TaskRuntime {
  readonly name = "nginx";

  /** @param program absolute path of nginx, see {@link NginxRuntime.find} */
  constructor(
    private readonly options: RuntimeOptions,
    private readonly program: string,
  ) {}

  /** Path of the nginx of this machine, also where only root's PATH has it; undefined: none. */
  static async find(): Promise<string | undefined> {
    const path = [process.env.PATH ?? "", "/usr/sbin", "/usr/local/sbin"].join(delimiter);
    return (await which("nginx", { nothrow: true, path })) ?? undefined;
  }

  async prepare(): Promise<void> {
    // Its processes end with the lab, however the lab ends; only their files may be left.
    await rm(this.tasksFolder, { recursive: true, force: true });
  }

  async startTask(spec: TaskSpec): Promise<RunningTask> {
    const site = siteFolder(spec.image, this.options.images);
    await mkdir(this.tasksFolder, { recursive: true });
    for (let attempt = 1; ; attempt++) {
      const directory = await mkdtemp(join(this.tasksFolder, "task-"));
      const port = await getPort({ host: "127.0.0.1" });
      const conf = join(directory, "nginx.conf");
      await writeFile(
        conf,
        nginxConf({
          site: await readFile(site.conf, "utf8"),
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
          ],
          environment: spec.environment,
          startTimeoutMs: this.options.startTimeoutMs ?? 15_000,
          onOutput: spec.onOutput,
        });
        void task.exited.then(() => rm(directory, { recursive: true, force: true }));
        return task;
      } catch (error) {
        await rm(directory, { recursive: true, force: true });
        // Another program may take a free port before nginx does; then another port will do.
        const taken = error instanceof TaskStartError && error.message.includes("bind()");
        if (!taken || attempt === ATTEMPTS) throw error;
      }
    }
  }

  private get tasksFolder(): string {
    return resolve(this.options.workDir, "tasks");
  }
}
