import { isFields, toText, UNKNOWN, type Value } from "../value";

/** Properties whose inner names are the user's own, or those of another document. */
export const VERBATIM = [
  ...["assumeRolePolicyDocument", "configuration", "containerDefinitions", "definition"],
  ...["dockerLabels", "options", "policyDocument", "policyText"],
  ...["repositoryPolicy", "repositoryPolicyText", "tags", "tagsAll"],
];

/** A CloudFormation property's name as the AWS provider writes it: `EFSVolumeConfiguration` → `efsVolumeConfiguration`. */
export function camel(name: string): string {
  return name.replace(/^[A-Z]+(?=[A-Z][a-z]|$)|^[A-Z]/, (capitals) => capitals.toLowerCase());
}

/** Gives properties, at every depth, the provider's spelling. */
export function camelKeys(value: Value): Value {
  if (Array.isArray(value)) return (value as readonly Value[]).map(camelKeys);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      const name = camel(key);
      return [name, VERBATIM.includes(name) ? part : camelKeys(part)];
    }),
  );
}

/** Tags as the provider has them, from a list of keys and values. */
export function tagsOf(tags: Value): Value {
  if (!Array.isArray(tags)) return tags;
  const pairs = (tags as readonly Value[]).map((tag) => camelKeys(tag));
  if (!pairs.every(isFields)) return UNKNOWN;
  return Object.fromEntries(pairs.map(({ key, value }): [string, Value] => [toText(key), value]));
}
