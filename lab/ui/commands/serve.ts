import * as path from "node:path";

import colors from "picocolors";

import type { Account } from "../../account/account";
import { EXPRESS_SERVICE } from "../../account/types/ecs/tokens";
import { imageFolders, pushedImageCheck } from "../../delivery/images/imageFolder";
import { cloneCommand, Delivery } from "../../delivery/pipeline/delivery";
import type { Host } from "../../host/host";
import { ControlPlane } from "../../runtime/controlplane/controlPlane";
import { ECS_TYPES } from "../../runtime/controlplane/ecs/ecs";
import type { PlaneStatus } from "../../runtime/controlplane/ecs/status";
import type { PaceName } from "../../runtime/controlplane/pace";
import type { RuntimeName, TaskKind } from "../../runtime/dataplane/tasks/runtime";
import { liveLine } from "../../shared/liveLine";
import { messageOf } from "../../shared/messageOf";
import { repository } from "../../shared/repository";
import { Dashboard } from "../dashboard/server";
import { eventLine } from "./eventLine";
import { push } from "./push";
import { removed } from "./removed";
import { serveApi } from "./serveApi";

/** Folder for the files of running tasks, in the lab's state folder. */
const workFolder = (state: string): string => path.join(state, "dataplane");

export interface ServeOptions {
  /** The lab's state folder. */
  state: string;
  /** How tasks run. @default the most faithful way available on this machine */
  runtime?: RuntimeName;
  /** How fast the lab runs. @default `lesson` in an interactive terminal, else `fast` */
  pace?: PaceName;
  /** First port to try for load balancers on 127.0.0.1. @default 8080 */
  port?: number;
  /** First port to try for AWS's API on 127.0.0.1. @default 8060 */
  apiPort?: number;
  /** Whether to show the dashboard. @default true */
  dashboard?: boolean;
  /** First port to try for the dashboard on 127.0.0.1. @default 8070 */
  dashboardPort?: number;
  /** Whether the dashboard may act on the lab. @default false */
  allowActions?: boolean;
  /** Stops serving. */
  signal: AbortSignal;
}

/**
 * Runs the account until `signal` is aborted: starts tasks, makes load balancers listen on 127.0.0.1, and follows every
 * change of the account.
 *
 * @throws Error if another process serves the account, or the services do not become steady.
 */
export async function serve(host: Host, options: ServeOptions): Promise<void> {
  const serving = await Serving.start(host, options);
  try {
    await serving.untilAborted();
  } finally {
    await serving.stop();
  }
}

/** An account that is being served by this process. */
export class Serving {
  private readonly ends: (() => void | Promise<void>)[] = [];
  private dashboard: Dashboard | undefined;
  private isStopping = false;

  private constructor(
    private readonly plane: ControlPlane,
    private readonly options: ServeOptions,
    /** Aborted once the account's folder is gone. */
    private readonly gone: AbortSignal,
  ) {}

  /**
   * Starts the account's tasks and load balancers; from here on, operations wait for the services that they deploy.
   *
   * @throws Error if another process serves the account, or the requested runtime is not available.
   */
  static async start(host: Host, options: ServeOptions): Promise<Serving> {
    if (!host.account) {
      throw new Error(
        `the lab is being served by process ${host.pid}; npm run lab -- status shows it`,
      );
    }
    const sources = { account: host.account, stateDir: options.state, checkout: repository };
    const plane = new ControlPlane(host.account, {
      images: imageFolders(sources),
      checkImage: pushedImageCheck(sources),
      workDir: workFolder(options.state),
      runtime: options.runtime,
      pace: options.pace ?? (process.stdout.isTTY ? "lesson" : "fast"),
      port: options.port,
    });
    const serving = new Serving(plane, options, host.account.gone);
    try {
      await serving.open(host, host.account);
    } catch (error) {
      await serving.stop();
      throw error;
    }
    return serving;
  }

  /**
   * Waits up to `ms` milliseconds until the services are steady or cannot become so: an update should replace tasks
   * that run.
   */
  async untilSteady(ms: number): Promise<void> {
    await this.plane.whenSteady(ms, this.options.signal).catch(() => undefined);
  }

