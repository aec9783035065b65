import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { nodeImage, type NodeImage } from "./nodeImage";
import { TaskStartError, type RunningTask, type RuntimeOptions, type TaskSpec } from "./runtime";
import { startTaskProcess } from "./taskProcess";

/**
 * Runs an image whose container is a Node program as a process of this machine's Node, from the
 * folder that the image is built from: the real program, with no container around it.
 *
 * The process gets the environment of a container and nothing of the lab's own but PATH. It thinks
 * that it listens on its container port; `nodePreload.cjs` moves that to a free one of 127.0.0.1,
 * and connections to Service Connect names to their proxies.
 * What else a Dockerfile does (RUN, COPY from elsewhere, USER) has no effect.
 */
export class NodeRuntime {
  constructor(private readonly options: RuntimeOptions) {}

  /** How the image starts Node, if a folder stands for it and it is a Node program. */
  find({ image, command }: Pick<TaskSpec, "image" | "command">): NodeImage | undefined {
    const folder = this.options.images(image);
    return folder === undefined ? undefined : nodeImage(folder, command);
  }

  /** @throws {TaskStartError} when the program is not there, ends at once or does not listen */
  async startTask(spec: TaskSpec, image: NodeImage): Promise<RunningTask> {
    const script = image.args.find((arg) => !arg.startsWith("-")) ?? "";
    if (!existsSync(join(image.folder, script))) {
      throw new TaskStartError(
        `CannotStartContainerError: the Dockerfile in ${image.folder} starts ${script || "no script"}, ` +
          "which is not there. Name a file of that folder in its CMD.",
      );
    }
    return startTaskProcess({
      runtime: "node",
      nodeArgs: ["--require", join(__dirname, "nodePreload.cjs"), ...typeScript(script)],
      args: image.args,
      folder: image.folder,
      environment: {
        ...image.environment,
        ...spec.environment,
        ...spec.secrets,
        ECS_HANDSON_TASK: JSON.stringify({
          containerPort: spec.containerPort,
          endpoints: spec.serviceConnect?.endpoints ?? [],
        }),
      },
      isPortless: spec.isPortless,
      startTimeoutMs: this.options.startTimeoutMs ?? 15_000,
      onOutput: spec.onOutput,
    });
  }
}

/** A Node that does not run TypeScript by itself gets a loader for it. */
function typeScript(script: string): string[] {
  const runsIt = (process.features as { typescript?: unknown }).typescript;
  if (!/\.[mc]?ts$/.test(script) || Boolean(runsIt)) return [];
  return ["--import", pathToFileURL(require.resolve("tsx")).href];
}
