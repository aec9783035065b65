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
   * Configuration values for the stack, `KEY=VALUE` each: for a preview, or an update, which keeps them
   * once it has succeeded.
   */
  config?: Record<string, string>;
  /** Whether `config` is all that is set for the stack, and what was set before is forgotten. @default false */
  replaceConfig?: boolean;
  /**
   * Who sets the stack up for somebody else, in words (`class spring`): `config` is then all that is set, and with
   * `policyConfig` what the stack has from now on. Kept by an update that succeeds, or that makes the stack; forgotten by
   * a destruction.
   */
  setUpBy?: string;
  /** Configuration of the policy pack. @default the one that the stack was set up with, else "policies/config/dev.json" */
  policyConfig?: string;
  /** Prints one JSON document on standard output instead of text for people. */
  json?: boolean;
  /** Prints all that the engine prints, as `pulumi` does, instead of what changes. @default false */
  verbose?: boolean;
  /** Cancels what is under way. */
  signal: AbortSignal;
  /** Folder of the program, with Pulumi.yaml. @default the checkout */
  programDir?: string;
  /** Whether the stack is made at once, if there is none: for an operation that makes it. @default false */
  create?: boolean;
  /** What was started already; the repository's policy pack, with no other configuration than this session's. */
  early?: EarlyStart;
  /** Whether the stack may be damaged: for {@link Session.recover}. @default false */
  damaged?: boolean;
}

/** A stack that is open: what the parts of a session work with. */
export interface OpenStack {
  readonly host: Host;
  readonly engine: LabEngine;
  readonly project: Project;
  readonly options: SessionOptions;
}

/** Says something to the person at the terminal; nothing where a program reads. */
export function say({ json }: Pick<SessionOptions, "json">, text: string): void {
  if (!json) process.stdout.write(`${colors.bold(text)}\n`);
}

/** @throws Error if there is no such stack: its name is likely to be misspelt. */
export function expectStack({ engine }: Pick<OpenStack, "engine">): void {
  if (engine.stack.exists) return;
  throw new Error(
    `there is no stack ${engine.name}; npm run lab -- pulumi stack ls shows those that there are`,
  );
}
