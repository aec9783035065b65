import { IPv4 } from "ipaddr.js";
import { z } from "zod";

import { AwsError } from "../errors";
import type { ResourceRecord } from "../record";
import type { AccountContext, Properties, InputRule } from "../resourceType";

/**
 * A strict schema with exactly the inputs of @pulumi/aws's `Args` interface: a missing or extra input does not compile.
 */
export function inputsOf<Args extends object>() {
  return <Shape extends Record<keyof Args, z.ZodType>>(
    shape: Shape & Record<Exclude<keyof Shape, keyof Args>, never>,
  ) => z.strictObject<Shape>(shape);
}

/** An input of @pulumi/aws that this account does not support. */
export const unsupported = z
  .undefined({ error: "is not supported by the offline account" })
  .optional();

export const flag = z.boolean().optional();
export const text = z.string().optional();
export const count = z.int().nonnegative().optional();
export const texts = z.array(z.string()).optional();

/** Tags, at most 50; keys of 1 to 128 and values of up to 256 characters (AWS: "Tagging resources"). */
export const tags = z
  .record(
    z
      .string()
      .min(1)
      .max(128)
      .refine(
        (key) => !key.toLowerCase().startsWith("aws:"),
        "keys starting with aws: are reserved",
      ),
    z.string().max(256),
  )
  .refine((all) => Object.keys(all).length <= 50, "a resource has at most 50 tags")
  .optional();

export const arn = z.string().regex(/^arn:[\w-]+:[\w-]+:[\w-]*:(\d{12}|aws)?:.+$/, "is not an ARN");

/** IPv4 CIDR block. AWS requires the network's own address: 10.0.0.0/16, not 10.0.0.1/16. */
export const cidr = z
  .string()
  .refine(
    (value) => parseCidr(value) !== undefined,
    "is not an IPv4 CIDR block with the network's own address",
  );

/** Rules of @pulumi/aws that two inputs exclude each other. */
export function exclusive(...keys: [string, string, ...string[]]): InputRule {
  return {
    keys,
    check: (inputs) => {
      const given = keys.filter((key) => inputs[key] !== undefined);
      return given.length > 1
        ? `conflicts with ${given.slice(1).join(", ")}: give only one`
        : undefined;
    },
  };
}

export function exactlyOne(...keys: [string, string, ...string[]]): InputRule {
  return {
    keys,
    check: (inputs) => {
      const given = keys.filter((key) => inputs[key] !== undefined);
      if (given.length === 1) return undefined;
      return `exactly one of ${keys.join(", ")} must be given, got ${given.join(", ") || "none"}`;
    },
  };
}

/** The account's resources of a type in the context's region. */
export function inRegion(context: AccountContext, type: string): ResourceRecord[] {
  return context.list(type).filter(({ outputs }) => outputs.region === context.region);
}

/** The given name, or one generated from `namePrefix` as the provider does: the prefix and 26 digits. */
export function nameOf(
  context: AccountContext,
  inputs: { readonly name?: string | undefined; readonly namePrefix?: string | undefined },
): string {
  if (inputs.name !== undefined) return inputs.name;
  const digits = BigInt(`0x${context.hex("name", 24)}`)
    .toString()
    .padStart(26, "0")
    .slice(-26);
  return `${inputs.namePrefix ?? "terraform-"}${digits}`;
}

export function prefixOf(namePrefix: string | undefined): Properties {
  return { namePrefix: namePrefix ?? "" };
}

/** A random-looking ID in the form of a UUID. */
export function uuid(context: AccountContext, label: string): string {
  return context.hex(label, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The resource with that ID, or AWS's error. */
export function mustExist(
  context: AccountContext,
  type: string,
  id: string,
  code: string,
  message: string,
): ResourceRecord {
  const record = context.get(type, id);
  if (!record) throw new AwsError(code, message);
  return record;
}

export interface Cidr {
  /** First and last address, as numbers from 0 to 2^32 - 1. */
  readonly first: number;
  readonly last: number;
  /** Length of the prefix, 0 to 32. */
  readonly mask: number;
}

/** @returns undefined if the text is not an IPv4 CIDR block or has bits set after its prefix */
export function parseCidr(value: string): Cidr | undefined {
  if (!IPv4.isValidCIDRFourPartDecimal(value)) return undefined;
  const [address, mask] = IPv4.parseCIDR(value);
  const first = Buffer.from(address.toByteArray()).readUInt32BE();
  const size = 2 ** (32 - mask);
  return first % size === 0 ? { first, last: first + size - 1, mask } : undefined;
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function overlaps(one: Cidr, other: Cidr): boolean {
  return one.first <= other.last && other.first <= one.last;
}

/** The canonical form of a JSON text: white space and the order of keys have no meaning. */
export function jsonMeaning(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
