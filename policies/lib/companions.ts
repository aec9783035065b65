import type { PolicyResource } from "@pulumi/policy";
import { propsOf } from "../graph/inputs";
import { ofType, referred } from "../graph/references";
import { items, UNKNOWN } from "../graph/value";
import type { Report } from "./rule";

/** Which resources must have a companion, a resource that belongs to them. */
export interface Companions {
  /** Types of the resources that must have one. */
  readonly of: readonly string[];
  /** Type of the companion. */
  readonly type: string;
  /** The companion's property that names the resource it belongs to. */
  readonly by: string;
  /** Which of the resources need one. @default all */
  readonly needs?: (resource: PolicyResource) => boolean;
}

/** Reports every resource without a companion; if a companion's resource is unknown, as an unknown. */
export function reportLacking(
  resources: readonly PolicyResource[],
  { of, type, by, needs = () => true }: Companions,
  report: Report,
  message: string,
): void {
  const others = ofType(resources, [type]);
  const targets = new Map(others.map((one) => [one, referred(one, by, of, resources)]));
  const names = new Set(others.flatMap((one) => items(propsOf(one)[by])));
  const isUnknown = others.some(
    (one) => propsOf(one)[by] === UNKNOWN && targets.get(one)?.length === 0,
  );
  for (const resource of ofType(resources, of).filter(needs)) {
    const { name } = propsOf(resource);
    const isNamed = typeof name === "string" && names.has(name);
    if (isNamed || [...targets.values()].some((found) => found.includes(resource))) continue;
    if (isUnknown) report.unknown(`What a resource of type ${type} belongs to`, resource.urn);
    else report.fail(message, resource.urn);
  }
}
