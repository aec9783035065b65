import { type Fields, items, toText, UNKNOWN, type Value } from "../graph/value";
import { part } from "./policyDocument";

/** The policy documents in the properties of an IAM policy or a role. */
export function policiesOf(props: Fields): readonly Value[] {
  return [
    ...items(props.policy),
    ...items(props.inlinePolicies).map((each) => part(each, "policy")),
  ];
}

/** Whether some part of a statement is not known yet. */
export const hasUnknownPart = (
  statement: Value,
  names: readonly string[] = ["Effect", "Action", "Resource"],
): boolean => names.flatMap((name) => items(part(statement, name))).includes(UNKNOWN);

/** The actions that a statement allows, in lower case since IAM ignores their case; none if it denies. */
export function allowedActions(statement: Value): readonly string[] {
  const isAllow = part(statement, "Effect") === "Allow";
  return isAllow ? items(part(statement, "Action")).map((each) => toText(each).toLowerCase()) : [];
}

/** Whether a pattern, in which * is any text and ? any character, matches an action. */
export function takesIn(pattern: string, action: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i").test(action);
}

/** Whether a statement allows an action: by Action, or by a NotAction that does not match it. */
export function allows(statement: Value, action: string): boolean {
  const takes = (name: string): boolean =>
    items(part(statement, name)).some((each) => takesIn(toText(each), action));
  const [isNamed, isExcepted] = [takes("Action"), takes("NotAction")];
  const isRest = part(statement, "NotAction") !== undefined && !isExcepted;
  return part(statement, "Effect") === "Allow" && (isNamed || isRest);
}

/** Whether a statement applies to every resource. */
export function isOnEverything(
  statement: Value,
  isAny = (pattern: string): boolean => /^\*+$/.test(pattern),
): boolean {
  return (
    part(statement, "NotResource") !== undefined ||
    items(part(statement, "Resource")).some((each) => isAny(toText(each)))
  );
}
