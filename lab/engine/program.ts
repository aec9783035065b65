import { createRequire } from "node:module";

import type { PulumiFn } from "@pulumi/pulumi/automation";

/**
 * The program in `file` (an index.ts), to be run by the engine as often as it asks: each run
 * evaluates the file anew, as a process of its own would, and gives its exports as stack outputs.
 */
export function loadProgram(file: string): PulumiFn {
  return async () => {
    const require = createRequire(file);
    const entry = require.resolve(file);
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
    delete require.cache[entry];
    const exported = require(entry) as unknown;
    const outputs: unknown =
      typeof exported === "function" ? (exported as () => unknown)() : exported;
    return { ...((await outputs) as Record<string, unknown>) };
  };
}
