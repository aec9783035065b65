import { spawn, type ChildProcess } from "node:child_process";
import { messageOf } from "../../../shared/messageOf";
import { runHostCommand } from "./hostCommand";
import type { HostNetwork } from "./hostNetwork";
import { usageOfGroup } from "./hostUsage";
import {
  TaskStartError,
  type ContainerExit,
  type ContainerSpec,
  type RunningContainer,
  type TaskKind,
  type TaskNetwork,
} from "./runtime";
import { lastLines } from "./taskOutput";

/** A Node program that plays a container, see {@link startTaskProcess}. */
export interface TaskProgram {
  readonly runtime: TaskKind;
  /** Flags of Node itself. @default [] */
  readonly nodeArgs?: readonly string[];
  /** The path of a script, relative to `folder` or absolute, and its arguments. */
  readonly args: readonly string[];
  /** Where it runs. @default the lab's own working directory */
  readonly folder?: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Environment of commands that run alongside it. @default `environment` */
  readonly commandEnvironment?: Readonly<Record<string, string>>;
  readonly startTimeoutMs: number;
  /** Whether it counts as started as soon as its process has, see `ContainerSpec`. @default false */
  readonly isPortless?: boolean | undefined;
  /** The container that it plays. */
  readonly spec: Pick<ContainerSpec, "name" | "network" | "onOutput" | "onStarted">;
}

/**
 * Starts a Node child that plays a container and waits for its message `{ port }`, if it has a port.
 *
 * The child leads its own process group: Ctrl-C in the terminal only reaches the lab, which then drains, and whatever
 * the child started ends with it. Its IPC channel to the lab closes even if the lab is killed with -9, and the child
 * then exits.
 * @throws {TaskStartError} `CannotStartContainerError: …` if it ends or stays silent instead
 */
export async function startTaskProcess(program: TaskProgram): Promise<RunningContainer> {
  const child = spawn(process.execPath, [...(program.nodeArgs ?? []), ...program.args], {
    detached: true,
    ...(program.folder === undefined ? {} : { cwd: program.folder }),
    env: { PATH: process.env.PATH, ...program.environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const { name = "", network, onOutput, onStarted } = program.spec;
  const output = lastLines(child, onOutput);
  child.once("spawn", () => onStarted?.());
  const exited = new Promise<ContainerExit>((resolve) => {
    child.once("error", () => {
      resolve({ code: 127 });
    });
    child.once("exit", () => {
      killGroup(child);
      if (isHostNetwork(network)) network.release(name);
    });
    // "close" comes after "exit", when all its output has been read.
    child.once("close", (code, signal) => {
      resolve(signal === null ? { code: code ?? 0 } : { signal });
    });
  });

  let port: number | undefined;
  try {
    if (program.isPortless !== true) {
      port = await listeningPort(child, exited, program.startTimeoutMs);
    }
  } catch (error) {
    killGroup(child);
    await exited;
    const said = output.join(" | ");
    const why = messageOf(error);
    throw new TaskStartError(`CannotStartContainerError: ${why}${said === "" ? "" : `: ${said}`}`);
  }

  return {
    runtime: program.runtime,
    address: port === undefined ? "" : `127.0.0.1:${port}`,
    ...(child.pid === undefined ? {} : { pid: child.pid }),
    exited,
    exec: (command, timeoutMs) =>
      runHostCommand(command, {
        folder: program.folder,
        environment: {
          PATH: process.env.PATH,
          ...(program.commandEnvironment ?? program.environment),
        },
        network,
        timeoutMs,
      }),
    ...(child.pid === undefined ? {} : { usage: usageOfGroup(child.pid) }),
    stop: async (timeoutMs) => {
      child.kill("SIGTERM");
      const timer = setTimeout(() => {
        killGroup(child);
      }, timeoutMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** Whether a network is on this machine rather than in a container engine. */
export function isHostNetwork(network: TaskNetwork | undefined): network is HostNetwork {
  return network !== undefined && "folder" in network;
}

function listeningPort(
  child: ChildProcess,
  exited: Promise<ContainerExit>,
  timeoutMs: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`it did not listen within ${timeoutMs} ms`));
    }, timeoutMs);
    child.once("message", (message) => {
      clearTimeout(timer);
      resolve((message as { port: number }).port);
    });
    void exited.then(({ code, signal }) => {
      clearTimeout(timer);
      reject(new Error(`it ended at once with ${signal ?? `exit code ${code ?? 0}`}`));
    });
  });
}

/** Kills whatever is left of the child's process group, e.g. the nginx that a killed shim leaves behind. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // ESRCH: the whole group has already ended, which is the desired result.
  }
}
