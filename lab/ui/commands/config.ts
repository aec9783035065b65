import { existsSync } from "node:fs";

import colors from "picocolors";

import { assertStackName } from "../../engine/labStack";
import { readProject } from "../../engine/project";
import { type Setting, StackSettings } from "../../engine/stackSettings";
import { workDirs } from "../../engine/workDirs";
import { repository } from "../../shared/repository";

export interface ConfigOptions {
  /** The lab's state folder. */
  state: string;
  stack: string;
  /** Settings to unset. */
  unset?: readonly string[];
  /** Whether to show settings that have their default too. */
  all?: boolean;
}

/**
 * Shows a stack's settings, each with its source and its default, after unsetting those in `unset`.
 *
 * @throws Error if the stack has no settings, or one to unset is not set.
 */
export async function config({ state, stack, unset = [], all }: ConfigOptions): Promise<void> {
  assertStackName(stack);
  const project = await readProject(repository);
  const dirs = workDirs(state, stack);
  const folder = dirs.project(project.name);
  const settings = new StackSettings({ stack, project, folder, workDir: dirs.work });
  if (!existsSync(settings.file)) {
    throw new Error(`stack ${stack} has no settings; npm run lab -- up creates the stack`);
  }
  for (const name of unset) await settings.unset(name);
  const list = await settings.list();
  process.stdout.write(`${describeSettings(stack, list, all === true)}\n`);
}

/** The settings, a line each; those that have their default are counted, or shown with `all`. */
export function describeSettings(
  stack: string,
  settings: readonly Setting[],
  all: boolean,
): string {
  const set = settings.filter(({ source }) => source !== "Pulumi.yaml");
  const shown = [...(all ? settings : set)].sort((one, other) =>
    one.name.localeCompare(other.name, "en"),
  );
  const rest = settings.length - shown.length;
  return [
    colors.bold(`Settings of stack ${stack}`),
    ...shown.map((one) => {
      const standard = one.default === undefined ? "" : `; default ${textOf(one.default)}`;
      const why = one.source === "Pulumi.yaml" ? " (default)" : ` (${one.source}${standard})`;
      return `  ${one.name} = ${textOf(one.value)}${why}`;
    }),
    ...(rest > 0 ? [`${rest} more have their default; --all shows them`] : []),
  ].join("\n");
}

function textOf(value: unknown): string {
  if (typeof value === "object" && value !== null && "secure" in value) return "[secret]";
  return typeof value === "string" ? value : JSON.stringify(value);
}
