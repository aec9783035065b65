import { readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";

import { replaceFile } from "../../shared/replaceFile";
import { metaFileIn } from "./engineFiles";

// What the CLI is spared, and kept from stumbling over, before it runs.
//
// Relies on: the CLI writing its log into the folder `logs` of PULUMI_HOME, and going on where that cannot be made; the
// file `meta.yaml` having a line `version: NUMBER` (pulumi, pkg/backend/diy/meta.go).
// Without it: each operation takes a tenth longer; a damaged `meta.yaml` is told by the engine alone.
// Proof: what is there and names a version is left as it is.

/**
 * Keeps the CLI from writing all that it does to a log, 0.8 MB an operation at 180 resources and a
 * tenth of its time: where the folder of logs cannot be made, it goes on without.
 */
export async function keepNoLogs(home: string): Promise<void> {
  // What is there already stays, be it this file or the logs of an older lab.
  await writeFile(path.join(home, "logs"), "", { flag: "wx" }).catch(() => undefined);
}

/**
 * Writes anew what tells the engine the form of its state, if that is damaged. Labs have had one form only; one that
 * a newer engine notes stays.
 */
export async function renewMeta(state: string): Promise<void> {
  const file = metaFileIn(state);
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined || /^version: [1-9]\d*\s*$/m.test(text)) return;
  await replaceFile(file, "version: 1\n");
}
