import { isFields, toText, UNKNOWN, type Value } from "../value";

/** Properties that contain names chosen by the user, or the names of another kind of document. */
const VERBATIM = [
  ...["assumeRolePolicyDocument", "configuration", "containerDefinitions", "definition"],
  ...["dockerLabels", "options", "policyDocument", "policyText"],
  ...["repositoryPolicy", "repositoryPolicyText", "tags", "tagsAll"],
];

/** Maps with names chosen by the user; in other resources, lists have the same property names. */
const MAPS = [
  "parameters",
  "runtimeEnvironmentVariables",
  "runtimeEnvironmentSecrets",
  "variables",
];

/** Whether the names inside a property stay as they are. */
export const isVerbatim = (name: string, value: Value): boolean =>
  VERBATIM.includes(name) || (MAPS.includes(name) && isFields(value));

/** A CloudFormation property's name as the AWS provider writes it: `EFSVolumeConfiguration` → `efsVolumeConfiguration`. */
export function camel(name: string): string {
  return name.replace(/^[A-Z]+(?=[A-Z][a-z]|$)|^[A-Z]/, (capitals) => capitals.toLowerCase());
}

/** Converts the names of properties, at every depth, to the provider's spelling. */
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

/** Converts a list of keys and values to tags as the provider has them. */
export function tagsOf(tags: Value): Value {
  if (!Array.isArray(tags)) return tags;
  const pairs = (tags as readonly Value[]).map((tag) => camelKeys(tag));
  if (!pairs.every(isFields)) return UNKNOWN;
  return Object.fromEntries(pairs.map(({ key, value }): [string, Value] => [toText(key), value]));
}
