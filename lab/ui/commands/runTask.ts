import colors from "picocolors";

import type { Host, ServedPlane } from "../../host/host";
import { followStatus } from "../../host/openHost";
import { lastPart } from "../../shared/lastPart";
import { logStoreOf } from "./taskLogs";

export interface RunTaskOptions {
  /** The lab's state folder. */
  state: string;
  taskDefinition: string;
  /** @default the only one */
  cluster?: string;
  count: number;
  launchType?: "FARGATE" | "EC2";
  /** Replaces the command of `container`. */
  command?: string[];
  /** @default the task's main one */
  container?: string;
  /** Whether to wait for its end and show its output. */
  follow: boolean;
  signal: AbortSignal;
}

type Task = ServedPlane["tasks"][number];

/**
 * Starts tasks without a service in the lab that is being served, and follows them until they end.
 * @returns the exit code of the first task that failed, else 0; a task that did not start counts as 1
 */
export async function runTask(host: Host, options: RunTaskOptions): Promise<number> {
  const { cluster, command, container, count, follow, launchType, taskDefinition } = options;
  const {
    tasks,
    failures,
    command: onAws,
  } = await host.runTask({
    taskDefinition,
    count,
    ...(cluster === undefined ? {} : { cluster }),
    ...(launchType === undefined ? {} : { launchType }),
    ...(command === undefined || command.length === 0 ? {} : { command }),
    ...(container === undefined ? {} : { container }),
  });
  process.stderr.write(`${colors.dim(`On AWS: ${onAws}`)}\n`);
  for (const why of failures) process.stderr.write(`could not start a task: ${why}\n`);
  for (const arn of tasks) process.stdout.write(`${arn}\n`);
  if (!follow || tasks.length === 0) return failures.length > 0 ? 1 : 0;
  const codes = await followTasks(tasks, options);
  return codes.find((code) => code !== 0) ?? (failures.length > 0 ? 1 : 0);
}

/** Shows the tasks' output until all have ended. Returns their exit codes. */
async function followTasks(
  arns: readonly string[],
  { signal, state }: RunTaskOptions,
): Promise<number[]> {
  const ended = new AbortController();
  const over = AbortSignal.any([signal, ended.signal]);
  const codes = new Map<string, number>();
  const lines = showLines(arns, state, over);
  try {
    for await (const { plane } of followStatus(state, over)) {
      for (const task of plane?.tasks ?? []) {
        if (!arns.includes(task.arn) || task.lastStatus !== "STOPPED") continue;
        codes.set(task.arn, task.exitCode ?? 1);
        if (codes.size === arns.length) {
          await showRest(lines);
          for (const arn of arns) tell(plane?.tasks.find((one) => one.arn === arn));
          return [...codes.values()];
        }
      }
    }
  } finally {
    ended.abort();
  }
  if (signal.aborted) {
    for (const id of arns.map(lastPart)) {
      process.stderr.write(`it goes on; npm run lab -- stop-task ${id} stops it\n`);
    }
    return [];
  }
  throw new Error("the lab ended before the task did");
}

interface Lines {
  /** Shows output since the last call. */
  look: () => Promise<void>;
  readonly timer: NodeJS.Timeout;
}

/** Time between two reads of a task's output, in milliseconds. */
const LOOK_MS = 300;

function showLines(arns: readonly string[], state: string, signal: AbortSignal): Lines {
  const store = logStoreOf(state);
  const shown = new Map<string, number>();
  let looking = Promise.resolve();
  const show = async () => {
    for (const arn of arns) {
      const task = lastPart(arn);
      for (const group of store.groups().filter((name) => name.startsWith("family:"))) {
        const lines = await store.read({ group, task });
        const before = shown.get(task) ?? 0;
        for (const { container, message } of lines.slice(before)) {
          process.stdout.write(`${colors.dim(`${container}:`)} ${message}\n`);
        }
        if (lines.length > 0) shown.set(task, lines.length);
      }
    }
  };
  const look = () => (looking = looking.then(show));
  const timer = setInterval(() => void look(), LOOK_MS);
  signal.addEventListener("abort", () => {
    clearInterval(timer);
  });
  return { look, timer };
}

/** A line may reach its file shortly after the task is reported as ended. */
async function showRest({ look, timer }: Lines): Promise<void> {
  clearInterval(timer);
  await look();
  await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  await look();
}

function tell(task: Task | undefined): void {
  if (task === undefined) return;
  const { containers, exitCode, stoppedReason = "" } = task;
  const codes = containers
    .filter((one) => one.exitCode !== undefined)
    .map((one) => `${one.name} ${one.exitCode ?? ""}`);
  const code = exitCode === undefined ? "did not start" : `exit code ${exitCode}`;
  const each = containers.length > 1 ? ` (${codes.join(", ")})` : "";
  process.stderr.write(`${code}${each}: ${stoppedReason}\n`);
}
