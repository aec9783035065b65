import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";

import { readProject } from "../../../engine/project";
import { workDirs } from "../../../engine/workDirs";
import { parseState, type StackState } from "../../diagram/state";

/**
 * The state of a stack of the lab, read from the engine's file.
 *
 * @param programDir Folder with Pulumi.yaml.
 * @param stateDir The lab's folder for everything it writes, e.g. `.lab`.
 * @returns the state, or the names of the existing stacks if there is none of that name.
 */
export async function labState(
  programDir: string,
  stateDir: string,
  stack: string,
): Promise<{ state: StackState } | { stacks: string[] }> {
  const { name: project } = await readProject(programDir);
  const folder = path.dirname(workDirs(stateDir, stack).stackFile(project));
  const files = await readdir(folder).catch(() => []);
  const stacks = files
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
  if (!stacks.includes(stack)) return { stacks };
  const file = path.join(folder, `${stack}.json`);
  return { state: parseState(await readFile(file, "utf8"), file) };
}
