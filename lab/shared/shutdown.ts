import { execFileSync } from "node:child_process";

import { Interrupted } from "./processes";
import { isAlive } from "./processId";

/** A second Ctrl-C within this time, in milliseconds, is the first one, forwarded again by npm. */
const sameKeyPressMs = 1000;

/** How often a process checks that npm is still running, in milliseconds. */
const lookEvery = 500;

/**
 * A signal that is aborted when the lab is asked to stop (SIGINT, SIGTERM, or the end of the npm that started it),
 * once; if asked again, the process exits at once with code 130.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  const stop = (reason: Error) => {
    if (!controller.signal.aborted) {
      first = Date.now();
      controller.abort(reason);
    } else if (Date.now() - first > sameKeyPressMs) {
      process.exit(130);
    }
  };
  process.on("SIGINT", () => {
    stop(new Interrupted());
  });
  process.on("SIGTERM", () => {
    stop(new Error("stopped"));
  });
  const isOrphan = npmWatch();
  const timer = setInterval(() => {
    if (!isOrphan()) return;
    clearInterval(timer);
    stop(new Error("stopped, because npm was"));
  }, lookEvery).unref();
  return controller.signal;
}

/**
 * Checks whether the npm that started this process has ended: an npm that is killed leaves its child processes running.
 * A process that was started in another way may outlive its parent.
 */
function npmWatch(): () => boolean {
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event === undefined) return () => false;
  // Some shells stay between npm and the command, others are replaced by it.
  const shell = shellParent(parent);
  return () => process.ppid !== parent || (shell !== undefined && !isAlive(shell));
}

/** The parent of a process, if it is a shell that runs one command. */
function shellParent(pid: number): number | undefined {
  try {
    const told = execFileSync("ps", ["-o", "ppid=,args=", "-p", `${pid}`], { encoding: "utf8" });
    const [, parent, args = ""] = /^ *(\d+) +(.*)$/m.exec(told) ?? [];
    return /^\S*sh -c /.test(args) ? Number(parent) : undefined;
  } catch {
    return undefined;
  }
}
