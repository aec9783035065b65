import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import type { FindingsByName, ScannerFinding } from "./finding";
import { output } from "./processes";

/** An installed cdk-nag. */
export interface CdkNag {
  readonly version: string;
  /**
   * Scans CloudFormation templates with every rule of cdk-nag, whatever pack it is in.
   *
   * @param names Names of templates; each is `<folder>/<name>/template.json`.
   */
  scan(names: readonly string[], folder: string): Promise<FindingsByName>;
}

const cwd = __dirname;

/** Installs what `package-lock.json` names, unless it is there. */
export async function openCdkNag(): Promise<CdkNag> {
  const manifest = path.join(cwd, "node_modules", "cdk-nag", "package.json");
  if (!existsSync(manifest)) {
    await output("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd });
  }
  const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
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
