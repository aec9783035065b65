import { createRequire } from "node:module";
import * as path from "node:path";

import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";

import { readProject } from "./stackConfig";

/**
 * The program that Pulumi.yaml in `programDir` describes, to be run by the engine as often as it asks:
 * each run evaluates its main file anew, as a process of its own would, and gives the exports as stack
 * outputs. An error of the program is told once, as the Node.js language host tells it.
 */
export async function loadProgram(programDir: string): Promise<PulumiFn> {
  const { main } = await readProject(programDir);
  const file = path.join(programDir, main);
  return async () => {
    const require = createRequire(file);
    const entry = require.resolve(file);
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
    delete require.cache[entry];
    try {
      const exported = require(entry) as unknown;
      const outputs: unknown =
        typeof exported === "function" ? (exported as () => unknown)() : exported;
      return { ...((await outputs) as Record<string, unknown>) };
    } catch (error) {
      // An error that was logged fails the run; thrown, it would be told a second time.
      await logError(error);
      return {};
    }
  };
}

async function logError(error: unknown): Promise<void> {
  if (pulumi.RunError.isInstance(error)) {
    await pulumi.log.error(error.message);
  } else if (pulumi.ResourceError.isInstance(error) && error.hideStack) {
    await pulumi.log.error(error.message, error.resource);
  } else {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    await pulumi.log.error(`the program failed: ${text}`);
  }
}
