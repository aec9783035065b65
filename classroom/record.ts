import { createHash } from "node:crypto";
import { access, readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";

import { z } from "zod";

import { mustKnowVersion, versionIn } from "../lab/protocol/storedVersion";
import { parsedJson } from "../lab/shared/parsedJson";
import { replaceFile } from "../lab/shared/replaceFile";
import { allocateSlots } from "./allocation";
import type { StackPlan } from "./plan";

/**
 * The phase of a stack: `new` before anything was done; `refused` by the policies, with nothing created; `running`, which
 * remains if the run is cut off; `up`; `failed`, possibly with some resources created; `destroyed`.
 */
export const PHASES = ["new", "refused", "running", "up", "failed", "destroyed"] as const;

const entrySchema = z.object({
  learner: z.string(),
  /** Place in the class; absent for the shared network. */
  slot: z.int().positive().optional(),
  expires: z.string(),
  phase: z.enum(PHASES),
  /** Why the last operation on it failed, in one line. */
  why: z.string().optional(),
  /** Hash of the configuration and policies of the last update. */
  made: z.string().optional(),
  /** The shared network's load balancer's security group, which learners' policies trust. */
  securityGroupId: z.string().optional(),
});

export type StackEntry = z.output<typeof entrySchema>;
export type Phase = StackEntry["phase"];

const recordSchema = z.object({
  version: z.literal(1),
  class: z.string(),
  stacks: z.record(z.string(), entrySchema),
});

/**
 * The stacks of a class, with the phase and place of each. Every change is written to disk atomically before it takes
 * effect, so that a run that was cut off can be resumed.
 */
export class ClassRecord {
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: string,
    private readonly content: z.output<typeof recordSchema>,
  ) {}

  /** @throws Error if the file is damaged, of another class, or of a newer version. */
  static async open(file: string, className: string): Promise<ClassRecord> {
    const text = await readFile(file, "utf8").catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    });
    if (text === undefined) {
      return new ClassRecord(file, { version: 1, class: className, stacks: {} });
    }
    const written = parsedJson(text);
    mustKnowVersion(file, versionIn(written), 1, "restore an earlier one from a copy");
    const parsed = recordSchema.safeParse(written);
    if (!parsed.success) throw new Error(`${file} is damaged: ${z.prettifyError(parsed.error)}`);
    if (parsed.data.class !== className) {
      throw new Error(`${file} is the record of class ${parsed.data.class}, not of ${className}`);
    }
    return new ClassRecord(file, parsed.data);
  }

  get(stack: string): StackEntry | undefined {
    return this.content.stacks[stack];
  }

  /** Every stack that has not been destroyed. */
  standing(): [stack: string, entry: StackEntry][] {
    return Object.entries(this.content.stacks).filter(([, { phase }]) => phase !== "destroyed");
  }

  /**
   * Assigns each learner's stack a place, and forgets the destroyed stacks of learners who left.
   *
   * @returns places by stack.
   */
  async allocate(
    learners: readonly { stack: string; name: string; expires: string }[],
  ): Promise<Record<string, number>> {
    const asked = new Set(learners.map(({ stack }) => stack));
    for (const [stack, { phase }] of Object.entries(this.content.stacks)) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
      if (phase === "destroyed" && !asked.has(stack)) delete this.content.stacks[stack];
    }
    const recorded = Object.entries(this.content.stacks).flatMap(([stack, { slot }]) =>
      slot === undefined ? [] : [[stack, slot] as const],
    );
    const slots = allocateSlots([...asked], Object.fromEntries(recorded));
    for (const { stack, name, expires } of learners) {
      const before = this.content.stacks[stack] ?? { phase: "new" };
      this.content.stacks[stack] = { ...before, learner: name, expires, slot: slots[stack] };
    }
    await this.write();
    return slots;
  }

  /** Records the phase of a stack. */
  async note(
    plan: Pick<StackPlan, "stack" | "learner" | "expires">,
    { phase, made, why, ...found }: Pick<StackEntry, "phase" | "made" | "why" | "securityGroupId">,
  ): Promise<void> {
    const { stack, learner, expires } = plan;
    const before: Partial<StackEntry> = this.content.stacks[stack] ?? {};
    const { slot } = before;
    const { securityGroupId = before.securityGroupId } = found;
    this.content.stacks[stack] = {
      learner,
      ...(slot === undefined ? {} : { slot }),
      expires,
      phase,
      ...(made === undefined ? {} : { made }),
      ...(why === undefined ? {} : { why }),
      ...(securityGroupId === undefined ? {} : { securityGroupId }),
    };
    await this.write();
  }

  /**
   * Merges records that runs on parts of the class have written, which started as copies of this one.
   *
   * @throws Error if one of them is missing, damaged or of another class; then nothing is merged.
   */
  async merge(files: readonly string[]): Promise<void> {
    const before = structuredClone(this.content.stacks);
    const others = await Promise.all(
      files.map(async (file) => {
        await access(file).catch(() => {
          throw new Error(`${file}: not found`);
        });
        return ClassRecord.open(file, this.content.class);
      }),
    );
    for (const { content } of others) {
      for (const [stack, entry] of Object.entries(content.stacks)) {
        if (!isDeepStrictEqual(entry, before[stack])) this.content.stacks[stack] = entry;
      }
    }
    await this.write();
  }

  private write(): Promise<void> {
    const write = () => replaceFile(this.file, `${JSON.stringify(this.content, null, 2)}\n`);
    this.writing = this.writing.then(write, write);
    return this.writing;
  }
}

/** Identifies what a stack is made from, so that a later run knows whether anything changed. */
export function fingerprint({ config, policies }: Pick<StackPlan, "config" | "policies">): string {
  const sorted = Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([sorted, policies]))
    .digest("hex")
    .slice(0, 16);
}
