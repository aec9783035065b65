import { readdir, readFile, rm } from "node:fs/promises";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { z } from "zod";

import { isAlive } from "../shared/processes";
import { replaceFile } from "../shared/replaceFile";
import type { EngineStack } from "./operation";
import { outputOf } from "./pulumi";
import { workDirs } from "./workDirs";

/** How long an engine whose lab was killed may take to notice, in milliseconds. */
const engineGrace = 30_000;

const processSchema = z.object({ pid: z.number() });

/** What of a stack's state recovery needs: which resources it knows. */
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
 * Remembers on disk that an operation changes the stack, so that whoever comes after a crash knows
 * that it was not finished.
 */
export class OperationMark {
  private readonly file: string;

  constructor(stateDir: string, stack: string) {
    this.file = path.join(workDirs(stateDir, stack).work, "operation.json");
  }

  /** @throws Error if a living process is at work on the stack. */
  async wasInterrupted(): Promise<boolean> {
    const holder = await readProcess(this.file);
    if (holder === undefined) return false;
    if (holder.pid !== process.pid && isAlive(holder.pid)) {
      throw new Error(`process ${holder.pid} is at work on this stack; wait for it or stop it`);
    }
    return true;
  }

  async set(): Promise<void> {
    await replaceFile(this.file, JSON.stringify({ pid: process.pid }));
  }

  async clear(): Promise<void> {
    await rm(this.file, { force: true });
  }
}

/**
 * Frees a stack whose last operation was cut off: waits for an engine that is still at work, then
 * takes back the lock that it left, if any.
 *
 * @throws Error if the engine is still at work after half a minute.
 */
export async function releaseEngineLock(
  stack: EngineStack,
  project: string,
  stateDir: string,
): Promise<void> {
  const locks = workDirs(stateDir, stack.name).locks(project);
  const deadline = Date.now() + engineGrace;
  for (;;) {
    const files = await readdir(locks).catch(() => []);
    if (files.length === 0) return;
    const holders = await Promise.all(files.map((file) => readProcess(path.join(locks, file))));
    const living = holders.find((holder) => holder !== undefined && isAlive(holder.pid));
    if (!living) break;
    if (Date.now() > deadline) {
      throw new Error(`the engine of an earlier operation is still at work: process ${living.pid}`);
    }
    await sleep(200);
  }
  await outputOf(stack.pulumi, ["cancel", "--yes", "--stack", stack.name]);
}

/** Every resource that the stack's state knows by an id. */
export async function knownResources(stack: EngineStack): Promise<KnownResource[]> {
  const exported = await outputOf(stack.pulumi, ["stack", "export", "--stack", stack.name]);
  return exportSchema
    .parse(JSON.parse(exported))
    .deployment.resources.flatMap(({ type, id }) => (id === undefined ? [] : [{ type, id }]));
}

async function readProcess(file: string): Promise<{ pid: number } | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = processSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : undefined;
}
