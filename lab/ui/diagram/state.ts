import { z } from "zod";

import { UNKNOWN, type Fields, isFields, type Value } from "../../../policies/graph/value";

/** A resource of a stack, as far as a picture needs it. */
export interface StackResource {
  urn: string;
  type: string;
  /** Name in the program. */
  name: string;
  /** What the program asked for. */
  inputs: Fields;
  /** The same, with what AWS filled in, and `id`. */
  props: Fields;
  /** URNs of the resources behind each input; the only way to tell who is meant by an unknown id. */
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
  urn: z.string().regex(/^urn:pulumi:[^:]+::[^:]+::.+::.+$/, "is no URN"),
  type: z.string(),
  /** False for components, which are but a name around other resources. */
  custom: z.boolean().default(true),
  id: z.string().optional(),
  delete: z.boolean().optional(),
  inputs: z.record(z.string(), z.unknown()).nullish(),
  outputs: z.record(z.string(), z.unknown()).nullish(),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
});

/** A resource as states, plans and previews write it. */
export type WrittenResource = z.input<typeof resourceSchema>;

const resourcesSchema = z.object({ resources: z.array(resourceSchema).nullish() });

const stateSchema = z.union([
  // As `pulumi stack export` writes it.
  z.object({ deployment: resourcesSchema }).transform(({ deployment }) => deployment),
  // As a file backend keeps it; a stack that was never updated has no `latest`.
  z
    .object({ checkpoint: z.object({ latest: resourcesSchema.nullish() }) })
    .transform(({ checkpoint }) => checkpoint.latest ?? { resources: [] }),
]);

/**
 * Reads a stack's state: what `pulumi stack export` prints, or the file in which a file backend keeps it.
 *
 * @param origin Where the text comes from, for errors.
 * @throws Error naming the origin if the text is no state.
 */
export function parseState(text: string, origin: string): StackState {
  const parsed = stateSchema.safeParse(parseJson(text, origin));
  if (!parsed.success) {
    throw new Error(`${origin}: not a stack's state, as \`pulumi stack export\` prints it`);
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

/** A state of these resources; project and stack are those in their URNs. */
export function stackState(written: readonly WrittenResource[]): StackState {
  const resources = written.filter(isDrawable).map(readResource);
  return { ...ownerOf(written[0]?.urn ?? ""), resources: sorted(resources) };
}

/** Whether a resource is one of a cloud's, not a component, a provider or the stack itself. */
export function isDrawable({ type, custom }: Pick<WrittenResource, "type" | "custom">): boolean {
  return custom !== false && !type.startsWith("pulumi:");
}

/** The project and stack in a URN. */
export function ownerOf(urn: string): { project: string; stack: string } {
  const [, , stack = "", , project = ""] = urn.split(":");
  return { project, stack };
}

/** Resources by URN. */
export function sorted(resources: readonly StackResource[]): StackResource[] {
  return [...resources].sort((one, other) => compareText(one.urn, other.urn));
}

/** The order of UTF-16 code units: the same in every locale. */
export function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The name at the end of a URN. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Reads one resource; without an id, it is one that the update will create. */
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

// Pulumi's marks: texts for values that only an update will know, and a key of objects that are special.
const unknowns = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
const signature = "4dabf18193072939515e22adb298388d";

/** A JSON value as the picture sees it; of secrets it sees nothing. */
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
