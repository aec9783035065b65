import { createRequire } from "node:module";
import * as path from "node:path";

import { shellWords } from "./languageHost/nodeProcess";

const guardPorts = path.join(__dirname, "..", "shared", "guard-ports.cjs");

/** Files that are loaded before a program that the lab runs: see each. */
const preloads = [
  guardPorts,
  ...["quick-modules.cjs", "quietProgram.ts", "lateDebugger.ts", "observe.ts"].map((file) =>
    path.join(__dirname, "internals", file),
  ),
];

/**
 * Flags of Node.js for a program in the lab: the lab's own, then the program's.
 *
 * @param nodeargs as in the program's Pulumi.yaml
 * @param directory the program's folder, from which its modules are found wherever the lab's project is.
 */
export function labNodeArgs(nodeargs: string, directory: string): string[] {
  const own = shellWords(nodeargs);
  return [
    ...preloads.flatMap((file) => ["--require", file]),
    ...own.map((word, at) => (own[at - 1] === "--require" ? resolved(word, directory) : word)),
  ];
}

/** A module's file; a name that leads nowhere stays, for Node.js to tell. */
function resolved(name: string, directory: string): string {
  try {
    return createRequire(path.join(directory, "package.json")).resolve(name);
  } catch {
    return name;
  }
}

/**
 * Value of NODE_OPTIONS by which the policy pack, too, listens to its own user alone when it is not the lab that
 * starts it.
 *
 * @param given the value so far
 */
export function guardedNodeOptions(given = process.env.NODE_OPTIONS ?? ""): string {
  return `--require ${JSON.stringify(guardPorts)} ${given}`.trim();
}
