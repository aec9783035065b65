import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import type { FindingsByName, ScannerFinding } from "./finding";
import { output } from "./processes";

/** An installed cdk-nag. */
export interface CdkNag {
  readonly version: string;
  /**
   * Scans CloudFormation templates with every rule of cdk-nag, whichever pack it is in.
   *
   * @param names Names of templates; each is `<folder>/<name>/template.json`.
   */
  scan(names: readonly string[], folder: string): Promise<FindingsByName>;
}

const cwd = __dirname;

async function packageJson(folder: string): Promise<unknown> {
  return JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
}

async function installedVersion(): Promise<string | undefined> {
  const folder = path.join(cwd, "node_modules", "cdk-nag");
  return existsSync(folder)
    ? ((await packageJson(folder)) as { version: string }).version
    : undefined;
}

/** Installs the version in `package-lock.json`, unless it is installed. */
export async function openCdkNag(): Promise<CdkNag> {
  const { dependencies } = (await packageJson(cwd)) as { dependencies: Record<string, string> };
  const version = dependencies["cdk-nag"] ?? "";
  if ((await installedVersion()) !== version) {
    await output("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd });
  }
  return {
    version,
    scan: async (names, folder) => {
      const json = await output("node", ["cdk-nag.mjs", JSON.stringify({ folder, names })], {
        cwd,
      });
      return new Map(JSON.parse(json) as [string, readonly ScannerFinding[]][]);
    },
  };
}
