import { execFile, spawn } from "node:child_process";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { lastPart } from "../../../shared/lastPart";
import { containerName } from "./containerName";
import { DeployedImages } from "./deployedImages";
import { DockerNetwork } from "./dockerNetwork";
import {
  TaskStartError,
  type RunningContainer,
  type RuntimeOptions,
  type TaskConnection,
  type ContainerExit,
  type ContainerUsage,
  type NetworkSpec,
  type TaskNetwork,
  type TaskRuntime,
  type ContainerSpec,
} from "./runtime";
import { taskMetadata } from "./taskFacts";
import { lastLines } from "./taskOutput";

const run = promisify(execFile);

/** Label on every container of a lab; its value is the lab's work folder. */
const LABEL = "ecs-handson.lab";

/**
 * Runs tasks as containers of the machine's Docker engine (or Podman with Docker's command). An image with a folder is
 * built from it at each start, which the build cache makes fast; any other image is pulled if the engine does not have
 * it.
 */
export class DockerRuntime implements TaskRuntime {
  readonly name = "docker";
  private readonly builds = new Map<string, Promise<string>>();
  private readonly workDir: string;

  private readonly deployed: DeployedImages;

  constructor(private readonly options: RuntimeOptions) {
    this.workDir = resolve(options.workDir);
    this.deployed = new DeployedImages(this.workDir);
  }

  /** Whether an engine answers; the docker command alone does not prove that. */
  static async find(): Promise<
    { readonly available: true } | { readonly available: false; readonly reason: string }
  > {
    try {
      await run("docker", ["version", "--format", "{{.Server.Version}}"], { timeout: 5000 });
      return { available: true };
    } catch (error) {
      const { code } = error as { code?: unknown };
      return {
        available: false,
        reason: code === "ENOENT" ? "there is no docker command on PATH." : lastLine(error),
      };
    }
  }

  /** Removes containers of an earlier lab on the same work folder that could not remove them. */
  async prepare(): Promise<void> {
    const filter = `label=${LABEL}=${this.workDir}`;
    const { stdout } = await run("docker", ["ps", "--all", "--quiet", "--filter", filter]);
    const ids = stdout.split("\n").filter((id) => id !== "");
    if (ids.length > 0) await run("docker", ["rm", "--force", ...ids]);
    await this.deployed.prepare();
  }

  /** A single container uses its own network. */
  async openNetwork(spec: NetworkSpec): Promise<TaskNetwork | undefined> {
    if (spec.containerCount < 2) return undefined;
    if (spec.serviceConnect) await createNetwork(networkOf(spec.serviceConnect), this.workDir);
    const label = `${LABEL}=${this.workDir}`;
    return DockerNetwork.open(spec, label, networkArguments(spec.serviceConnect));
  }

