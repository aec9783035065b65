import { type Fields, UNKNOWN } from "../graph/value";
import type { Report } from "./rule";

/**
 * A resource's properties without those of which nothing is known, each of which is reported by its name: all
 * rules that ask for something in it then have one question.
 *
 * @param names of the properties that the rule looks into.
 */
export function knownPart(props: Fields, names: readonly string[], report: Report): Fields {
  const hidden = names.filter((name) => props[name] === UNKNOWN);
  for (const name of hidden) report.unknown(name);
  return Object.fromEntries(Object.entries(props).filter(([name]) => !hidden.includes(name)));
}
