import { NormalizedSchema } from "@smithy/core/schema";

import { ApiError } from "./apiError";
import type { ApiService } from "./service";

/** An operation of a service's model: its input and output schemas. */
export interface OperationModel {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
}

/**
 * An operation's schemas from the service's SDK package.
 *
 * Source: @aws-sdk/client-*, dist-types/schemas/schemas_0.d.ts: `NAME$` is `[9, namespace, name, traits, () => input,
 * () => output]` (`StaticOperationSchema` of @smithy/types).
 */
export function operationModel({ model }: ApiService, name: string): OperationModel {
  const schema = (model() as Record<string, unknown>)[`${name}$`];
  if (!Array.isArray(schema) || schema[0] !== 9) {
    throw new Error(`the model has no operation ${name}`);
  }
  const of = (part: unknown) => NormalizedSchema.of((part as () => never)());
  return { name, input: of(schema[4]), output: of(schema[5]) };
}

/** Checks that input has all members that the model requires. */
export function mustHaveRequired(schema: NormalizedSchema, value: unknown, code: string): void {
  const missing = problems(schema, value, "").find(({ what }) => what === "required");
  if (missing === undefined) return;
  throw new ApiError(code, `Missing required parameter: ${missing.path}`);
}

/** Where a value differs from the model, e.g. `services[0].foo is not in the model`; empty if it matches. */
export function mismatches(schema: NormalizedSchema, value: unknown): string[] {
  return problems(schema, value, "").map(({ path, what }) =>
    what === "required" ? `${path} is required` : `${path} ${what}`,
  );
}

/** Parts of a value whose type differs from the model's, e.g. `count is not a number`. */
export function wrongTypes(schema: NormalizedSchema, value: unknown): string[] {
  return problems(schema, value, "request")
    .filter(({ what }) => what.startsWith("is not a "))
    .map(({ path, what }) => `${path.replace(/^request\./, "")} ${what}`);
}

interface Problem {
  readonly path: string;
  readonly what: string;
}

function problems(schema: NormalizedSchema, value: unknown, path: string): Problem[] {
  if (value === undefined || value === null) return [];
  if (schema.isStructSchema()) return structProblems(schema, value, path);
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) return [{ path, what: "is not a list" }];
    return value.flatMap((one, i) => problems(schema.getValueSchema(), one, `${path}[${i}]`));
  }
  if (schema.isMapSchema()) {
    if (typeof value !== "object") return [{ path, what: "is not a map" }];
    return Object.entries(value).flatMap(([key, one]) =>
      problems(schema.getValueSchema(), one, `${path}.${key}`),
    );
  }
  const wanted = simpleType(schema);
  if (wanted === undefined || isOf(wanted, value)) return [];
  return [{ path, what: `is not a ${wanted}` }];
}

function structProblems(schema: NormalizedSchema, value: unknown, path: string): Problem[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [{ path, what: "is not a structure" }];
  }
  const prefix = path === "" ? "" : `${path}.`;
  const given = value as Record<string, unknown>;
  const members = Object.fromEntries(schema.structIterator());
  const missing = requiredOf(schema).filter((name) => given[name] === undefined);
  const strange = Object.keys(given).filter((name) => !(name in members) && name !== "$metadata");
  return [
    ...missing.map((name) => ({ path: `${prefix}${name}`, what: "required" })),
    ...strange.map((name) => ({ path: `${prefix}${name}`, what: "is not in the model" })),
    ...Object.entries(members).flatMap(([name, member]) =>
      problems(member, given[name], `${prefix}${name}`),
    ),
  ];
}

/** The required members of a structure: these come first, and the schema ends with their number. */
function requiredOf(schema: NormalizedSchema): string[] {
  const [, , , , names, , count = 0] = schema.getSchema() as unknown as [
    kind: number,
    namespace: string,
    name: string,
    traits: unknown,
    names: string[],
    members: unknown,
    count?: number,
  ];
  return names.slice(0, count);
}

function simpleType(
  schema: NormalizedSchema,
): "string" | "number" | "boolean" | "date" | undefined {
  if (schema.isStringSchema()) return "string";
  if (schema.isBooleanSchema()) return "boolean";
  if (schema.isNumericSchema()) return "number";
  if (schema.isTimestampSchema()) return "date";
  return undefined;
}

function isOf(wanted: string, value: unknown): boolean {
  if (wanted === "date") return value instanceof Date && !Number.isNaN(value.getTime());
  return typeof value === wanted && !Number.isNaN(value);
}
