import colors from "picocolors";

import type { EarlyStart } from "../../../engine/earlyStart";
import type { LabEngine } from "../../../engine/labEngine";
import type { Project } from "../../../engine/project";
import type { Host } from "../../../host/host";

export interface SessionOptions {
  /** @default "dev" */
  stack: string;
  /** The lab's folder for everything it writes. @default ".lab" in the checkout */
  state: string;
  /**
   * Configuration values for the stack, `KEY=VALUE` each, for a preview or an update; an update keeps them once it has
   * succeeded.
   */
  config?: Record<string, string>;
  /** Whether `config` replaces all that was set for the stack before. @default false */
  replaceConfig?: boolean;
  /**
   * Who sets the stack up for somebody else, in words (`class spring`): `config` then replaces all settings and, with
   * `policyConfig`, becomes the stack's defaults. Kept by an update that succeeds or creates the stack; forgotten when
   * the stack is destroyed.
   */
  setUpBy?: string;
  /** Configuration of the policy pack. @default the one that the stack was set up with, else "policies/config/dev.json" */
  policyConfig?: string;
  /** Whether to print a JSON document on standard output instead of text for people. */
  json?: boolean;
  /**
   * Whether to print everything that the engine prints, as `pulumi` does, instead of a summary of changes. @default
   * false
   */
  verbose?: boolean;
  /** Cancels the operation in progress. */
  signal: AbortSignal;
  /** Folder of the program, with Pulumi.yaml. @default the checkout */
  programDir?: string;
  /** Whether to create the stack at once if it does not exist. @default false */
  create?: boolean;
  /** What was started already; the policy pack must be the repository's, with this session's configuration. */
  early?: EarlyStart;
  /** Whether the stack may be damaged: for {@link Session.recover}. @default false */
  damaged?: boolean;
}

/** An open stack, shared by the parts of a session. */
export interface OpenStack {
  readonly host: Host;
  readonly engine: LabEngine;
  readonly project: Project;
  readonly options: SessionOptions;
}

/** Prints a line for people; nothing with `json`. */
export function say({ json }: Pick<SessionOptions, "json">, text: string): void {
  if (!json) process.stdout.write(`${colors.bold(text)}\n`);
}

/** @throws Error if there is no such stack; its name is probably misspelt. */
export function expectStack({ engine }: Pick<OpenStack, "engine">): void {
  if (engine.stack.exists) return;
  throw new Error(
    `there is no stack ${engine.name}; npm run lab -- pulumi stack ls lists the stacks`,
  );
}
