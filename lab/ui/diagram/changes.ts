import { z } from "zod";

import { UNKNOWN } from "../../../policies/graph/value";
import {
  isDrawable,
  ownerOf,
  readFields,
  readResource,
  sorted,
  type StackResource,
  type StackState,
} from "./state";

/** What an update would do to a resource that it changes. */
export interface PlannedChange {
  action: "create" | "update" | "replace" | "delete";
  /** Names of the inputs that would change, for an update or a replacement. */
  inputs: string[];
}

/** The outcome that a preview predicts. */
export interface Plan {
  /** The stack's resources after the update; values that only the update will determine are unknown. */
  after: StackState;
  /** By URN. */
  changes: Map<string, PlannedChange>;
}

const properties = z.record(z.string(), z.unknown()).nullish();
const dependencies = z.record(z.string(), z.array(z.string()).nullable()).nullish();

/** What the engine writes for `pulumi preview --save-plan`. */
const updatePlanSchema = z.object({
  resourcePlans: z.record(
    z.string(),
    z.object({
      goal: z
        .object({
          type: z.string(),
          custom: z.boolean().default(true),
          inputDiff: z
            .object({
              adds: properties,
              updates: properties,
              deletes: z.array(z.string()).nullish(),
            })
            .nullish(),
          propertyDependencies: dependencies,
        })
        .nullish(),
      steps: z.array(z.string()).nullish(),
      state: properties,
    }),
  ),
});

const writtenSchema = z.object({
  type: z.string(),
  custom: z.boolean().default(true),
  id: z.string().optional(),
  inputs: properties,
  outputs: properties,
  propertyDependencies: dependencies,
});

/** What `pulumi preview --json` prints. */
const previewSchema = z.object({
  steps: z.array(z.object({ op: z.string(), urn: z.string(), newState: writtenSchema.nullish() })),
});

/**
 * Reads the engine's plan for a stack.
 *
 * @param before The stack as it is.
 * @param plan The update plan, as JSON.
 * @throws Error if it is not one.
 */
export function readUpdatePlan(before: StackState, plan: unknown): Plan {
  const parsed = updatePlanSchema.safeParse(plan);
  if (!parsed.success) throw new Error("the engine's update plan could not be read");
  return planOf(
    before,
    Object.entries(parsed.data.resourcePlans).map(([urn, { goal, steps, state }]) => {
      const action = actionOf(steps ?? []);
      if (!goal || !isDrawable(goal)) return { urn, action };
      return {
        urn,
        action,
        resource: (old: StackResource | undefined) => {
          const { adds, updates, deletes } = goal.inputDiff ?? {};
          const written = {
            urn,
            type: goal.type,
            outputs: state,
            propertyDependencies: goal.propertyDependencies,
          };
          const kept = Object.entries(old?.inputs ?? {}).filter(([key]) => !deletes?.includes(key));
          const inputs = {
            ...Object.fromEntries(kept),
            ...readFields(adds),
            ...readFields(updates),
          };
          const read = readResource(written);
          const id = action === "update" ? (old?.props.id ?? UNKNOWN) : UNKNOWN;
          return { ...read, inputs, props: { ...read.props, ...inputs, id } };
        },
      };
    }),
  );
}

/**
 * Reads the output of `pulumi preview --json` for a stack; resources that it does not name stay unchanged.
 *
 * @param origin Where it comes from, for errors.
 * @throws Error naming the origin if it is not a preview.
 */
export function readPreview(before: StackState, preview: unknown, origin: string): Plan {
  const parsed = previewSchema.safeParse(preview);
  if (!parsed.success) throw new Error(`${origin}: not the output of \`pulumi preview --json\``);
  const urns = [...new Set(parsed.data.steps.map(({ urn }) => urn))];
  return planOf(
    before,
    urns.map((urn) => {
      const steps = parsed.data.steps.filter((step) => step.urn === urn);
      const action = actionOf(steps.map(({ op }) => op));
      const states = steps.filter(({ op }) => op !== "delete-replaced");
      const state = states.map(({ newState }) => newState).find((found) => !!found);
      if (!state || !isDrawable(state)) return { urn, action };
      return {
        urn,
        action,
        resource: (old: StackResource | undefined) => {
          const read = readResource({ ...state, urn });
          const id = action === "update" ? (old?.props.id ?? UNKNOWN) : UNKNOWN;
          const known = action === "update" ? old?.props : undefined;
          return { ...read, props: { ...known, ...read.inputs, id } };
        },
      };
    }),
  );
}

interface Step {
  urn: string;
  action: PlannedChange["action"] | "keep";
  /** The resource after the update, from what it is before. */
  resource?: (old: StackResource | undefined) => StackResource;
}

function planOf(before: StackState, steps: readonly Step[]): Plan {
  const after = new Map(before.resources.map((resource) => [resource.urn, resource]));
  const changes = new Map<string, PlannedChange>();
  for (const { urn, action, resource } of steps) {
    const old = after.get(urn);
    if (action === "keep") continue;
    if (action === "delete") {
      if (old) changes.set(urn, { action, inputs: [] });
      after.delete(urn);
    } else if (resource) {
      const news = resource(old);
      after.set(urn, news);
      changes.set(urn, { action, inputs: old ? changedInputs(old, news) : [] });
    }
  }
  const owner = before.resources.length > 0 ? before : ownerOf(steps[0]?.urn ?? "");
  const { project, stack } = owner;
  return { after: { project, stack, resources: sorted([...after.values()]) }, changes };
}

function actionOf(operations: readonly string[]): Step["action"] {
  if (operations.some((op) => op === "replace" || op === "create-replacement")) return "replace";
  if (operations.some((op) => op === "create" || op === "import")) return "create";
  if (operations.includes("update")) return "update";
  return operations.includes("delete") ? "delete" : "keep";
}

function changedInputs(old: StackResource, news: StackResource): string[] {
  const text = (value: unknown) =>
    JSON.stringify(value, (_, item: unknown) => (item === UNKNOWN ? "unknown" : item));
  return [...new Set([...Object.keys(old.inputs), ...Object.keys(news.inputs)])]
    .filter((key) => text(old.inputs[key]) !== text(news.inputs[key]))
    .sort();
}
