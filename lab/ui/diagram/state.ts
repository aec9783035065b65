import { z } from "zod";

import { UNKNOWN, type Fields, isFields, type Value } from "../../../policies/graph/value";
import { UNKNOWN as UNKNOWN_TEXT } from "../../shared/unknown";

/** The parts of a resource that a picture needs. */
export interface StackResource {
  urn: string;
  type: string;
  /** Name in the program. */
  name: string;
  /** What the program asked for. */
  inputs: Fields;
  /** The inputs plus what AWS filled in, and `id`. */
  props: Fields;
  /** URNs of the resources that each input depends on: the only way to resolve an unknown ID. */
  propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** URN of the resource for which AWS made it by itself. @default none: it is the program's */
  madeFor?: string;
}

/** The resources of a stack, by URN. */
export interface StackState {
  project: string;
  stack: string;
  resources: StackResource[];
}

const resourceSchema = z.object({
  urn: z.string().regex(/^urn:pulumi:[^:]+::[^:]+::.+::.+$/, "is not a URN"),
  type: z.string(),
  /** False for components, which only group other resources. */
  custom: z.boolean().default(true),
  id: z.string().optional(),
  delete: z.boolean().optional(),
  inputs: z.record(z.string(), z.unknown()).nullish(),
  outputs: z.record(z.string(), z.unknown()).nullish(),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
});

/** A resource as written in states, plans and previews. */
export type WrittenResource = z.input<typeof resourceSchema>;

const resourcesSchema = z.object({ resources: z.array(resourceSchema).nullish() });

const stateSchema = z.union([
  // As `pulumi stack export` writes it.
  z.object({ deployment: resourcesSchema }).transform(({ deployment }) => deployment),
  // As stored by a file backend; a stack that was never updated has no `latest`.
  z
    .object({ checkpoint: z.object({ latest: resourcesSchema.nullish() }) })
    .transform(({ checkpoint }) => checkpoint.latest ?? { resources: [] }),
]);

/**
 * Reads a stack's state: the output of `pulumi stack export`, or a file of a file backend.
 *
 * @param origin Where the text comes from, for errors.
 * @throws Error naming the origin if the text is not a state.
 */
export function parseState(text: string, origin: string): StackState {
  const parsed = stateSchema.safeParse(parseJson(text, origin));
  if (!parsed.success) {
    throw new Error(`${origin}: not a stack's state as printed by \`pulumi stack export\``);
  }
  return stackState((parsed.data.resources ?? []).filter((resource) => resource.delete !== true));
}

/** @throws Error naming the origin if the text is not JSON. */
export function parseJson(text: string, origin: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${origin}: not JSON`);
  }
}

/** Builds a state of these resources; project and stack are taken from their URNs. */
export function stackState(written: readonly WrittenResource[]): StackState {
  const resources = written.filter(isDrawable).map(readResource);
  return { ...ownerOf(written[0]?.urn ?? ""), resources: sorted(resources) };
}

/** Whether a resource is a cloud resource, not a component, a provider or the stack itself. */
export function isDrawable({ type, custom }: Pick<WrittenResource, "type" | "custom">): boolean {
  return custom !== false && !type.startsWith("pulumi:");
}

/** The project and stack in a URN. */
export function ownerOf(urn: string): { project: string; stack: string } {
  const [, , stack = "", , project = ""] = urn.split(":");
  return { project, stack };
}

/** Resources sorted by URN. */
export function sorted(resources: readonly StackResource[]): StackResource[] {
  return [...resources].sort((one, other) => compareText(one.urn, other.urn));
}

/** Compares UTF-16 code units, which does not depend on the locale. */
export function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The name at the end of a URN. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Reads one resource; one without an ID will be created by the update. */
export function readResource(written: WrittenResource): StackResource {
  const { urn, type, id } = written;
  const inputs = readFields(written.inputs);
  const outputs = readFields(written.outputs);
  const dependencies = Object.entries(written.propertyDependencies ?? {});
  return {
    urn,
    type,
    name: nameOf(urn),
    inputs,
    props: { ...outputs, ...inputs, id: id ?? outputs.id ?? UNKNOWN },
    propertyDependencies: Object.fromEntries(dependencies.map(([key, urns]) => [key, urns ?? []])),
  };
}

// Pulumi's markers: texts that stand for unknown values, and the key that marks special objects.
const unknowns = new Set([
  UNKNOWN_TEXT,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
const signature = "4dabf18193072939515e22adb298388d";

/** A JSON value as the picture sees it, without secrets. */
function readValue(value: unknown): Value {
  if (Array.isArray(value)) return value.map(readValue);
  if (typeof value === "object" && value !== null) {
    return signature in value ? UNKNOWN : readFields(value);
  }
  if (typeof value === "string") return unknowns.has(value) ? UNKNOWN : value;
  return typeof value === "number" || typeof value === "boolean" ? value : undefined;
}

/** Properties as JSON, as the picture sees them. */
export function readFields(value: object | null | undefined): Fields {
  const fields: Value = Object.fromEntries(
    Object.entries(value ?? {})
      .filter(([key]) => key !== "__defaults")
      .map(([key, item]) => [key, readValue(item)]),
  );
  return isFields(fields) ? fields : {};
}
