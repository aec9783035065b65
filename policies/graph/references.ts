import type { PolicyResource } from "@pulumi/policy";
import { fieldsOf, propsOf } from "./inputs";

/** The resources of some types. */
export function ofType(
  resources: readonly PolicyResource[],
  types: readonly string[],
): readonly PolicyResource[] {
  return resources.filter((resource) => types.includes(resource.type));
}

function isInside({ parent }: PolicyResource, ancestor: PolicyResource): boolean {
  return parent !== undefined && (parent.urn === ancestor.urn || isInside(parent, ancestor));
}

/**
 * What a property depends on, without the components that only pass it on: an output of a component in another
 * language depends both on the component and on the resource inside it.
 */
export function originsOf(
  resource: Pick<PolicyResource, "propertyDependencies">,
  property: string,
): readonly PolicyResource[] {
  const all = resource.propertyDependencies[property] ?? [];
  return all.filter((one) => !all.some((other) => isInside(other, one)));
}

/** The resources of `types` that are among `origins`, or inside components among them. */
export function within(
  origins: readonly PolicyResource[],
  types: readonly string[],
  resources: readonly PolicyResource[],
): readonly PolicyResource[] {
  return ofType(resources, types).filter((candidate) =>
    origins.some((origin) => origin.urn === candidate.urn || isInside(candidate, origin)),
  );
}

/**
 * The resources of `types` that a property refers to: by its dependencies, where a component stands for everything inside
 * it, or by a known id or ARN.
 */
export function referred(
  resource: PolicyResource,
  property: string,
  types: readonly string[],
  resources: readonly PolicyResource[],
): readonly PolicyResource[] {
  const id = propsOf(resource)[property];
  const behind = within(originsOf(resource, property), types, resources);
  if (typeof id !== "string") return behind;
  const named = ofType(resources, types).filter((candidate) => {
    const outputs = fieldsOf(candidate.props);
    return outputs.id === id || outputs.arn === id;
  });
  return [...new Set([...behind, ...named])];
}
