// Where the other containers of a task listen on this machine, see hostNetwork.ts.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The port on 127.0.0.1 for one of the task's ports; undefined while nothing listens there. */
export function siblingPort(network, containerPort) {
  try {
    const { port } = JSON.parse(readFileSync(join(network, String(containerPort)), "utf8"));
    return port === 0 ? undefined : port;
  } catch {
    return undefined;
  }
}
