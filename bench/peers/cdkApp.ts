import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import * as path from "node:path";

import { output } from "./scanners/processes";

/** Folder of the CDK app. */
export const cdkApp = path.join(__dirname, "cdk");

/** Installs the versions in `package-lock.json`, unless they are installed, and compiles the app to `dist`. */
export async function installCdk(): Promise<void> {
  const cwd = cdkApp;
  if (!(await isInstalled())) {
    await output("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd });
  }
  await output("npx", ["tsc", "--noEmit", "false", "--outDir", "dist"], { cwd });
}

async function isInstalled(): Promise<boolean> {
  const installed = path.join(cdkApp, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  const wanted = path.join(cdkApp, "package-lock.json");
  const [there, named] = await Promise.all([stat(installed), stat(wanted)]);
  return there.mtimeMs >= named.mtimeMs;
}
