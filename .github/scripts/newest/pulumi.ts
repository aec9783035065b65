import { constants, copyFile, mkdir } from "node:fs/promises";
import * as path from "node:path";

import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";

import { findPulumiCli, type PulumiCliOptions } from "../../../lab/engine/pulumiCli";
import { builtMark, exists } from "../../../lab/engine/pulumiInstall";

export interface Cli {
  version: string;
  /** Folders to put in front of PATH for it. */
  path: readonly string[];
  /** Why it is not the newest. */
  reason?: string;
}

const downloadSite = "https://get.pulumi.com/";

/**
 * The Pulumi CLI of a version by the official download, else the one that the lab finds.
 *
 * @param folder where it is put
 */
export async function newestCli(
  version: string,
  folder: string,
  options: PulumiCliOptions,
): Promise<Cli> {
  try {
    // Fails at once where the site cannot be reached; the installer itself would try for minutes.
    await fetch(downloadSite, { method: "HEAD", signal: AbortSignal.timeout(5000) });
    await PulumiCommand.install({ root: folder, version: new SemVer(version) });
    return { version, path: [path.join(folder, "bin")] };
  } catch {
    options.signal?.throwIfAborted();
    const found = await foundCli(path.join(folder, "found"), options);
    const reason =
      `Pulumi CLI ${version} could not be downloaded from ${downloadSite}. ` +
      `Taken is ${found.version}, which the lab found.`;
    return { ...found, reason };
  }
}

async function foundCli(folder: string, options: PulumiCliOptions): Promise<Cli> {
  const found = await findPulumiCli(options);
  const version = found.version.version;
  if (!found.usesOwnHost) return { version, path: found.path };
  // Its language host is the checkout's. Apart from that, the copy makes its own, of its own packages.
  await mkdir(folder, { recursive: true });
  const mark = path.join(path.dirname(found.command), builtMark);
  for (const file of [found.command, ...((await exists(mark)) ? [mark] : [])]) {
    const copy = path.join(folder, path.basename(file));
    await copyFile(file, copy, constants.COPYFILE_FICLONE);
  }
  return { version, path: [folder] };
}
