import type { PolicyResource } from "@pulumi/policy";

import { fieldsOf, propsOf } from "./inputs";
import { originsOf, within } from "./references";
import { LOAD_BALANCERS, CLASSIC_LOAD_BALANCER, SECURITY_GROUPS } from "./tokens";
import { isFields, type Value } from "./value";

/** Resources whose outputs are any text: an id of something outside the stack can come from them. */
const FOREIGN =
  /^(pulumi-nodejs:|pulumi-python:|command:|terraform:|aws:(ssm|secretsmanager|cloudformation|lambda|dynamodb|s3)\/)/;

/** Every text in a value, at any depth. */
export function textsIn(value: Value): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return (value as readonly Value[]).flatMap(textsIn);
  return isFields(value) ? Object.values(value).flatMap(textsIn) : [];
}

/**
 * Whether something from outside the stack may be behind an unknown part of a property. It is not if a known
 * part of the property is what the dependency handed over.
 *
 * @param value the whole property.
 */
export function mayBeForeign(origins: readonly PolicyResource[], value: Value): boolean {
  const known = textsIn(value);
  return origins
    .filter(({ type }) => FOREIGN.test(type))
    .some(({ props }) => {
      const handed = textsIn(fieldsOf(props));
      return !known.some((text) => handed.includes(text));
    });
}

/**
 * The security groups of the stack behind an unknown value: groups that it depends on, or those of a load
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
