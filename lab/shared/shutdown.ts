import { execFileSync } from "node:child_process";

import { Interrupted } from "./processes";
import { isAlive } from "./processId";

/** A second Ctrl-C within this time, in milliseconds, is the first one told twice (by npm). */
const sameKeyPress = 1000;

/** How often a process looks whether npm is still there, in milliseconds. */
const lookEvery = 500;

/**
 * A signal that is aborted when the lab is asked to stop (SIGINT, SIGTERM, or the end of the npm that
 * started it), once; asked again, the process ends at once with exit code 130.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  const stop = (reason: Error) => {
    if (!controller.signal.aborted) {
      first = Date.now();
      controller.abort(reason);
    } else if (Date.now() - first > sameKeyPress) {
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
    stop(new Error("stopped, for npm was"));
  }, lookEvery).unref();
  return controller.signal;
}

/**
 * Tells whether the npm that started this process has ended: npm that is killed leaves what it started. A
 * process that was started otherwise may outlive its parent.
 */
function npmWatch(): () => boolean {
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event === undefined) return () => false;
  // Some shells stay between npm and what it runs, others are replaced by it.
  const shell = shellParent(parent);
  return () => process.ppid !== parent || (shell !== undefined && !isAlive(shell));
}

/** Who started a process, if that is a shell that runs one command. */
function shellParent(pid: number): number | undefined {
  try {
    const told = execFileSync("ps", ["-o", "ppid=,args=", "-p", `${pid}`], { encoding: "utf8" });
    const [, parent, args = ""] = /^ *(\d+) +(.*)$/m.exec(told) ?? [];
    return /^\S*sh -c /.test(args) ? Number(parent) : undefined;
  } catch {
    return undefined;
  }
}
