import * as path from "node:path";

import colors from "picocolors";

import type { Account } from "../../account/account";
import { imageFolders } from "../../delivery/images/imageFolder";
import { Delivery, withPassword } from "../../delivery/pipeline/delivery";
import type { Host } from "../../host/host";
import { ControlPlane } from "../../runtime/controlplane/controlPlane";
import type { RuntimeName, TaskKind } from "../../runtime/dataplane/tasks/runtime";
import { repository } from "../../shared/repository";
import { Dashboard } from "../dashboard/server";
import { push } from "./push";

/** How long the services may take to become steady, in milliseconds. */
const steadyWithin = 120_000;

export interface ServeOptions {
  /** The lab's state folder. */
  state: string;
  /** How tasks run. @default the most faithful way that this machine has */
  runtime?: RuntimeName;
  /** First port to try for load balancers on 127.0.0.1. @default 8080 */
  port?: number;
  /** Whether to show the dashboard. @default true */
  dashboard?: boolean;
  /** First port to try for the dashboard on 127.0.0.1. @default 8070 */
  dashboardPort?: number;
  /** Whether the dashboard may act on the lab. @default false */
  allowActions?: boolean;
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
  const say = (resource: string, message: string) => {
    process.stderr.write(`${colors.dim(`${resource}: ${message}`)}\n`);
  };
  const unfollow = plane.onEvent(({ resource, message }) => {
    say(resource, message);
  });
  let dashboard: Dashboard | undefined;
  let delivery: Delivery | undefined;
  try {
    let poke: (() => void) | undefined;
    const opened = await Delivery.open({
      account: host.account,
      plane,
      stateDir: options.state,
      report: say,
      onChange: () => {
        poke?.();
      },
    });
    delivery = opened;
    host.publish?.(
      () => ({ plane: plane.status(), ...opened.status() }),
      (listener) => {
        poke = listener;
        return plane.onChange(listener);
      },
    );
    host.onApproval?.(({ run, ...approval }) => opened.approve(run, approval));
    dashboard = await openDashboard(host, host.account, plane, options);
    await plane.start();
    await delivery.start();
    await plane.whenSteady(steadyWithin, options.signal);
    announce(plane, dashboard, await gitLines(options.state, delivery));
    await aborted(options.signal);
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    process.stderr.write("Stopping tasks and load balancers\n");
    await delivery?.stop();
    await plane.stop();
    await dashboard?.close();
    unfollow();
  }
}

async function openDashboard(
  host: Host,
  account: Account,
  plane: ControlPlane,
  { dashboard = true, dashboardPort, allowActions = false, state, signal }: ServeOptions,
): Promise<Dashboard | undefined> {
  const { onChange } = host;
  if (!dashboard || onChange === undefined) return undefined;
  const message = "Push from the dashboard";
  const pushOptions = { state, branch: "main", message, from: repository, follow: false, signal };
  const actions = {
    account,
    plane,
    push: (stack: string) => push({ ...pushOptions, stack }),
  };
  const opened = await Dashboard.start({
    port: dashboardPort,
    account,
    status: () => host.status(),
    onChange,
    onEvent: (listener) => plane.onEvent(listener),
    ...(allowActions ? { actions } : {}),
  });
  process.stdout.write(`Dashboard: ${colors.bold(opened.url)}\n`);
  return opened;
}

const howTasksRun: Readonly<Record<TaskKind, string>> = {
  docker: "in Docker containers built from this project",
  node: "as Node processes, the services' own programs (simulated containers)",
  nginx: "as processes of this machine's nginx, serving nginx/html (simulated containers)",
  static: "as small file servers for nginx/html (simulated: neither nginx nor containers)",
};

/** How to reach the git repositories, for the person at the terminal alone. */
async function gitLines(state: string, delivery: Delivery): Promise<string[]> {
  const urls = delivery.status().repositories.map(({ cloneUrl }) => withPassword(state, cloneUrl));
  return (await Promise.all(urls)).map((url) => `git clone ${url}`);
}

function announce(
  plane: ControlPlane,
  dashboard: Dashboard | undefined,
  gitLines: readonly string[],
): void {
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
    ...(dashboard ? [`Dashboard: ${dashboard.url}`] : []),
    ...gitLines,
    ...(gitLines.length > 0 ? ["npm run lab -- push deploys nginx/ as it is on the disk"] : []),
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
