import { createRequire } from "node:module";
import * as path from "node:path";

import { shellWords } from "./languageHost/nodeProcess";

const guardPorts = path.join(__dirname, "..", "shared", "guard-ports.cjs");

/** Files preloaded into a program that the lab runs; see each file. */
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
 * @param directory the program's folder, from which modules are resolved, wherever the lab's project is.
 */
export function labNodeArgs(nodeargs: string, directory: string): string[] {
  const own = shellWords(nodeargs);
  return [
    ...preloads.flatMap((file) => ["--require", file]),
    ...own.map((word, at) => (own[at - 1] === "--require" ? resolved(word, directory) : word)),
  ];
}

/** A module's file; a name that cannot be resolved is kept, so that Node.js reports it. */
function resolved(name: string, directory: string): string {
  try {
    return createRequire(path.join(directory, "package.json")).resolve(name);
  } catch {
    return name;
  }
}

/**
 * Value of NODE_OPTIONS that makes a policy pack accept connections from its own user only, also when the lab does not
 * start it.
 *
 * @param given the value so far
 */
export function guardedNodeOptions(given = process.env.NODE_OPTIONS ?? ""): string {
  return `--require ${JSON.stringify(guardPorts)} ${given}`.trim();
}
