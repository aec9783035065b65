import { field, isFields, items, plain, UNKNOWN, type Value } from "../graph/value";

/** An element of an IAM policy, whose name may be written in any case (IAM User Guide, "Grammar"). */
export function part(value: Value, name: string): Value {
  if (!isFields(value)) return value === UNKNOWN ? UNKNOWN : undefined;
  const key = Object.keys(value).find((each) => each.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : field(value, key);
}

/** The statements of a policy document, given as JSON or as an object; `undefined` for invalid JSON. */
export function statementsOf(policy: Value): readonly Value[] | undefined {
  if (typeof policy !== "string") {
    return items(part(policy, "Statement"));
  }
  try {
    return items(part(plain(JSON.parse(policy)), "Statement"));
  } catch {
    return undefined;
  }
}
