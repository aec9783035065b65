import { type Fields, items, toText, UNKNOWN, type Value } from "../graph/value";
import { part } from "./policyDocument";

/** What a policy says beside its statements: IAM's policies, and those inside a role. */
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

/** The actions that a statement allows, in lower case, for IAM reads them in any case; none of a denial. */
export function allowedActions(statement: Value): readonly string[] {
  const isAllow = part(statement, "Effect") === "Allow";
  return isAllow ? items(part(statement, "Action")).map((each) => toText(each).toLowerCase()) : [];
}

/** Whether a pattern of actions, in which * is any text and ? any character, takes in an action. */
export function takesIn(pattern: string, action: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i").test(action);
}

/** Whether a statement allows an action: by naming it, or by naming others that it does not allow. */
export function allows(statement: Value, action: string): boolean {
  const takes = (name: string): boolean =>
    items(part(statement, name)).some((each) => takesIn(toText(each), action));
  const [isNamed, isExcepted] = [takes("Action"), takes("NotAction")];
  const isRest = part(statement, "NotAction") !== undefined && !isExcepted;
  return part(statement, "Effect") === "Allow" && (isNamed || isRest);
}

/** Whether one of a statement's resources takes in every one. */
export function isOnEverything(
  statement: Value,
  isAny = (pattern: string): boolean => /^\*+$/.test(pattern),
): boolean {
  return (
    part(statement, "NotResource") !== undefined ||
    items(part(statement, "Resource")).some((each) => isAny(toText(each)))
  );
}
