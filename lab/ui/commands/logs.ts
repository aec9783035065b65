import colors from "picocolors";

import { RunStore } from "../../delivery/pipeline/runStore";

export interface LogsOptions {
  /** The lab's state folder. */
  state: string;
  /** @default the only one */
  pipeline?: string;
  /** Id of the execution, or its beginning. @default the last one */
  run?: string;
}

/**
 * All that the actions of an execution wrote, whether the lab is served or not.
 * @throws Error if there is no such pipeline or execution
 */
export function logs({ state, pipeline, run }: LogsOptions): string {
  const store = new RunStore(state);
  const known = store.pipelines();
  const name = pipeline ?? (known.length === 1 ? known[0] : undefined);
  if (name === undefined || !known.includes(name)) {
    const names = known.length === 0 ? "none has run yet" : `name one of ${known.join(", ")}`;
    throw new Error(
      `${pipeline === undefined ? "which pipeline?" : `no pipeline ${pipeline}:`} ${names}`,
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
