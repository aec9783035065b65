import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import * as path from "node:path";

import { z } from "zod";

import { thisProcess } from "../shared/processId";
import { replaceFile } from "../shared/replaceFile";
import { storedState } from "./engineState";
import type { StoredResource } from "./internals/checkpoint";
import type { EngineStack } from "./operation";
import { outputOf } from "./pulumi";
import { workDirs } from "./workDirs";

/** The part of a stack's state that recovery needs: the resources it lists. */
const exportSchema = z.object({
  deployment: z.object({
    resources: z
      .array(z.object({ urn: z.string(), type: z.string(), id: z.string().optional() }))
      .default([]),
  }),
});

export interface KnownResource {
  type: string;
  id: string;
}

/**
 * Records on disk that an operation is changing the stack, so that after a crash the next command knows it was not
 * finished.
 */
export class OperationMark {
  private readonly file: string;

  constructor(stateDir: string, stack: string) {
    this.file = path.join(workDirs(stateDir, stack).work, "operation.json");
  }

  /** Whether an operation was not finished. Call it only while holding the stack's lock. */
  wasInterrupted(): boolean {
    return existsSync(this.file);
  }

  async set(): Promise<void> {
    await replaceFile(this.file, JSON.stringify(thisProcess()));
  }

  async clear(): Promise<void> {
    await rm(this.file, { force: true });
  }
}

/** Every resource in the stack's state that has an ID. */
export async function knownResources(stack: EngineStack): Promise<KnownResource[]> {
  const resources = await exportedResources(stack);
  return resources.flatMap(({ type, id }) => (id === undefined ? [] : [{ type, id }]));
}

/**
 * Every resource of a stack's state: out of its file, or told by the CLI if that has a form that the lab does not know.
 *
 * @param file the stack's state, as the engine keeps it
 */
export async function resourcesOf(
  stack: EngineStack,
  file: string,
): Promise<readonly StoredResource[]> {
  const state = await storedState(file);
  return state === undefined ? [] : (state.resources ?? (await exportedResources(stack)));
}

async function exportedResources(stack: EngineStack): Promise<StoredResource[]> {
  const exported = await outputOf(stack.pulumi, ["stack", "export", "--stack", stack.name]);
  return exportSchema.parse(JSON.parse(exported)).deployment.resources;
}
