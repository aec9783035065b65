import type { PolicyResource } from "@pulumi/policy";

import { fieldsOf, propsOf } from "./inputs";
import { originsOf, within } from "./references";
import { LOAD_BALANCERS, CLASSIC_LOAD_BALANCER, SECURITY_GROUPS } from "./tokens";
import { isFields, type Value } from "./value";

/** Types of resources whose outputs may be any text, including the id of something outside the stack. */
const FOREIGN =
  /^(pulumi-nodejs:|pulumi-python:|command:|terraform:|aws:(ssm|secretsmanager|cloudformation|lambda|dynamodb|s3)\/)/;

/** Every string in a value, at any depth. */
export function textsIn(value: Value): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return (value as readonly Value[]).flatMap(textsIn);
  return isFields(value) ? Object.values(value).flatMap(textsIn) : [];
}

/**
 * Whether an unknown part of a property may come from outside the stack. It does not if a known part of the property is
 * an output of the dependency.
 *
 * @param value the whole property.
 */
export function mayBeForeign(origins: readonly PolicyResource[], value: Value): boolean {
  const known = textsIn(value);
  return origins
    .filter(({ type }) => FOREIGN.test(type))
    .some(({ props }) => {
      const outputs = textsIn(fieldsOf(props));
      return !known.some((text) => outputs.includes(text));
    });
}

/**
 * The security groups of the stack that an unknown value may come from: those that it depends on, and those of a load
 * balancer that it depends on (`loadBalancer.securityGroups`).
 */
export function groupsBehind(
  origins: readonly PolicyResource[],
  resources: readonly PolicyResource[],
): readonly PolicyResource[] {
  const users = origins.filter(({ type }) =>
    [...LOAD_BALANCERS, CLASSIC_LOAD_BALANCER].includes(type),
  );
  const ids = users.flatMap((user) => textsIn(propsOf(user).securityGroups));
  return [
    ...within(origins, SECURITY_GROUPS, resources),
    ...users.flatMap((user) =>
      within(originsOf(user, "securityGroups"), SECURITY_GROUPS, resources),
    ),
    ...resources.filter(
      ({ type, props }) =>
        SECURITY_GROUPS.includes(type) && ids.some((id) => fieldsOf(props).id === id),
    ),
  ];
}
