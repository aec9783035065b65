import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import * as path from "node:path";

import { z } from "zod";

import { replaceFile } from "../shared/replaceFile";
import { defaultPolicyConfig } from "../shared/repository";
import { workDirs } from "./workDirs";

const baseSchema = z.object({ from: z.string(), config: z.record(z.string(), z.unknown()) });

/** What somebody who makes a stack for somebody else, such as a teacher, sets it up with. */
export interface Base {
  /** Who that is, in words: `class spring`. */
  readonly from: string;
  /** Settings by key with its namespace, which count before the program's own. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * A stack's {@link Base}, and the configuration of its policies: beside what else the lab remembers of the stack, so
 * that whoever works on it later has them without naming them.
 */
export class BaseFiles {
  private readonly settings: string;
  readonly policies: string;

  /** @param workDir folder for what the lab remembers of the stack. */
  constructor(workDir: string) {
    this.settings = path.join(workDir, "base-settings.json");
    this.policies = path.join(workDir, "base-policies.json");
  }

  /** Undefined if nobody set the stack up; a file that is damaged counts as none. */
  async read(): Promise<Base | undefined> {
    const text = await readFile(this.settings, "utf8").catch(() => "null");
    try {
      return baseSchema.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined;
    }
  }

  /** @param policyConfig file with the configuration of the policies, which is copied. */
  async write(base: Base, policyConfig: string): Promise<void> {
    await replaceFile(this.policies, await readFile(policyConfig, "utf8"));
    await replaceFile(this.settings, JSON.stringify(base));
  }

  async remove(): Promise<void> {
    await rm(this.settings, { force: true });
    await rm(this.policies, { force: true });
  }
}

/**
 * The file that configures the policies of a stack: the one that was given, else that of whoever set the stack up,
 * else that of development stacks.
 */
export function policyConfigOf({
  state,
  stack,
  policyConfig,
}: {
  state: string;
  stack: string;
  policyConfig?: string;
}): string {
  if (policyConfig !== undefined) return policyConfig;
  const { policies } = new BaseFiles(workDirs(state, stack).work);
  return existsSync(policies) ? policies : defaultPolicyConfig;
}