  /**
   * Prints all addresses once the services are steady, and resolves when `signal` is aborted.
   *
   * @throws Error if the services do not become steady, or the lab's folder is removed meanwhile.
   */
  async untilAborted(): Promise<void> {
    const signal = AbortSignal.any([this.options.signal, this.gone]);
    try {
      await this.plane.whenSteady(this.plane.steadyWithinMs, signal);
      announce(this.plane, this.dashboard, this.gitLines());
      await aborted(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    if (this.gone.aborted) throw new Error(removed(this.options.state));
  }

  /** Stops everything that was started; resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.isStopping = true;
    process.stderr.write("Stopping tasks and load balancers\n");
    for (const end of this.ends.splice(0).reverse()) await end();
  }

  private gitLines: () => string[] = () => [];

  private async open(host: Host, account: Account): Promise<void> {
    const { ends, options, plane } = this;
    const say = (line: string) => {
      // Tasks that stop are not worth an event while everything is stopping.
      if (this.isStopping) return;
      liveLine.above(() => process.stderr.write(`${colors.dim(line)}\n`));
    };
    const unfollow = plane.onEvent((event) => {
      const line = eventLine(event);
      if (line !== undefined) say(line);
    });
    ends.push(
      unfollow,
      () => this.dashboard?.close(),
      () => plane.stop(),
    );
    let poke: (() => void) | undefined;
    const delivery = await Delivery.open({
      account,
      plane,
      stateDir: options.state,
      report: (resource, message) => {
        say(`${resource}: ${message}`);
      },
      onChange: () => {
        poke?.();
      },
    });
    ends.push(() => delivery.stop());
    this.gitLines = () => gitLines(options.state, delivery);
    const api = await serveApi({
      account,
      plane,
      delivery,
      state: options.state,
      workDir: workFolder(options.state),
      port: options.apiPort,
    });
    ends.push(() => api.close());
    host.publish?.(
      () => ({ plane: plane.status(), ...delivery.status(), awsApi: api.status() }),
      (listener) => {
        poke = listener;
        return plane.onChange(listener);
      },
    );
    host.onApproval?.(({ run, ...approval }) => delivery.approve(run, approval));
    host.onRunTask?.((request) => plane.runTask(request));
    host.onStopTask?.(({ task, reason }) => plane.stopTask(task, reason));
    this.dashboard = await openDashboard(host, account, plane, options);
    await plane.start();
    await delivery.start();
    ends.push(waitForServices(host, plane));
  }
}

/** Resources that an operation can wait for, as errors name them. */
const WAITED_FOR: Readonly<Record<string, string>> = {
  [ECS_TYPES.service]: "ECS Service",
  [EXPRESS_SERVICE]: "ECS Express Gateway Service",
};

/**
 * Makes operations wait for services that have `waitForSteadyState`. Returns a function that stops this and ends all
 * waits.
 */
function waitForServices(host: Host, plane: ControlPlane): () => void {
  const ended = new AbortController();
  const unset = host.onSettle?.(async ({ type, id, inputs }, wait) => {
    // The service that ECS creates for an Express service has the same ARN.
    const what = WAITED_FOR[type];
    if (what === undefined || inputs.waitForSteadyState !== true) return;
    const signal = AbortSignal.any([wait.signal, ended.signal]);
    await plane.whenDeployed(id, { ...wait, signal }).catch((error: unknown) => {
      throw new Error(`waiting for ${what} (${id}) ${wait.operation}: ${messageOf(error)}`);
    });
  });
  return () => {
    unset?.();
    ended.abort(new Error("the lab is not being served any more"));
  };
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
    changePace: (name) => {
      plane.changePace(name);
    },
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
  "stand-in": "not at all: the lab has no image for them",
};

/** How to reach the git repositories. */
function gitLines(state: string, delivery: Delivery): string[] {
  return delivery.status().repositories.map(({ cloneUrl }) => cloneCommand(state, cloneUrl));
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
    ...takenLines(loadBalancers),
    ...trustLines(loadBalancers),
    ...(dashboard ? [`Dashboard: ${dashboard.url}`] : []),
    ...gitLines,
    ...(gitLines.length > 0 ? ["npm run lab -- push deploys nginx/ as it is on disk"] : []),
    'aws works here, too, in a shell of its own: eval "$(npm run -s lab -- env)"',
    "Ctrl-C stops; the stack stays as it is (npm run lab -- destroy removes it).",
    "",
  ];
  process.stdout.write(lines.join("\n"));
}

/** Ports that were taken by another program. */
function takenLines(loadBalancers: PlaneStatus["loadBalancers"]): string[] {
  const listeners = loadBalancers.flatMap((one) => one.listeners);
  return listeners.flatMap(({ takenPort, localUrl = "" }) =>
    takenPort === undefined
      ? []
      : [
          colors.yellow(
            `Port ${takenPort} is taken by another program, so the lab took ${new URL(localUrl).port}; use --port NUMBER to start from another port`,
          ),
        ],
  );
}

/** How clients come to trust the certificates of HTTPS listeners. */
function trustLines(loadBalancers: PlaneStatus["loadBalancers"]): string[] {
  const secure = loadBalancers.flatMap(({ listeners }) => listeners);
  return secure.flatMap(({ url, certificateAuthority: file }) =>
    url === undefined || file === undefined
      ? []
      : [`Its certificate is issued by the lab: curl --cacert ${file} ${url}`],
  );
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
