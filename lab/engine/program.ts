import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";

import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";

import type { Project } from "./stackConfig";
import "./quiet-sdk.cjs";

/** A program that can be loaded before the engine asks for it. */
export interface Program {
  run: PulumiFn;
  /**
   * Loads what the program imports, so that it is there when the engine asks for the program: half a
   * second that the engine would wait for. What cannot be loaded without the engine, is loaded again.
   */
  preload?: () => void;
}

/**
 * The program in `programDir`, as its Pulumi.yaml describes it, to be run by the engine as often as it
 * asks: each run evaluates its main file anew, as a process of its own would, and gives the exports as
 * stack outputs. An error of the program is told once, as the Node.js language host tells it.
 */
export function findProgram(programDir: string, { main }: Project): Program {
  const file = path.join(programDir, main);
  const require = createRequire(file);
  const entry = require.resolve(file);
  const run = async () => {
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
  let isPreloaded = false;
  const preload = () => {
    if (!isPreloaded) requireImports(entry, require);
    isPreloaded = true;
  };
  return { run, preload };
}

function requireImports(entry: string, require: NodeJS.Require): void {
  const imports = /^import\b(?! type\b)[^"';]*["']([^"']+)["']/gm;
  for (const [, module = ""] of readFileSync(entry, "utf8").matchAll(imports)) {
    try {
      require(module);
    } catch {
      // The program's own run tells what is wrong.
    }
  }
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
