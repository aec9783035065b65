import { readFile, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";

import pLimit from "p-limit";

import type { SharedNetwork } from "../chapters/foundation";
import { messageOf } from "../lab/shared/messageOf";
import { policyPack } from "../lab/shared/repository";
import { temporaryFolder } from "../lab/shared/temporaryFolder";
import type { Backend, ClassOperation } from "./backend";
import { isExpired, planLearner, planNetwork, type StackPlan, vpcOnly } from "./plan";
import { type ClassRecord, type StackEntry, fingerprint, type Phase } from "./record";
import { type ClassReport, reason, type StackResult } from "./report";
import { networkStackOf, type Roster } from "./roster";
import type { Defaults } from "./stackSettings";

export interface ClassOptions {
  operation: ClassReport["operation"];
  roster: Roster;
  defaults: Defaults;
  record: ClassRecord;
  backend: Backend;
  /** Only these learners, by name or by stack. @default all */
  only?: readonly string[];
  /** Only stacks whose last day has passed. @default false */
  expired?: boolean;
  /** Whether `up` also updates stacks that already match the roster. @default false */
  again?: boolean;
  /** Maximum number of stacks to work on at once. */
  concurrency: number;
  /** Configuration of the policy pack. @default policies/config/dev.json */
  policyConfig?: string;
  /** Stops the run: no more stacks are started, and running operations are cancelled. */
  signal: AbortSignal;
  /** Called with each stack's result when it is known. */
  onResult?: (result: StackResult, done: number, all: number) => void;
  /** Called with the learners whose stacks are being worked on. */
  onBusy?: (learners: readonly string[]) => void;
  /** The day, `YYYY-MM-DD` in UTC. @default today */
  today?: string;
}

/** A stack of the run: planned from the roster, or only known from the record. */
interface Target {
  plan: Pick<StackPlan, "stack" | "learner" | "expires" | "config" | "policies">;
  monthlyUsd: number | null;
  inRoster: boolean;
  isNetwork: boolean;
}

/**
 * Previews, updates, destroys or shows the stacks of a class: the shared network first (or last, when
 * destroying), then the learners' in parallel. A stack that fails does not stop the others.
 *
 * @throws Error that names learners who are not in the class, or if the class exceeds its total budget, before anything is
 *   started.
 */
export async function runClass(options: ClassOptions): Promise<ClassReport> {
  const startedAt = new Date().toISOString();
  const targets = await targetsOf(options);
  refuseOverBudget(options, targets);
  const stacks = await new ClassRun(options, targets).results();
  const standing = stacks.filter(({ phase }) => phase !== "destroyed" && !isUntouched(phase));
  const paid = options.operation === "preview" ? stacks : standing;
  return {
    version: 1,
    class: options.roster.class,
    operation: options.operation,
    backend: options.backend.name,
    startedAt,
    endedAt: new Date().toISOString(),
    stopped: options.signal.aborted,
    monthlyUsd: paid.reduce((sum, one) => sum + (one.monthlyUsd ?? 0), 0),
    stacks,
  };
}

/** The plans of a class's stacks, the shared network's first. */
export function planClass(
  roster: Roster,
  slots: Readonly<Record<string, number>>,
  defaults: Defaults,
): { network?: StackPlan; learners: StackPlan[] } {
  const network = planNetwork(roster, defaults);
  return {
    ...(network && { network }),
    learners: roster.learners.map((one) =>
      planLearner(one, slots[one.stack] ?? 0, roster, defaults),
    ),
  };
}

async function targetsOf(options: ClassOptions): Promise<Target[]> {
  const { operation, roster, defaults, record, only, expired } = options;
  const slots = await record.allocate(roster.learners);
  const plans = planClass(roster, slots, defaults);
  const planned = [plans.network ?? [], plans.learners].flat().map((plan) => ({
    plan,
    monthlyUsd: plan.monthlyUsd,
    inRoster: true,
    isNetwork: plan === plans.network,
  }));
  const known = new Set(planned.map(({ plan }) => plan.stack));
  const others = record.standing().filter(([stack]) => !known.has(stack));
  const leftBehind = others.map(([stack, { learner, expires }]) => ({
    plan: { stack, learner, expires, config: {}, policies: {} },
    monthlyUsd: null,
    inRoster: false,
    isNetwork: stack === networkStackOf(roster),
  }));
  const both = operation === "status" || operation === "destroy";
  const all: Target[] = both ? [...planned, ...leftBehind] : planned;
  refuseUnknown(all, only);
  const today = options.today ?? new Date().toISOString().slice(0, 10);
  return all.filter(({ plan, isNetwork }) => {
    if (expired && !isExpired(plan, today)) return false;
    const named = only?.some((name) => name === plan.learner || name === plan.stack) ?? true;
    return named || (isNetwork && operation !== "destroy");
  });
}

function refuseUnknown(targets: readonly Target[], only: readonly string[] = []): void {
  const known = new Set(targets.flatMap(({ plan }) => [plan.learner, plan.stack]));
  const unknown = only.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  const learners = targets.filter(({ isNetwork }) => !isNetwork).map(({ plan }) => plan.learner);
  throw new Error(`not in the class: ${unknown.join(", ")}; there are ${learners.join(", ")}`);
}

function refuseOverBudget(
  { operation, roster, only }: ClassOptions,
  targets: readonly Target[],
): void {
  const { totalBudget } = roster;
  const monthlyUsd = targets.reduce((sum, target) => sum + (target.monthlyUsd ?? 0), 0);
  if (operation !== "up" || only || totalBudget === undefined || monthlyUsd <= totalBudget) return;
  throw new Error(
    `the class would cost about ${monthlyUsd.toFixed(0)} USD a month and its totalBudget is ` +
      `${totalBudget}: share a network (network: shared), use natGateways: none, or raise it`,
  );
}

/** One run over a class's stacks. */
class ClassRun {
  private readonly busy = new Set<string>();
  private done = 0;
  private policyDir = "";

  constructor(
    private readonly options: ClassOptions,
    private readonly targets: readonly Target[],
  ) {}

  async results(): Promise<StackResult[]> {
    this.policyDir = await temporaryFolder("class-policies");
    try {
      const before = await this.options.backend.resources();
      const results = await this.runAll(before);
      const after = await this.options.backend.resources().catch(() => undefined);
      return results.map((result) => ({
        ...result,
        resources: after ? (after[result.stack] ?? 0) : null,
      }));
    } finally {
      await rm(this.policyDir, { recursive: true });
    }
  }

  private async runAll(before: Record<string, number>): Promise<StackResult[]> {
    const { operation, concurrency } = this.options;
    const network = this.targets.find(({ isNetwork }) => isNetwork);
    const learners = this.targets.filter((target) => target !== network);
    const limit = pLimit(concurrency);
    const inParallel = (obstacle?: string) =>
      Promise.all(learners.map((target) => limit(() => this.one(target, before, obstacle))));

    if (!network || operation === "status") {
      const rest = network ? [await this.one(network, before)] : [];
      return [...rest, ...(await inParallel())];
    }
    if (operation === "destroy") {
      const results = await inParallel();
      const standing = this.options.record
        .standing()
        .filter(([stack, { phase }]) => stack !== network.plan.stack && !isUntouched(phase));
      const obstacle =
        standing.length > 0 ? `${standing.length} stacks still use the network` : undefined;
      return [await this.one(network, before, obstacle), ...results];
    }
    const result = await this.one(network, before);
    return [result, ...(await inParallel(this.networkObstacle(result, before)))];
  }

  /** Why learners cannot use the shared network, if they cannot. */
  private networkObstacle({ stack, phase }: StackResult, before: Record<string, number>) {
    if (phase === "up" && (this.options.operation === "up" || (before[stack] ?? 0) > 0)) {
      return undefined;
    }
    return this.options.operation === "preview"
      ? `the class's network ${stack} is not up yet, and this stack is previewed against it`
      : `the class's network ${stack} is not up`;
  }

  private async one(
    target: Target,
    before: Record<string, number>,
    obstacle?: string,
  ): Promise<StackResult> {
    const { operation, signal } = this.options;
    const result =
      operation === "status"
        ? this.result(target, "skipped", { errors: this.lastFailure(target) })
        : this.needsNothing(target, before)
          ? this.result(target, "skipped")
          : signal.aborted || obstacle !== undefined
            ? this.result(target, "stopped", { errors: [obstacle ?? "the run was stopped"] })
            : await this.work(target, operation);
    this.done += 1;
    if (operation !== "status") this.options.onResult?.(result, this.done, this.targets.length);
    return result;
  }

  private lastFailure({ plan }: Target): string[] {
    const { why } = this.options.record.get(plan.stack) ?? {};
    return why === undefined ? [] : [why];
  }

  /** Whether the stack is already in the state that the operation would produce. */
  private needsNothing({ plan, isNetwork }: Target, before: Record<string, number>): boolean {
    const { operation, again, record } = this.options;
    const entry = record.get(plan.stack);
    const resources = before[plan.stack] ?? 0;
    switch (operation) {
      case "up":
        // A network whose record lacks the security group, from before it was recorded, is updated again.
        if (again || entry?.phase !== "up" || (isNetwork && !entry.securityGroupId)) return false;
        return entry.made === fingerprint(plan) && resources > 0;
      case "destroy":
        return (
          resources === 0 && (!entry || entry.phase === "destroyed" || isUntouched(entry.phase))
        );
      default:
        return false;
    }
  }

  private async work(target: Target, operation: ClassOperation): Promise<StackResult> {
    const { plan } = target;
    const { backend, record, signal } = this.options;
    const changes = operation !== "preview";
    const start = performance.now();
    const earlier = record.get(plan.stack);
    this.mark(plan.learner, true);
    const made = earlier?.made;
    if (changes) await record.note(plan, { phase: "running", made });
    try {
      const policyConfig = await this.writePolicyConfig(target);
      const report = await backend.run(operation, { plan, policyConfig }, signal);
      const succeeded = report.result === "succeeded";
      const outcome = {
        seconds: (performance.now() - start) / 1000,
        changes: definedOnly(report.changes),
        findings: report.findings.map(({ policy, level, message }) => ({ policy, level, message })),
        errors: signal.aborted && !succeeded ? ["stopped", ...report.errors] : report.errors,
        ...(report.outputs && { outputs: report.outputs }),
      };
      if (changes && succeeded) {
        await record.note(plan, {
          phase: after[operation],
          made: operation === "up" ? fingerprint(plan) : undefined,
          securityGroupId: target.isNetwork ? groupIn(report.outputs) : undefined,
        });
      } else if (changes) {
        // If it was refused at preview, the stack is unchanged.
        const phase = report.operation === "preview" ? phaseBefore(earlier) : "failed";
        await record.note(plan, { phase, made, why: reason(outcome) });
      }
      return this.result(target, succeeded ? "succeeded" : "failed", outcome);
    } catch (error) {
      const errors = [messageOf(error)];
      if (changes) await record.note(plan, { phase: "failed", made, why: reason({ errors }) });
      const seconds = (performance.now() - start) / 1000;
      return this.result(target, "failed", { seconds, errors });
    } finally {
      this.mark(plan.learner, false);
    }
  }

  private mark(learner: string, busy: boolean): void {
    if (busy) this.busy.add(learner);
    else this.busy.delete(learner);
    this.options.onBusy?.([...this.busy]);
  }

  private async writePolicyConfig(target: Target): Promise<string> {
    const { stack } = target.plan;
    const policies = target.isNetwork ? target.plan.policies : this.trustNetwork(target.plan);
    const base = this.options.policyConfig ?? path.join(policyPack, "config", "dev.json");
    const merged = JSON.parse(await readFile(base, "utf8")) as Record<string, unknown>;
    for (const [rule, settings] of Object.entries(policies)) {
      const given = merged[rule];
      const others = typeof given === "string" ? { enforcementLevel: given } : given;
      merged[rule] = { ...settings, ...(others as object | undefined), ...settings };
    }
    const file = path.join(this.policyDir, `${stack}.json`);
    await writeFile(file, JSON.stringify(merged));
    return file;
  }

  /** The policies of a learner's stack, extended to trust the shared load balancer's group, which is in another stack. */
  private trustNetwork({ policies }: Target["plan"]): Target["plan"]["policies"] {
    const { record, roster } = this.options;
    const { securityGroupId } = record.get(networkStackOf(roster)) ?? {};
    const rule = policies[vpcOnly];
    if (rule === undefined || securityGroupId === undefined) return policies;
    return { ...policies, [vpcOnly]: { ...rule, trustedSecurityGroupIds: [securityGroupId] } };
  }

  private result(
    { plan, monthlyUsd, inRoster, isNetwork }: Target,
    result: StackResult["result"],
    more: Partial<StackResult> = {},
  ): StackResult {
    const { backend, record, today = new Date().toISOString().slice(0, 10) } = this.options;
    const phase = record.get(plan.stack)?.phase ?? "new";
    const isTheirs = inRoster && !isNetwork && phase !== "new" && phase !== "destroyed";
    return {
      stack: plan.stack,
      learner: plan.learner,
      result,
      phase,
      inRoster,
      resources: null,
      expires: plan.expires,
      expired: isExpired(plan, today),
      monthlyUsd,
      errors: [],
      ...(isTheirs && { command: backend.commandOf(plan.stack) }),
      ...more,
    };
  }
}

/** The security group among the outputs of the shared network's stack. */
const groupIn = (outputs: Record<string, unknown> = {}) =>
  (outputs.network as Partial<SharedNetwork> | undefined)?.securityGroupId;

/** Whether nothing of the stack was ever created. */
const isUntouched = (phase: Phase) => phase === "new" || phase === "refused";

const after: Readonly<Record<ClassOperation, Phase>> = {
  preview: "new",
  up: "up",
  destroy: "destroyed",
};

/** The phase of a stack that the policies refused; if an earlier run was cut off, it has failed. */
function phaseBefore({ phase }: Pick<StackEntry, "phase"> = { phase: "new" }): Phase {
  switch (phase) {
    case "new":
    case "destroyed":
      return "refused";
    case "running":
      return "failed";
    default:
      return phase;
  }
}

function definedOnly(changes: Partial<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(changes).flatMap(([key, count]) => (count === undefined ? [] : [[key, count]])),
  );
}