  async startContainer(spec: ContainerSpec): Promise<RunningContainer> {
    const image = await this.image(spec);
    if (spec.serviceConnect) await createNetwork(networkOf(spec.serviceConnect), this.workDir);
    const name = containerName(spec.taskArn, spec.name);
    const child = spawn("docker", this.runArguments(spec, image, name), {
      // In its own process group: Ctrl-C goes to the lab, which then stops its tasks in order.
      detached: true,
      // Secrets are passed in the environment, since every user can see arguments.
      env: { ...process.env, ...spec.secrets },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const lines = lastLines(child, spec.onOutput);
    child.once("spawn", () => spec.onStarted?.());
    const exited = new Promise<ContainerExit>((done) => {
      child.once("error", () => {
        done({ code: 127 });
      });
      child.once("close", (code, signal) => {
        done(signal === null ? { code: code ?? 0 } : { signal });
      });
    });

    const address = await this.addressOf(spec, name, exited);
    if (address === undefined) {
      await removeContainer(name);
      await exited;
      throw new TaskStartError(
        `CannotStartContainerError: docker run ${image} did not start: ${lines.join(" | ")}`,
      );
    }
    return {
      runtime: this.name,
      address,
      exited,
      exec: (command, timeoutMs) => execIn(name, command, timeoutMs),
      usage: () => usageOf(name),
      stop: async (timeoutMs) => {
        const seconds = String(Math.ceil(timeoutMs / 1000));
        try {
          await run("docker", ["stop", "-t", seconds, name]);
        } catch {
          await removeContainer(name); // it had ended by itself, or the engine failed to stop it
        }
        await exited;
      },
    };
  }

  /** Empty without a port; undefined if the container ended or took too long. */
  private async addressOf(
    { containerPort, isPortless, network }: ContainerSpec,
    name: string,
    exited: Promise<ContainerExit>,
  ): Promise<string | undefined> {
    if (isPortless === true) return "";
    return network?.address(containerPort) ?? this.publishedAddress(name, containerPort, exited);
  }

  private runArguments(spec: ContainerSpec, image: string, name: string): string[] {
    // Docker takes only the first word as the entry point, so the others go before the command.
    const [entryPoint, ...itsWords] = spec.entryPoint ?? [];
    const shared = spec.network instanceof DockerNetwork ? spec.network.container : undefined;
    const metadata = taskMetadata(spec);
    return [
      "run",
      "--rm",
      ...["--name", name],
      ...["--label", `${LABEL}=${this.workDir}`],
      ...["--label", `ecs-handson.task=${spec.taskArn}`],
      ...(spec.isPortless === true || shared !== undefined
        ? []
        : ["--publish", `127.0.0.1::${spec.containerPort}`]),
      ...Object.entries(spec.environment).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
      ...(metadata === undefined ? [] : ["--env", `TASK_METADATA=${metadata}`]),
      ...Object.keys(spec.secrets ?? {}).flatMap((key) => ["--env", key]),
      ...(shared === undefined
        ? networkArguments(spec.serviceConnect)
        : ["--network", `container:${shared}`]),
      ...(entryPoint === undefined ? [] : ["--entrypoint", entryPoint]),
      image,
      ...itsWords,
      ...(spec.command ?? []),
    ];
  }

  /** The address that the engine chose; undefined if the container ended or took too long. */
  private async publishedAddress(
    name: string,
    containerPort: number,
    exited: Promise<ContainerExit>,
  ): Promise<string | undefined> {
    const state = { ended: false };
    void exited.then(() => {
      state.ended = true;
    });
    const deadline = Date.now() + (this.options.startTimeoutMs ?? 15_000);
    while (!state.ended && Date.now() < deadline) {
      try {
        const { stdout } = await run("docker", ["port", name, `${containerPort}/tcp`]);
        const address = /127\.0\.0\.1:\d+/.exec(stdout);
        if (address !== null) return address[0];
      } catch {
        // The engine has not created the container yet.
      }
      await Promise.race([sleep(50), exited]);
    }
    return undefined;
  }

  /** The image for `docker run`: a fresh build, or the image itself, pulled if necessary. */
  private async image(spec: ContainerSpec): Promise<string> {
    const { image: reference } = spec;
    await this.options.checkImage?.(reference);
    const now = this.options.images(reference);
    const folder = now === undefined ? undefined : await this.deployed.folder(now, spec);
    if (folder === undefined) {
      await this.pull(reference);
      return reference;
    }
    const building = this.builds.get(folder) ?? this.build(reference, folder);
    this.builds.set(folder, building);
    try {
      return await building;
    } finally {
      this.builds.delete(folder);
    }
  }

  private async build(reference: string, folder: string): Promise<string> {
    try {
      const { stdout } = await run("docker", ["build", "--quiet", folder]);
      return stdout.trim(); // the image's id
    } catch (error) {
      throw new TaskStartError(
        `CannotPullContainerError: ${reference} stands for ${folder}, and docker build failed there: ` +
          `${lastLine(error)} Run \`docker build ${folder}\` to see it all.`,
      );
    }
  }

  private async pull(reference: string): Promise<void> {
    try {
      await run("docker", ["image", "inspect", reference]);
      return;
    } catch {
      // The engine does not have it.
    }
    try {
      await run("docker", ["pull", "--quiet", reference]);
    } catch (error) {
      throw new TaskStartError(
        `CannotPullContainerError: ${lastLine(error)} Check the name ${reference} and the network, ` +
          `or run \`docker pull ${reference}\` yourself.`,
      );
    }
  }
}

/**
 * Members of a Service Connect namespace share a Docker network, whose DNS resolves their names. This replaces the
 * proxy, so clients use the containers' own ports.
 */
function networkArguments(connection: TaskConnection | undefined): string[] {
  if (connection === undefined) return [];
  const aliases = connection.names.flatMap((name) => ["--network-alias", name]);
  return ["--network", networkOf(connection), ...aliases];
}

const networkOf = ({ namespace }: TaskConnection): string => `ecs-handson-${lastPart(namespace)}`;

async function createNetwork(name: string, workDir: string): Promise<void> {
  try {
    await run("docker", ["network", "inspect", name]);
  } catch {
    await run("docker", ["network", "create", "--label", `${LABEL}=${workDir}`, name]).catch(
      () => undefined, // two tasks may create it at once; if it is missing, `docker run` fails with the reason
    );
  }
}

/**
 * Runs a command in a container with `docker exec`.
 * @returns its exit code, or 137 after the timeout
 */
async function execIn(
  name: string,
  command: readonly string[],
  timeoutMs: number,
): Promise<number> {
  try {
    await run("docker", ["exec", name, ...command], { timeout: timeoutMs });
    return 0;
  } catch (error) {
    const { code } = error as { code?: unknown };
    return typeof code === "number" ? code : 137;
  }
}

const UNITS: Readonly<Record<string, number>> = {
  B: 1 / 1024 ** 2,
  KiB: 1 / 1024,
  MiB: 1,
  GiB: 1024,
};

/** Resource usage from `docker stats`, which measures for about a second. */
async function usageOf(name: string): Promise<ContainerUsage | undefined> {
  const format = "{{.CPUPerc}} {{.MemUsage}}";
  const { stdout } = await run("docker", ["stats", "--no-stream", "--format", format, name]).catch(
    () => ({ stdout: "" }),
  );
  const [, percent, memory, unit = ""] = /^([\d.]+)% ([\d.]+)(\w+)/.exec(stdout) ?? [];
  if (percent === undefined) return undefined;
  return { cpu: (Number(percent) / 100) * 1024, memory: Number(memory) * (UNITS[unit] ?? 0) };
}

async function removeContainer(name: string): Promise<void> {
  try {
    await run("docker", ["rm", "--force", name]);
  } catch {
    // There is no such container, which is the desired result.
  }
}

/** The last line that a failed command wrote, ending in a full stop. */
function lastLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  const text = (stderr ?? "").trim() || (message ?? String(error));
  return `${(text.split("\n").at(-1) ?? "").replace(/\.$/, "")}.`;
}
