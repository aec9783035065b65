import { z } from "zod";

import { UNKNOWN } from "../shared/unknown";
import type { AnyResourceType, Problem, Properties } from "./resourceType";

/** Whether the value, or anything in it, is unknown. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(hasUnknown);
}

/** Names of all inputs of a type. */
export function inputKeys(type: AnyResourceType): ReadonlySet<string> {
  return new Set(Object.keys(type.inputs.shape));
}

/** Whether resources of the type have ordinary tags. Auto Scaling groups have a list of a different kind. */
export function hasTags(type: AnyResourceType): boolean {
  const { tags } = type.inputs.shape;
  return tags instanceof z.ZodOptional && tags.unwrap() instanceof z.ZodRecord;
}

/** Fills in the schema's defaults at every depth; unknown and misplaced values are unchanged. */
export function withDefaults(schema: z.core.$ZodType, value: unknown): unknown {
  if (schema instanceof z.ZodDefault) {
    return value === undefined
      ? schema.def.defaultValue
      : withDefaults(schema.def.innerType, value);
  }
  if (schema instanceof z.ZodOptional) {
    return value === undefined ? undefined : withDefaults(schema.def.innerType, value);
  }
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((item) => withDefaults(schema.def.element, item));
  }
  if (schema instanceof z.ZodObject && isObject(value)) {
    const filled: Properties = { ...value };
    const shape: z.ZodRawShape = schema.shape;
    for (const [key, property] of Object.entries(shape)) {
      const inner = withDefaults(property, value[key]);
      if (inner !== undefined) filled[key] = inner;
    }
    return filled;
  }
  return value;
}

/**
 * All problems of a resource's inputs, as far as these are known.
 *
 * @param secretKeys Top-level inputs whose values must not appear in a message.
 */
export function checkInputs(
  type: AnyResourceType,
  inputs: Properties,
  secretKeys: ReadonlySet<string> = new Set(),
): Problem[] {
  const result = type.inputs.safeParse(inputs);
  const issues = result.success ? [] : result.error.issues;
  const problems = issues
    .filter(
      (issue) => !issue.path.some((_, i) => at(inputs, issue.path.slice(0, i + 1)) === UNKNOWN),
    )
    .flatMap((issue) => problemsOf(type, inputs, issue, secretKeys.has(String(issue.path[0]))));

  const malformed = new Set(problems.map(({ path }) => /^\w+/.exec(path)?.[0]));
  for (const rule of type.rules ?? []) {
    const [first = ""] = rule.keys;
    if (rule.keys.some((key) => malformed.has(key) || hasUnknown(inputs[key]))) continue;
    const reason = rule.check(inputs);
    if (reason !== undefined) problems.push({ path: first, reason });
  }
  return problems;
}

function problemsOf(
  type: AnyResourceType,
  inputs: Properties,
  issue: z.core.$ZodIssue,
  secret: boolean,
): Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: formatPath([...issue.path, key]),
      reason: `is not a property that ${type.token} has`,
    }));
  }
  const path = formatPath(issue.path);
  const value = at(inputs, issue.path);
  if (value === undefined) return [{ path, reason: "is required" }];
  const received = secret ? "" : `, got ${JSON.stringify(value).slice(0, 200)}`;
  return [{ path, reason: `${issue.message.replace(/^Invalid \w+: /, "")}${received}` }];
}

/** `["ingress", 0, "fromPort"]` becomes `ingress[0].fromPort`. */
function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((step, i) =>
      typeof step === "number" ? `[${step}]` : `${i > 0 ? "." : ""}${String(step)}`,
    )
    .join("");
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null
        ? (inner as Record<PropertyKey, unknown>)[step]
        : undefined,
    value,
  );
}

export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
