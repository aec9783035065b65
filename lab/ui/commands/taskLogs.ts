import * as path from "node:path";

import colors from "picocolors";

import { LogStore, logFolder, type LogLine } from "../../runtime/dataplane/tasks/logStore";

export interface TaskLogsOptions {
  /** The lab's state folder. */
  state: string;
  /** A service, or the family of a task without one. */
  name: string;
  /** @default every container */
  container?: string;
  /** Whether to follow the logs until `signal` is aborted. @default false */
  follow?: boolean;
  signal: AbortSignal;
  /** @default standard output */
  write?: (text: string) => void;
}

/** The containers' output. */
export const logStoreOf = (state: string): LogStore =>
  new LogStore(logFolder(path.join(state, "dataplane")));

/** Names that have, or could have, logs: services, and families of other tasks. */
export function loggedNames(state: string): string[] {
  return logStoreOf(state).groups().map(nameOf);
}

/**
 * Prints the output of a service's or task's containers like `aws logs tail`: each line after its time and log stream.
 * @throws Error if there is no such container
 */
export async function taskLogs(options: TaskLogsOptions): Promise<void> {
  const { container, follow, name, signal, state } = options;
  const write = options.write ?? ((text: string) => void process.stdout.write(text));
  const store = logStoreOf(state);
  const group = store.groups().find((one) => nameOf(one) === name) ?? name;
  const containers = store.containers(group);
  if (container !== undefined && !containers.includes(container)) {
    throw new Error(`${name} has no container ${container}, only ${containers.join(", ")}`);
  }
  if (follow) {
    for await (const line of store.follow({ group, container }, signal)) write(shown(line));
    return;
  }
  for (const line of await store.read({ group, container })) write(shown(line));
}

/** The name that users see, without the `family:` prefix, which keeps families apart from services. */
const nameOf = (group: string): string => group.replace(/^family:/, "");

const shown = ({ at, message, stream }: LogLine): string =>
  `${colors.dim(`${at} ${stream}`)} ${message}\n`;
