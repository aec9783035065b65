import { createHash } from "node:crypto";

import type { ApiCall } from "../call";

export type Inputs = Record<string, unknown>;

/** A resource as its calls are made of it. */
export interface Made {
  /** Its name in Pulumi. */
  name: string;
  /** The id, which other resources know it by. */
  id: string;
  /** The ARN, where its type has one. */
  arn: string;
  /** Its inputs but tags. */
  inputs: Inputs;
  /** Its tags with those that the provider gives all. */
  tags: Record<string, string>;
}

/** What the provider calls to make a resource and to set what AWS takes apart from that. */
export type CallsOf = (made: Made) => ApiCall[];

/** What is left of inputs: those without are the provider's own, or go into another call. */
export function without(inputs: Inputs, ...keys: readonly string[]): Inputs {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => !keys.includes(key)));
}

/** A block of the inputs, which may be absent, or a list of one. */
export function block(value: unknown): Inputs {
  return ((Array.isArray(value) ? value[0] : value) ?? {}) as Inputs;
}

/** What is in a list, which may be absent. */
export const blocks = (value: unknown): Inputs[] => (value ?? []) as Inputs[];

/** A call that is only made where a value is there. */
export const when = (value: unknown, made: () => ApiCall): ApiCall[] =>
  value === undefined ? [] : [made()];

/**
 * The name that a resource has where its inputs give it none.
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

/** `{ a: 1 }` as a list of `key` and `value`, without what is absent. */
export const attributes = (values: Inputs) =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([Key, Value]) => ({ Key, Value: String(Value) }));
