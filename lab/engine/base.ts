import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import * as path from "node:path";

import { z } from "zod";

import { parseStored } from "../protocol/storedFile";
import { parsedJson } from "../shared/parsedJson";
import { replaceFile } from "../shared/replaceFile";
import { defaultPolicyConfig } from "../shared/repository";
import { workDirs } from "./workDirs";

/** Counts up when the form of the file changes; what an earlier one had is then read as well. */
const FILE_VERSION = 1;

/** Before versions were noted, the file had none. */
const baseSchema = z.object({
  version: z.literal(FILE_VERSION).optional(),
  from: z.string(),
  config: z.record(z.string(), z.unknown()),
});

/** What a person who creates a stack for someone else, such as a teacher, sets it up with. */
export interface Base {
  /** Who set the stack up, in words: `class spring`. */
  readonly from: string;
  /** Settings by namespaced key; they override the program's own. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * A stack's {@link Base} and its policies' configuration. They are stored with the stack, so that later commands on it
 * need not name them.
 */
export class BaseFiles {
  private readonly settings: string;
  readonly policies: string;

  /** @param workDir folder for the lab's own data on the stack. */
  constructor(workDir: string) {
    this.settings = path.join(workDir, "base-settings.json");
    this.policies = path.join(workDir, "base-policies.json");
  }

  /**
   * Undefined if nobody set the stack up.
   * @throws Error naming the file and what to do if it is damaged, for without it the stack would go back to other
   *   settings; or if a newer lab wrote it
   */
  async read(): Promise<Base | undefined> {
    const file = this.settings;
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    const form = { schema: baseSchema, version: FILE_VERSION, remedy: REMEDY };
    const { from, config } = parseStored(file, text, form);
    return { from, config };
  }

  /** @throws Error naming the file and what to do if one is damaged */
  async check(): Promise<void> {
    await this.read();
    const text = await readFile(this.policies, "utf8").catch(() => undefined);
    if (text === undefined) return;
    if (z.record(z.string(), z.unknown()).safeParse(parsedJson(text)).success) return;
    throw new Error(`${this.policies} is damaged: ${REMEDY}`);
  }

  /** @param policyConfig file with the configuration of the policies, which is copied. */
  async write(base: Base, policyConfig: string): Promise<void> {
    await replaceFile(this.policies, await readFile(policyConfig, "utf8"));
    await replaceFile(this.settings, JSON.stringify({ version: FILE_VERSION, ...base }));
  }

  async remove(): Promise<void> {
    await rm(this.settings, { force: true });
    await rm(this.policies, { force: true });
  }
}

const REMEDY =
  "restore it from a copy; or remove it, and have the stack set up again as it was before, by npm run class -- up";

/**
 * The file that configures a stack's policies: the given one, else the one the stack was set up with, else that of
 * development stacks.
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
