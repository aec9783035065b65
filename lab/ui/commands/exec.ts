import { spawn } from "node:child_process";
import { once } from "node:events";

import colors from "picocolors";

import type { Host, ServedPlane } from "../../host/host";
import { containerName } from "../../runtime/dataplane/tasks/containerName";
import { servedPlane, taskMeant } from "./stopTask";

export interface ExecArguments {
  /** A task's id or its first characters, its ARN, or a service, for its oldest task. */
  readonly task: string;
  /** As the task definition names it. @default the task's only one */
  readonly container?: string;
  /** @default a shell */
  readonly command: readonly string[];
}

/**
 * Runs a command in a container of the lab, in this terminal, as ECS Exec does.
 *
 * @returns the command's exit code
 * @throws Error if nothing is served, no task or container matches, or the task does not run in a container.
 */
export async function exec(
  host: Host,
  { task, container, command }: ExecArguments,
): Promise<number> {
  const plane = await servedPlane(host);
  const { arn, cluster, id } = taskMeant(plane, task);
  const { name, isOnly } = containerMeant(plane, arn, container);
  const words = command.length === 0 ? ["/bin/sh"] : command;
  process.stderr.write(
    `${colors.dim(
      `On AWS: aws ecs execute-command --cluster ${cluster} --task ${id} --container ${name} ` +
        `--interactive --command "${words.join(" ")}"`,
    )}\n`,
  );
  const terminal = process.stdin.isTTY && process.stdout.isTTY ? "-it" : "-i";
  const inDocker = containerName(arn, isOnly ? undefined : name);
  const child = spawn("docker", ["exec", terminal, inDocker, ...words], { stdio: "inherit" });
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 1;
}

function containerMeant(plane: ServedPlane, arn: string, given: string | undefined) {
  const all = [...plane.services.flatMap(({ tasks }) => tasks), ...plane.tasks];
  const { containers = [], runtime = "static" } = all.find((one) => one.arn === arn) ?? {};
  const names = containers.map(({ name }) => name).join(", ");
  const found =
    given === undefined && containers.length === 1
      ? containers[0]
      : containers.find(({ name }) => name === given);
  if (!found) {
    throw new Error(
      given === undefined
        ? `the task has several containers; choose one of ${names} with --container`
        : `the task has no container ${given}; it has ${names}`,
    );
  }
  if ((found.runtime ?? runtime) !== "docker") {
    throw new Error(
      `${found.name} is a process on this machine, not a container that a command could run in; ` +
        "npm start runs tasks in containers if it finds a Docker engine",
    );
  }
  return { name: found.name, isOnly: containers.length === 1 };
}
