import { spawn } from "node:child_process";
import type { TaskNetwork } from "./runtime";

/** Exit code of a command that was killed, as in Docker and ECS. */
const KILLED = 137;
/** Exit code if the command does not exist, as in a shell. */
const NOT_FOUND = 127;

/** Where to run a command alongside a container. */
export interface HostCommandOptions {
  readonly folder?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Network of the container's task. @default addresses are not changed */
  readonly network?: TaskNetwork | undefined;
  readonly timeoutMs: number;
}

/**
 * Runs a command on this machine as if in a container: addresses on localhost are mapped to those of the task's ports.
 * It finds this machine's programs, not the image's.
 * @returns the exit code; 137 after the timeout, 127 if there is no such program
 */
export function runHostCommand(
  command: readonly string[],
  { folder, environment, network, timeoutMs }: HostCommandOptions,
): Promise<number> {
  const [program = "", ...args] = command.map((word) => withMovedPorts(word, network));
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      detached: true,
      ...(folder === undefined ? {} : { cwd: folder }),
      env: environment,
      stdio: "ignore",
    });
    const timer = setTimeout(() => {
      try {
        // Kills the group, since a shell's command outlives the shell.
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has already ended.
      }
    }, timeoutMs);
    child.once("error", () => {
      clearTimeout(timer);
      resolve(NOT_FOUND);
    });
    child.once("exit", (code) => {
      clearTimeout(timer);
      resolve(code ?? KILLED);
    });
  });
}

const LOOPBACK = String.raw`(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])`;
/** `http://localhost/…`, i.e. port 80. */
const WITHOUT_PORT = new RegExp(String.raw`(http://)${LOOPBACK}(?![:\w.])`, "g");
/** `localhost:8080`, or with a blank, as for `nc`. */
const WITH_PORT = new RegExp(String.raw`${LOOPBACK}(:| +)(\d+)\b`, "g");
/** An address that nothing listens on. */
const NOWHERE = "127.0.0.1:1";

/** A word of a command with localhost addresses mapped to the task's ports on this machine. */
export function withMovedPorts(word: string, network: TaskNetwork | undefined): string {
  if (network === undefined) return word;
  const at = (port: string) => network.address(Number(port)) ?? NOWHERE;
  return word
    .replace(WITHOUT_PORT, (_all, scheme: string) => `${scheme}localhost:80`)
    .replace(WITH_PORT, (_all, between: string, port: string) => at(port).replace(":", between));
}
