import type { PolicyResource } from "@pulumi/policy";

import { fieldsOf, keepInputs, propsOf } from "../inputs";
import { UNKNOWN, type Value } from "../value";
import { type Made, makingOf } from ".";

/** Separates a resource's URN from the place of what it creates; no URN contains it. */
const INSIDE = "\n";

/** The URN that the engine knows. */
export function outerUrn(urn: string): string {
  return urn.split(INSIDE, 1)[0] ?? urn;
}

function dependenciesOf(outer: PolicyResource, { sources, props }: Made) {
  const { propertyDependencies } = outer;
  if (Array.isArray(sources)) {
    const all = (sources as readonly string[]).flatMap((name) => propertyDependencies[name] ?? []);
    return Object.fromEntries(Object.keys(props).map((name) => [name, [...new Set(all)]]));
  }
  const named = sources as Readonly<Record<string, string>>;
  const own = Object.entries(named).map(([name, source]) => [name, propertyDependencies[source]]);
  return { ...propertyDependencies, ...(Object.fromEntries(own) as typeof propertyDependencies) };
}

function resourceOf(outer: PolicyResource, made: Made, index: number): PolicyResource {
  const outputs = fieldsOf(outer.props);
  const { inside } = made;
  const ids: Record<string, Value> =
    made.id === undefined
      ? // Only the first is the resource itself.
        index === 0
        ? { id: outputs.id ?? UNKNOWN, arn: outputs.arn ?? UNKNOWN }
        : {}
      : { id: made.id, arn: made.id };
  const urn = `${outer.urn}${INSIDE}${inside ?? ""} ${String(index)}`;
  const resource: PolicyResource = {
    ...outer,
    type: made.type,
    urn,
    name: inside === undefined ? outer.name : `${outer.name}/${inside}`,
    props: { ...made.props, ...ids },
    parent: outer,
    propertyDependencies: dependenciesOf(outer, made),
  };
  keepInputs(urn, made.props);
  return resource;
}

/**
 * A stack's resources and what they create, in the AWS provider's shape. The parent of something created is the resource
 * that creates it, so a reference to that resource leads to it.
 */
export function withMade(resources: readonly PolicyResource[]): readonly PolicyResource[] {
  const made = resources.flatMap((outer) => {
    const { type, urn } = outer;
    const making = makingOf({ type, urn, props: () => propsOf(outer) });
    const seen = (making?.made ?? []).filter(({ isApart }) => isApart !== true);
    return seen.map((each, index) => resourceOf(outer, each, index));
  });
  return made.length === 0 ? resources : [...resources, ...made];
}
