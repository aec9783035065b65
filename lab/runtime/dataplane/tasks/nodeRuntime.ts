import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DeployedImages } from "./deployedImages";
import { nodeImage, type NodeImage } from "./nodeImage";
import {
  TaskStartError,
  type RunningContainer,
  type RuntimeOptions,
  type ContainerSpec,
} from "./runtime";
import { isHostNetwork, startTaskProcess } from "./taskProcess";

/**
 * Runs an image that starts a Node program with this machine's Node, from the folder that the image is built from, as
 * it was when the revision's first task started: the real program, without a container.
 *
 * The process gets the environment of a container, and only PATH from the lab's. It believes it listens on its
 * container port; `nodePreload.cjs` moves that to a free one on 127.0.0.1, and redirects connections to Service Connect
 * names to their proxies. Other instructions of a Dockerfile (RUN, COPY from elsewhere, USER) have no effect.
 */
export class NodeRuntime {
  private readonly deployed: DeployedImages;

  constructor(private readonly options: RuntimeOptions) {
    this.deployed = new DeployedImages(options.workDir);
  }

  /** How the image starts Node, if it has a folder and is a Node program. */
  find(spec: Pick<ContainerSpec, "image" | "command" | "entryPoint">): NodeImage | undefined {
    const folder = this.options.images(spec.image);
    return folder === undefined ? undefined : nodeImage(folder, spec);
  }

  /** @throws {TaskStartError} if the program does not exist, ends at once or does not listen */
  async startContainer(spec: ContainerSpec, source: NodeImage): Promise<RunningContainer> {
    const folder = await this.deployed.program(source.folder, spec);
    const image = nodeImage(folder, spec) ?? { ...source, folder };
    const script = image.args.find((arg) => !arg.startsWith("-")) ?? "";
    const isInline = image.args.some((arg) => /^(-e|--eval|-p|--print)$/.test(arg));
    if (!isInline && !existsSync(join(image.folder, script))) {
      throw new TaskStartError(
        `CannotStartContainerError: the Dockerfile in ${source.folder} starts ${script || "no script"}, ` +
          "which does not exist. Name a file of that folder in its CMD.",
      );
    }
    const preload = join(__dirname, "nodePreload.cjs");
    const environment = { ...image.environment, ...spec.environment, ...spec.secrets };
    const task = {
      endpoints: spec.serviceConnect?.endpoints ?? [],
      ...(isHostNetwork(spec.network) ? { network: spec.network.folder } : {}),
    };
    const own = { ...task, name: spec.name ?? "", containerPort: spec.containerPort };
    return startTaskProcess({
      runtime: "node",
      nodeArgs: ["--require", preload, ...typeScript(script)],
      args: image.args,
      folder: image.folder,
      environment: { ...environment, ECS_HANDSON_TASK: JSON.stringify(own) },
      commandEnvironment: {
        ...environment,
        NODE_OPTIONS: `--require ${JSON.stringify(preload)}`,
        ECS_HANDSON_TASK: JSON.stringify({ ...task, name: `${own.name} command` }),
      },
      isPortless: spec.isPortless,
      startTimeoutMs: this.options.startTimeoutMs ?? 15_000,
      spec,
    });
  }
}

/** Adds a loader if this Node does not run TypeScript by itself. */
function typeScript(script: string): string[] {
  const runsIt = (process.features as { typescript?: unknown }).typescript;
  if (!/\.[mc]?ts$/.test(script) || Boolean(runsIt)) return [];
  return ["--import", pathToFileURL(require.resolve("ecs-handson-loader/modules.mjs")).href];
}
