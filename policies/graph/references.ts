import type { PolicyResource } from "@pulumi/policy";
import { fieldsOf, propsOf } from "./inputs";

/** The resources of some types. */
export function ofType(
  resources: readonly PolicyResource[],
  types: readonly string[],
): readonly PolicyResource[] {
  return resources.filter((resource) => types.includes(resource.type));
}

function isInside(resource: PolicyResource, ancestor: PolicyResource): boolean {
  const { parent } = resource;
  return parent !== undefined && (parent.urn === ancestor.urn || isInside(parent, ancestor));
}

/**
 * The resources of `types` that a property refers to: by its dependencies (a component stands for what
 * is inside it), or by an id that is known.
 */
export function referred(
  resource: PolicyResource,
  property: string,
  types: readonly string[],
  resources: readonly PolicyResource[],
): readonly PolicyResource[] {
  const dependencies = resource.propertyDependencies[property] ?? [];
  const id = propsOf(resource)[property];
  return ofType(resources, types).filter(
    (candidate) =>
      dependencies.some(({ urn }) => urn === candidate.urn) ||
      dependencies.some((dependency) => isInside(candidate, dependency)) ||
      (typeof id === "string" && fieldsOf(candidate.props).id === id),
  );
}
