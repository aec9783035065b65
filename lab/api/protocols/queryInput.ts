import type { NormalizedSchema } from "@smithy/core/schema";

/** How a form-based protocol names list items, and members of structures. */
export interface QueryNames {
  member(name: string, schema: NormalizedSchema): string;
  /** The prefix before an item's number. */
  list(prefix: string, schema: NormalizedSchema): string;
}

/** AWS's query protocol. @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export const QUERY_NAMES: QueryNames = {
  member: (name, schema) => schema.getMergedTraits().xmlName ?? name,
  list: (prefix, schema) => {
    if (schema.getMergedTraits().xmlFlattened) return prefix;
    return `${prefix}.${schema.getValueSchema().getMergedTraits().xmlName ?? "member"}`;
  },
};

/** EC2's. @see https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html */
export const EC2_NAMES: QueryNames = {
  member: (name, schema) => {
    const { ec2QueryName, xmlName = name } = schema.getMergedTraits() as {
      ec2QueryName?: string;
      xmlName?: string;
    };
    return ec2QueryName ?? xmlName.charAt(0).toUpperCase() + xmlName.slice(1);
  },
  list: (prefix) => prefix,
};

/** Parses a form's fields with a schema: the opposite of the SDK's `QueryShapeSerializer`. */
export function readQuery(
  schema: NormalizedSchema,
  fields: ReadonlyMap<string, string>,
  names: QueryNames,
): unknown {
  return readAt(schema, "", { fields, names });
}

interface Form {
  readonly fields: ReadonlyMap<string, string>;
  readonly names: QueryNames;
}

function readAt(schema: NormalizedSchema, prefix: string, form: Form): unknown {
  if (schema.isStructSchema()) return readStruct(schema, prefix, form);
  if (schema.isListSchema()) {
    const list = form.names.list(prefix, schema);
    return collect((number) => readAt(schema.getValueSchema(), `${list}.${number}`, form));
  }
  if (schema.isMapSchema()) return readMap(schema, prefix, form);
  const text = form.fields.get(prefix);
  return text === undefined ? undefined : readSimple(schema, text);
}

function readStruct(schema: NormalizedSchema, prefix: string, form: Form): unknown {
  // Most of a large structure is absent, and structures may be recursive.
  if (prefix !== "" && !hasBelow(form, prefix)) return undefined;
  const value: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const key = form.names.member(name, member);
    const read = readAt(member, prefix === "" ? key : `${prefix}.${key}`, form);
    if (read !== undefined) value[name] = read;
  }
  return value;
}

function readMap(schema: NormalizedSchema, prefix: string, form: Form): unknown {
  const { xmlFlattened } = schema.getMergedTraits();
  const entry = xmlFlattened ? prefix : `${prefix}.entry`;
  const key = schema.getKeySchema().getMergedTraits().xmlName ?? "key";
  const value = schema.getValueSchema().getMergedTraits().xmlName ?? "value";
  const entries = collect((number) => {
    const name = form.fields.get(`${entry}.${number}.${key}`);
    if (name === undefined) return undefined;
    return [name, readAt(schema.getValueSchema(), `${entry}.${number}.${value}`, form)] as const;
  });
  return entries && Object.fromEntries(entries);
}

/** Reads items from number 1 on, until there is none. */
function collect<T>(read: (number: number) => T | undefined): T[] | undefined {
  const items: T[] = [];
  for (;;) {
    const item = read(items.length + 1);
    if (item === undefined) return items.length === 0 ? undefined : items;
    items.push(item);
  }
}

function hasBelow({ fields }: Form, prefix: string): boolean {
  return [...fields.keys()].some((key) => key.startsWith(`${prefix}.`));
}

function readSimple(schema: NormalizedSchema, text: string): unknown {
  if (schema.isBooleanSchema()) return text === "true";
  if (schema.isNumericSchema()) return Number(text);
  if (schema.isTimestampSchema()) return new Date(/^\d+$/.test(text) ? Number(text) * 1000 : text);
  if (schema.isBlobSchema()) return Buffer.from(text, "base64");
  return text;
}
