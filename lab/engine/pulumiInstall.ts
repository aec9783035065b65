import { access } from "node:fs/promises";
import * as path from "node:path";

import envPaths from "env-paths";
import which from "which";

/** The version of the Pulumi CLI that is installed where none is found. */
export const installedVersionText = "3.250.0";

/**
 * Where the CLI is installed for this user.
 *
 * @param cacheDir @default the user's cache folder, `~/.cache/ecs-handson` on Linux
 */
export function installRoot(cacheDir = envPaths("ecs-handson", { suffix: "" }).cache): string {
  return path.join(cacheDir, "pulumi", `v${installedVersionText}`);
}

/** Whether a CLI brings the Node.js language host, which starts policy packs in its own way. */
export async function hasLanguageHost(command: string): Promise<boolean> {
  const languageHost = "pulumi-language-nodejs";
  const beside = path.join(path.dirname(command), languageHost);
  return succeeds(path.isAbsolute(command) ? access(beside) : which(languageHost));
}

/**
 * Whether the lab will use a CLI that was built here, as far as can be told before one is run: there is
 * none on PATH, and the installed one has no language host.
 */
export async function usesBuiltCli(): Promise<boolean> {
  const installed = path.join(installRoot(), "bin", "pulumi");
  if (!(await succeeds(access(installed))) || (await hasLanguageHost(installed))) return false;
  return !(await succeeds(which("pulumi")));
}

function succeeds(attempt: Promise<unknown>): Promise<boolean> {
  return attempt.then(
    () => true,
    () => false,
  );
}
