import { rm } from "node:fs/promises";
import * as path from "node:path";

import type { EngineEvent } from "@pulumi/pulumi/automation";

import { temporaryFolder } from "../shared/temporaryFolder";
import { EngineEventLog } from "./eventLog";
import type { SourcePosition } from "./observations";
import { complaints, type Pulumi, type PulumiRunOptions } from "./pulumi";

export type OperationKind = "preview" | "up" | "refresh" | "destroy";

/** What a policy found in a resource or in the stack. */
export interface PolicyFinding {
  policy: string;
  pack: string;
  level: "mandatory" | "advisory";
  /** URN of the resource; absent for a finding on the stack. */
  urn?: string;
  /** Where the program declares the resource, unless a provider does. */
  source?: SourcePosition;
  message: string;
}

/** Machine-readable result of an operation. */
export interface OperationReport {
  operation: OperationKind;
  stack: string;
  result: "succeeded" | "failed";
  /** Number of resources by what was (or would be) done: `create`, `update`, `replace`, `same` … */
  changes: Partial<Record<string, number>>;
  /** The policy packs that checked the operation, name to version. */
  policyPacks: Record<string, string>;
  findings: PolicyFinding[];
  /** Errors reported by the engine, the program or the account. */
  errors: string[];
  /** Stack outputs after `up`, or of a preview if requested; secrets are masked. */
  outputs?: Record<string, unknown>;
}

export interface OperationOptions extends PulumiRunOptions {
  /** @default false */
  color?: boolean;
  /** File for the engine's update plan of a preview. @default none */
  plan?: string;
  /** Configuration file to use instead of the stack's own. @default none */
  configFile?: string;
  /** Whether a preview reports outputs too. @default false */
  outputs?: boolean;
  /** Called with the engine's events as they arrive. */
  onEvent?: (event: EngineEvent) => void;
}

/** A stack of a project on the engine. */
export interface EngineStack {
  name: string;
  pulumi: Pulumi;
}

/** Arguments of the CLI. An update skips its preview, which has already run and been checked as a whole. */
const commands: Record<OperationKind, readonly string[]> = {
  preview: ["preview"],
  up: ["up", "--yes", "--skip-preview"],
  refresh: ["refresh", "--yes", "--skip-preview", "--clear-pending-creates"],
  destroy: ["destroy", "--yes", "--skip-preview"],
};

/**
 * Runs one operation of a stack on the engine, in one run of the CLI.
 *
 * @returns a report, also of an operation that failed for a reason that the user can fix.
 * @throws Error if the engine itself could not be run.
 */
export async function runOperation(
  stack: EngineStack,
  operation: OperationKind,
  options: OperationOptions = {},
): Promise<OperationReport> {
  const report: OperationReport = {
    operation,
    stack: stack.name,
    result: "failed",
    changes: {},
    policyPacks: {},
    findings: [],
    errors: [],
    ...(operation === "up" || options.outputs ? { outputs: {} } : {}),
  };
  const { color, plan, configFile } = options;
  const folder = await temporaryFolder("events");
  const events = path.join(folder, "events.jsonl");
  try {
    const args = [
      ...commands[operation],
      ...["--stack", stack.name],
      ...["--color", color ? "always" : "never"],
      "--non-interactive",
      "--suppress-progress",
      ...["--event-log", events],
      ...(plan === undefined ? [] : ["--save-plan", plan]),
      ...(configFile === undefined ? [] : ["--config-file", configFile]),
    ];
    const log = new EngineEventLog(events, (event) => {
      record(report, event);
      options.onEvent?.(event);
    });
    const { code, stdout, stderr } = await stack.pulumi.run(args, options).finally(() => log.end());
    if (code === 0) report.result = "succeeded";
    // The engine reports its reasons as events; without any, it could not even start.
    else if (report.errors.length + report.findings.length === 0) {
      report.errors.push(...complaints(stderr === "" ? stdout : stderr));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return report;
}

function record(report: OperationReport, event: EngineEvent): void {
  const { policyEvent, diagnosticEvent, resOutputsEvent, summaryEvent } = event;
  if (policyEvent) {
    report.findings.push({
      policy: policyEvent.policyName,
      pack: policyEvent.policyPackName,
      level: policyEvent.enforcementLevel === "mandatory" ? "mandatory" : "advisory",
      ...(policyEvent.resourceUrn ? { urn: policyEvent.resourceUrn } : {}),
      message: plainText(policyEvent.message),
    });
  }
  if (diagnosticEvent?.severity === "error") {
    const message = plainText(diagnosticEvent.message);
    if (!isEcho(message)) report.errors.push(message);
  }
  if (report.outputs && resOutputsEvent?.metadata.type === "pulumi:pulumi:Stack") {
    report.outputs = masked(resOutputsEvent.metadata.new?.outputs ?? {}) as Record<string, unknown>;
  }
  if (summaryEvent) {
    report.changes = summaryEvent.resourceChanges;
    report.policyPacks = policyPacksOf(summaryEvent);
  }
}

/**
 * Name to version of the packs that ran. The SDK's type says `policyPacks`, but the CLI writes `PolicyPacks`, omits it
 * without packs, and appends a local pack's folder to its name.
 */
function policyPacksOf(summary: object): Record<string, string> {
  const { PolicyPacks: packs = {} } = summary as { PolicyPacks?: Record<string, string> };
  const named = Object.entries(packs).map(([key, version]) => [key.split("|")[0] ?? key, version]);
  return Object.fromEntries(named) as Record<string, string>;
}

/** Whether a message only says that the operation failed, which the engine adds after the actual reasons. */
export function isEcho(message: string): boolean {
  return /^(preview|update|refresh|destroy) failed$/.test(message);
}

/** The number of resources that an operation changes. */
export function changedBy({ changes }: Pick<OperationReport, "changes">): number {
  const counts = Object.entries(changes).filter(([change]) => change !== "same");
  return counts.reduce((sum, [, count = 0]) => sum + count, 0);
}

/** Engine messages carry colour directives such as `<{%fg 1%}>`. */
export function plainText(message: string): string {
  return message.replace(/<\{%.*?%\}>/g, "").trim();
}

/** Key that marks an object in an engine event as a secret. Source: sdk/go/common/resource. */
const signature = "4dabf18193072939515e22adb298388d";

/** An engine event's value with `[secret]` in place of each secret, whose value the engine has already removed. */
export function masked(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(masked);
  if (signature in value) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner)]));
}
