import { type Fields, UNKNOWN } from "../graph/value";
import type { Report } from "./rule";

/**
 * Reports a resource's completely unknown properties by name, so that all rules that need something in one have the same
 * question, and returns the others.
 *
 * @param names the properties that the rule looks into.
 */
export function knownPart(props: Fields, names: readonly string[], report: Report): Fields {
  const hidden = names.filter((name) => props[name] === UNKNOWN);
  for (const name of hidden) report.unknown(name);
  return Object.fromEntries(Object.entries(props).filter(([name]) => !hidden.includes(name)));
}
