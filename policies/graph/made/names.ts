import { isFields, toText, UNKNOWN, type Value } from "../value";

/** Properties whose inner names are the user's own, or those of another document. */
const VERBATIM = [
  ...["assumeRolePolicyDocument", "configuration", "containerDefinitions", "definition"],
  ...["dockerLabels", "options", "policyDocument", "policyText"],
  ...["repositoryPolicy", "repositoryPolicyText", "tags", "tagsAll"],
];

/** Maps of the user's own names, where other resources have lists of the same name. */
const MAPS = [
  "parameters",
  "runtimeEnvironmentVariables",
  "runtimeEnvironmentSecrets",
  "variables",
];

/** Whether the inner names of a property are left as they are. */
export const isVerbatim = (name: string, value: Value): boolean =>
  VERBATIM.includes(name) || (MAPS.includes(name) && isFields(value));

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
      return [name, isVerbatim(name, part) ? part : camelKeys(part)];
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
