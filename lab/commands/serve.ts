import * as path from "node:path";

import colors from "picocolors";

import { ControlPlane } from "../controlplane/controlPlane";
import type { RuntimeName, TaskKind } from "../dataplane/runtime";
import type { Host } from "../host";
import { imageFolders } from "../images/imageFolder";
import { repository } from "../repository";

/** How long the services may take to become steady, in milliseconds. */
const steadyWithin = 120_000;

export interface ServeOptions {
  /** The lab's state folder. */
  state: string;
  /** How tasks run. @default the most faithful way that this machine has */
  runtime?: RuntimeName;
  /** First port to try for load balancers on 127.0.0.1. @default 8080 */
  port?: number;
  /** Ends the serving. */
  signal: AbortSignal;
}

/**
 * Brings the account to life and keeps it so until `signal`: tasks run, load balancers listen on
 * 127.0.0.1, and every change of the account is followed.
 *
 * @throws Error if another process serves the account, or the services do not become steady.
 */
export async function serve(host: Host, options: ServeOptions): Promise<void> {
  if (!host.account) {
    throw new Error(
      `the lab is being served by process ${host.pid}; npm run lab -- status shows it`,
    );
  }
  const plane = new ControlPlane(host.account, {
    images: imageFolders({
      account: host.account,
      stateDir: options.state,
      checkout: repository,
    }),
    workDir: path.join(options.state, "dataplane"),
    runtime: options.runtime,
    port: options.port,
  });
  const unfollow = plane.onEvent(({ resource, message }) => {
    process.stderr.write(`${colors.dim(`${resource}: ${message}`)}\n`);
  });
  try {
    await plane.start();
    host.publish?.(
      () => ({ plane: plane.status(), pipelines: [], repositories: [] }),
      (listener) => plane.onChange(listener),
    );
    await plane.whenSteady(steadyWithin, options.signal);
    announce(plane);
    await aborted(options.signal);
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    process.stderr.write("Stopping tasks and load balancers\n");
    await plane.stop();
    unfollow();
  }
}

const howTasksRun: Readonly<Record<TaskKind, string>> = {
  docker: "in Docker containers built from this project",
  node: "as Node processes, the services' own programs (simulated containers)",
  nginx: "as processes of this machine's nginx, serving nginx/html (simulated containers)",
  static: "as small file servers for nginx/html (simulated: neither nginx nor containers)",
};

function announce(plane: ControlPlane): void {
  const { services, loadBalancers, instances } = plane.status();
  const tasks = services.flatMap((service) => service.tasks);
  const running = tasks.filter(({ lastStatus }) => lastStatus === "RUNNING");
  const lines = [
    "",
    ...(running.length === 0 ? ["0 tasks running"] : []),
    ...[...new Set(running.map(({ runtime }) => runtime))].map((kind) => {
      const count = running.filter(({ runtime }) => runtime === kind).length;
      return `${count} task${count === 1 ? "" : "s"} running ${howTasksRun[kind]}`;
    }),
    ...(instances.length > 0 ? [`${instances.length} instances, simulated`] : []),
    ...loadBalancers.flatMap(({ listeners }) =>
      listeners.flatMap(({ url }) => (url === undefined ? [] : [colors.bold(colors.green(url))])),
    ),
    "Ctrl-C stops; the stack stays as it is (npm run lab -- destroy removes it).",
    "",
  ];
  process.stdout.write(lines.join("\n"));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else {
      signal.addEventListener("abort", () => {
        resolve();
      });
    }
  });
}
