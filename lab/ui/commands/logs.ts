import colors from "picocolors";

import { RunStore } from "../../delivery/pipeline/runStore";

export interface LogsOptions {
  /** The lab's state folder. */
  state: string;
  /** @default the only one */
  pipeline?: string;
  /** ID of the execution, or a prefix of it. @default the last one */
  run?: string;
  /** Services and tasks that have logs, to list in the error if there is no such pipeline. @default none */
  services?: readonly string[];
}

/** Pipelines that have run. */
export const loggedPipelines = (state: string): string[] => new RunStore(state).pipelines();

/**
 * The full output of an execution's actions, whether or not the lab is being served.
 * @throws Error if there is no such pipeline or execution
 */
export function logs({ state, pipeline, run, services = [] }: LogsOptions): string {
  const store = new RunStore(state);
  const known = store.pipelines();
  const name = pipeline ?? (known.length === 1 ? known[0] : undefined);
  if (name === undefined || !known.includes(name)) {
    const names = known.length === 0 ? "none has run yet" : `name one of ${known.join(", ")}`;
    const others = services.length === 0 ? "" : `; services and tasks: ${services.join(", ")}`;
    throw new Error(
      `${pipeline === undefined ? "which pipeline?" : `no pipeline ${pipeline}:`} ${names}${others}`,
    );
  }
  const found = store.list(name).findLast(({ id }) => id.startsWith(run ?? ""));
  if (found === undefined) throw new Error(`pipeline ${name} has no execution ${run ?? ""}`);
  const lines = [
    colors.bold(`${name}, execution ${found.id}: ${found.status} (${found.trigger})`),
    ...found.stages.flatMap(({ name: stage, actions }) =>
      actions.flatMap(({ name: action, status }) => [
        colors.bold(`${stage} / ${action}: ${status}`),
        ...store.readLog(name, found.id, { stage, action }).map((line) => `  ${line}`),
      ]),
    ),
  ];
  return `${lines.join("\n")}\n`;
}
