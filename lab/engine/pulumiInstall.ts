import { access } from "node:fs/promises";
import * as path from "node:path";

import envPaths from "env-paths";
import which from "which";

/** The version of the Pulumi CLI that is installed where none is found. */
export const installedVersionText = "3.250.0";

/** Name of the program that a CLI starts for Node.js. */
export const languageHostName = "pulumi-language-nodejs";

/**
 * This user's folder for what is installed once per machine.
 *
 * @param cacheDir @default the user's cache folder, `~/.cache/ecs-handson` on Linux
 */
export function cacheFolder(cacheDir = envPaths("ecs-handson", { suffix: "" }).cache): string {
  return cacheDir;
}

/** Where the CLI is installed for this user; the executables are in `bin`. */
export function installRoot(cacheDir?: string): string {
  return path.join(cacheFolder(cacheDir), "pulumi", `v${installedVersionText}`);
}

/**
 * Whether the lab will use a CLI that was built here, as far as can be told without running one: there is none on PATH,
 * and the installed one uses the lab's language host.
 */
export async function usesBuiltCli(): Promise<boolean> {
  const bin = path.join(installRoot(), "bin");
  if (!(await exists(path.join(bin, "pulumi"))) || !(await exists(path.join(bin, builtMark)))) {
    return false;
  }
  return !(await which("pulumi", { nothrow: true }));
}

/** A file that the lab's language host needs at run time; it marks a CLI that was built here. */
export const builtMark = "end-with-parent.cjs";

export function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
