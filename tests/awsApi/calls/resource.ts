import { createHash } from "node:crypto";

import type { ApiCall } from "../call";

export type Inputs = Record<string, unknown>;

/** A resource, as needed to make its calls. */
export interface Made {
  /** Its name in Pulumi. */
  name: string;
  /** The id by which other resources refer to it. */
  id: string;
  /** The ARN, if its type has one. */
  arn: string;
  /** Its inputs without tags. */
  inputs: Inputs;
  /** Its tags, with those that the provider gives all resources. */
  tags: Record<string, string>;
}

/** The calls by which the provider creates a resource, and sets what AWS only takes in separate calls. */
export type CallsOf = (made: Made) => ApiCall[];

/** Inputs without these keys, which are the provider's own, or go into another call. */
export function without(inputs: Inputs, ...keys: readonly string[]): Inputs {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => !keys.includes(key)));
}

/** A block of the inputs, which may be absent, or a list of one. */
export function block(value: unknown): Inputs {
  return ((Array.isArray(value) ? value[0] : value) ?? {}) as Inputs;
}

/** The entries of a list, which may be absent. */
export const blocks = (value: unknown): Inputs[] => (value ?? []) as Inputs[];

/** A call that is only made if there is a value. */
export const when = (value: unknown, made: () => ApiCall): ApiCall[] =>
  value === undefined ? [] : [made()];

/**
 * The name of a resource: from its inputs, or else generated.
 *
 * Source: Pulumi's auto-naming: the resource's name and seven random hexadecimal digits.
 */
export function nameOf({ name, inputs }: Made, key = "name"): unknown {
  const { [key]: given, [`${key}Prefix`]: prefix } = inputs;
  if (given !== undefined) return given;
  // Terraform's id.PrefixedUniqueId: 26 digits after the prefix.
  if (typeof prefix === "string") return `${prefix}${"2".padEnd(26, "0")}`;
  return `${name}-${createHash("sha256").update(name).digest("hex").slice(0, 7)}`;
}

/** Tags as the operations of Amazon EC2 take them. */
export const tagSpecifications = (ResourceType: string, tags: Record<string, string>) =>
  Object.keys(tags).length === 0 ? undefined : [{ ResourceType, Tags: tags }];

/** `{ a: 1 }` as a list of `Key` and `Value`, without absent values. */
export const attributes = (values: Inputs) =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([Key, Value]) => ({ Key, Value: String(Value) }));
