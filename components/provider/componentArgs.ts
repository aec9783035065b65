import * as pulumi from "@pulumi/pulumi";

import type { ComponentSchema, ObjectSchema, PackageSchema, TypeSchema } from "./schema";

/**
 * Arguments of a component as its class takes them. Programs in other languages may pass an Output for any of them,
 * such as `network.vpcCidrBlock`; if the class needs the plain value, the Output is awaited.
 *
 * @throws Error that names an argument whose value is a secret or unknown before the update, but must be plain.
 */
export async function componentArgs(
  schema: PackageSchema,
  { inputProperties }: ComponentSchema,
  inputs: pulumi.Inputs,
): Promise<pulumi.Inputs> {
  return propertiesOf(schema, inputProperties, inputs, "");
}

async function propertiesOf(
  schema: PackageSchema,
  properties: ObjectSchema["properties"],
  values: pulumi.Inputs,
  path: string,
): Promise<pulumi.Inputs> {
  const entries = Object.entries(values).map(async ([name, value]) => {
    const property = properties[name];
    const own = path === "" ? name : `${path}.${name}`;
    return [name, property ? await valueOf(schema, property, value, own) : value] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function valueOf(
  schema: PackageSchema,
  type: TypeSchema,
  given: unknown,
  path: string,
): Promise<unknown> {
  if (isReference(given, type)) throw new Error(`${path}: ${given} ${foreignComponent}`);
  if (type.plain !== true || given === undefined || pulumi.Resource.isInstance(given)) return given;
  const { value, isSecret, parts } = await read(given, path);
  const choices = choicesOf(schema, type);
  if (choices !== undefined && !choices.includes(value as string)) {
    throw new Error(`${path} "${String(value)}" unknown; choose from ${choices.join(", ")}`);
  }
  const items = itemsOf(type);
  if (Array.isArray(value) && items) {
    return Promise.all(value.map((_, i) => valueOf(schema, items, parts(i), `${path}[${i}]`)));
  }
  if (typeof value === "object" && value !== null) {
    const names = Object.keys(value);
    const own = Object.fromEntries(names.map((name) => [name, parts(name)]));
    const values = type.additionalProperties;
    const properties = values
      ? Object.fromEntries(names.map((name) => [name, values]))
      : objectOf(schema, type)?.properties;
    return propertiesOf(schema, properties ?? {}, own, path);
  }
  if (isSecret) {
    throw new Error(
      `${path} is a secret, which would be stored unencrypted in the stack's state; pass it in secrets`,
    );
  }
  return value;
}

/** The problem with a component that was not built by this process. */
export const foreignComponent =
  "was built by another process, e.g. with a provider of its own; give its outputs one by one instead";

/** Whether a given component was not built by this process: then only its URN is known. */
function isReference(given: unknown, { $ref, oneOf = [] }: TypeSchema): given is string {
  return (
    typeof given === "string" &&
    given.startsWith("urn:pulumi:") &&
    [$ref, ...oneOf.map((one) => one.$ref)].some((ref) => ref?.startsWith("#/resources/"))
  );
}

/** The allowed strings, if the type is a choice of strings. */
function choicesOf(schema: PackageSchema, { $ref = "" }: TypeSchema): string[] | undefined {
  const type = schema.types[$ref.replace("#/types/", "")];
  return type?.type === "string" ? type.enum.map(({ value }) => value) : undefined;
}

const itemsOf = ({ items }: TypeSchema) => items;

/** The object type, if the type is one or has one as an alternative to a string or a component. */
function objectOf(
  schema: PackageSchema,
  { $ref, oneOf = [] }: TypeSchema,
): ObjectSchema | undefined {
  const refs = [$ref, ...oneOf.map((one) => one.$ref)];
  return refs
    .map((ref) => schema.types[ref?.replace("#/types/", "") ?? ""])
    .find((type) => type?.type === "object");
}

interface Read {
  value: unknown;
  isSecret: boolean;
  /** An element or a property of it. Of an Output it is an Output again, with its dependencies. */
  parts: (key: string | number) => unknown;
}

async function read(given: unknown, path: string): Promise<Read> {
  if (!pulumi.Output.isInstance(given)) {
    return { value: given, isSecret: false, parts: (key) => partOf(given, key) };
  }
  let known: { value: unknown } | undefined;
  const seen = given.apply((value: unknown) => {
    known = { value };
  });
  // It resolves once the value is known, or known to be available only during the update.
  const isSecret = await pulumi.isSecret(seen);
  if (known === undefined) {
    throw new Error(
      `${path} is not known before the update, but decides which resources are created; use a known value`,
    );
  }
  return {
    ...known,
    isSecret,
    parts: (key) => given.apply((value: unknown) => partOf(value, key)),
  };
}

const partOf = (value: unknown, key: string | number) =>
  (value as Record<string | number, unknown>)[key];
