import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { lastPart } from "../../../shared/lastPart";
import { TaskStartError, type NetworkSpec, type TaskNetwork } from "./runtime";

const run = promisify(execFile);

/** An image that only waits until it is stopped; Kubernetes uses it for the same purpose. */
const PAUSE = "registry.k8s.io/pause:3.10";

/**
 * The network that a task's containers share under Docker: that of a pause container, as ECS's agent runs for each
 * awsvpc task. It publishes the ports of all containers. Source: amazon-ecs-agent, agent/api/task/task.go,
 * `addNetworkResourceProvisioningDependency`.
 */
export class DockerNetwork implements TaskNetwork {
  private constructor(
    /** Name of the pause container. */
    readonly container: string,
    private readonly addresses: ReadonlyMap<number, string>,
  ) {}

  /**
   * @param label label of every container of the lab
   * @param networkArguments for `docker run`
   * @throws {TaskStartError} in Docker's words
   */
  static async open(
    { taskArn, containerPorts }: NetworkSpec,
    label: string,
    networkArguments: readonly string[],
  ): Promise<DockerNetwork> {
    const container = `ecs-handson-${lastPart(taskArn)}-network`;
    try {
      await run("docker", [
        "run",
        ...["--detach", "--rm", "--name", container, "--label", label],
        ...["--label", `ecs-handson.task=${taskArn}`],
        ...containerPorts.flatMap((port) => ["--publish", `127.0.0.1::${port}`]),
        ...networkArguments,
        PAUSE,
      ]);
      const addresses = new Map<number, string>();
      for (const port of containerPorts) {
        const { stdout } = await run("docker", ["port", container, `${port}/tcp`]);
        const address = /127\.0\.0\.1:\d+/.exec(stdout)?.[0];
        if (address !== undefined) addresses.set(port, address);
      }
      return new DockerNetwork(container, addresses);
    } catch (error) {
      const { stderr, message } = error as { stderr?: string; message: string };
      const why = stderr?.trim().split("\n").at(-1) ?? message;
      throw new TaskStartError(`ResourceInitializationError: the task's network: ${why}`);
    }
  }

  address(containerPort: number): string | undefined {
    return this.addresses.get(containerPort);
  }

  async close(): Promise<void> {
    await run("docker", ["rm", "--force", this.container]).catch(() => undefined);
  }
}
