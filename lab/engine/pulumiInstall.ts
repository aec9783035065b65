import { access } from "node:fs/promises";
import * as path from "node:path";

import envPaths from "env-paths";
import which from "which";

/** The version of the Pulumi CLI that is installed where none is found. */
export const installedVersionText = "3.250.0";

/** Name of the program that a CLI starts for Node.js. */
export const languageHostName = "pulumi-language-nodejs";

/**
 * The folder of this user for what is installed once a machine.
 *
 * @param cacheDir @default the user's cache folder, `~/.cache/ecs-handson` on Linux
 */
export function cacheFolder(cacheDir = envPaths("ecs-handson", { suffix: "" }).cache): string {
  return cacheDir;
}

/** Where the CLI is installed for this user; its programs are in `bin`. */
export function installRoot(cacheDir?: string): string {
  return path.join(cacheFolder(cacheDir), "pulumi", `v${installedVersionText}`);
}

/**
 * Whether the lab will use a CLI that was built here, as far as can be told before one is run: there is
 * none on PATH, and the installed one's language host is the lab's own.
 */
export async function usesBuiltCli(): Promise<boolean> {
  const bin = path.join(installRoot(), "bin");
  if (!(await exists(path.join(bin, "pulumi"))) || !(await exists(path.join(bin, builtMark)))) {
    return false;
  }
  return !(await which("pulumi", { nothrow: true }));
}

/** Stands beside a CLI that was built here: what the lab's language host needs at run time. */
export const builtMark = "end-with-parent.cjs";

export function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
