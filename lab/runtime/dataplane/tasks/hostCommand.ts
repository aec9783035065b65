import { spawn } from "node:child_process";
import type { TaskNetwork } from "./runtime";

/** Of a command that was killed, as Docker and ECS tell it. */
const KILLED = 137;
/** Of a command that is not there, as a shell tells it. */
const NOT_FOUND = 127;

/** Where a command beside a container runs. */
export interface HostCommandOptions {
  readonly folder?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The container's task. @default addresses stay as they are */
  readonly network?: TaskNetwork | undefined;
  readonly timeoutMs: number;
}

/**
 * Runs a command on this machine as if it ran in a container: addresses on localhost become those where
 * the task's ports are. Which programs there are is this machine's matter, not the image's.
 * @returns the exit code; 137 when the time was over, and 127 when there is no such program
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
        // The group, for a shell's command outlives the shell.
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended meanwhile.
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
/** `http://localhost/…`, which means port 80. */
const WITHOUT_PORT = new RegExp(String.raw`(http://)${LOOPBACK}(?![:\w.])`, "g");
/** `localhost:8080`, also as `nc` has it, with a blank. */
const WITH_PORT = new RegExp(String.raw`${LOOPBACK}(:| +)(\d+)\b`, "g");
/** No port of this machine that anything listens on. */
const NOWHERE = "127.0.0.1:1";

/** A word of a command with the addresses on localhost that its task's ports have on this machine. */
export function withMovedPorts(word: string, network: TaskNetwork | undefined): string {
  if (network === undefined) return word;
  const at = (port: string) => network.address(Number(port)) ?? NOWHERE;
  return word
    .replace(WITHOUT_PORT, (_all, scheme: string) => `${scheme}localhost:80`)
    .replace(WITH_PORT, (_all, between: string, port: string) => at(port).replace(":", between));
}
