// Prepares PULUMI_HOME and the backend's folder before the CLI runs: stops it from writing logs, a tenth of an
// operation's time, and restores a damaged `meta.yaml`.
//
// Relies on: the CLI writing its logs into the folder `logs` of PULUMI_HOME, and continuing if it cannot create that;
// `meta.yaml` having a line `version: NUMBER` (pulumi, pkg/backend/diy/meta.go).
// Check: none for the logs, which the CLI then just writes; a `meta.yaml` that names a version is left alone.
// Otherwise: operations take a tenth longer; only the engine reports a damaged `meta.yaml`.

import { readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";

import { replaceFile } from "../../shared/replaceFile";
import { metaFileIn } from "./engineFiles";

/**
 * Stops the CLI from logging everything it does: 0.8 MB per operation with 180 resources, and a tenth of the time. It
 * continues without logs if their folder cannot be created, which a file of that name ensures.
 */
export async function keepNoLogs(home: string): Promise<void> {
  // Whatever already exists stays, whether this file or the logs of an older lab.
  await writeFile(path.join(home, "logs"), "", { flag: "wx" }).catch(() => undefined);
}

/**
 * Rewrites a damaged `meta.yaml`. Version 1 is the only one that labs have had; a later one, written by a newer engine,
 * stays.
 */
export async function renewMeta(state: string): Promise<void> {
  const file = metaFileIn(state);
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined || /^version: [1-9]\d*\s*$/m.test(text)) return;
  await replaceFile(file, "version: 1\n");
}
