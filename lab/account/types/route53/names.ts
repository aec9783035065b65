import { z } from "zod";

/** A domain name as Route 53 and the provider compare it: in lower case, without a trailing dot. */
export function normalized(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/**
 * The full name of a record: a name that does not end in its zone's name is relative to it.
 *
 * Source: terraform-provider-aws, internal/service/route53/record.go, `expandRecordName`.
 */
export function wholeName(name: string, zone: string): string {
  const record = normalized(name);
  if (record === "") return zone;
  return record === zone || record.endsWith(`.${zone}`) ? record : `${record}.${zone}`;
}

/** Labels of 1 to 63 characters, 255 in all; `*` and `_` are for records (Route 53 developer guide, "DNS domain name format"). */
export const domainName = z
  .string()
  .min(1)
  .max(255)
  .regex(
    /^([^\s.]{1,63}\.)*[^\s.]{1,63}\.?$/,
    "is not a domain name: labels must have 1 to 63 characters",
  );
