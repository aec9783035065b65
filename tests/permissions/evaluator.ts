/** A statement of a policy, as IAM reads it. */
export interface PolicyStatement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | Record<string, string | string[]>;
  Action: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface PolicyDocument {
  Version: string;
  Statement: PolicyStatement[];
}

/** The context of a request, by condition key. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/** One call of an API. */
export interface Request {
  action: string;
  /** ARN, or `*` if the action has no resources. */
  resource: string;
  context?: Context;
  /** The caller, for policies that name principals: `{ Service: "ecs.amazonaws.com" }`. */
  principal?: Readonly<Record<string, string>>;
}

export const list = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : ([value].flat() as T[]);

/**
 * Whether policies allow a request: a statement allows it, and none denies it. It supports what the policies of this
 * project use, and throws on anything else, as an answer would be a guess.
 *
 * Source: IAM user guide, "Policy evaluation logic" and "IAM JSON policy element reference".
 *
 * @throws Error on an element, a condition operator or a policy variable that it does not support.
 */
export function isAllowed(policies: readonly PolicyDocument[], request: Request): boolean {
  const effects = policies
    .flatMap(({ Statement }) => Statement)
    .filter((statement) => applies(statement, request))
    .map(({ Effect }) => Effect);
  return effects.includes("Allow") && !effects.includes("Deny");
}

const known = ["Sid", "Effect", "Principal", "Action", "Resource", "Condition"];

function applies(statement: PolicyStatement, request: Request): boolean {
  const unsupported = Object.keys(statement).find((key) => !known.includes(key));
  if (unsupported !== undefined)
    throw new Error(`a statement's ${unsupported} is not evaluated here`);
  return (
    list(statement.Action).some((pattern) => matchesAction(pattern, request.action)) &&
    matchesPrincipal(statement, request) &&
    matchesResource(statement, request) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) =>
        holds(operator, list(values), valuesOf(request.context ?? {}, key)),
      ),
    )
  );
}

/** Actions are case-insensitive. */
const matchesAction = memoized((pattern, action) =>
  matches(pattern.toLowerCase(), action.toLowerCase()),
);

function matchesPrincipal({ Principal }: PolicyStatement, { principal }: Request): boolean {
  if (Principal === undefined || Principal === "*") return true;
  return Object.entries(Principal).some(([kind, names]) =>
    list(names).includes(principal?.[kind] ?? ""),
  );
}

/** A trust policy has no resource: it is the role's own. */
function matchesResource({ Resource }: PolicyStatement, { resource }: Request): boolean {
  return Resource === undefined || list(Resource).some((one) => matchesArn(one, resource));
}

/** The same function, memoized: patterns and texts are few, and are compared often. */
function memoized(judge: (pattern: string, text: string) => boolean): typeof judge {
  const known = new Map<string, Map<string, boolean>>();
  return (pattern, text) => {
    const ofPattern = known.get(pattern) ?? new Map<string, boolean>();
    if (ofPattern.size === 0) known.set(pattern, ofPattern);
    const answer = ofPattern.get(text) ?? judge(pattern, text);
    ofPattern.set(text, answer);
    return answer;
  };
}

/** Whether one of IAM's patterns matches: `*` any characters, `?` one. */
export const matches = memoized((pattern, text) => expressionOf(pattern).test(text));

function expressionOf(pattern: string): RegExp {
  if (pattern.includes("${")) {
    throw new Error(`policy variables are not evaluated here: ${pattern}`);
  }
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\*/g, ".*").replace(/\?/g, ".")}$`, "s");
}

/** Compares each of the six parts of an ARN by itself: no `*` matches a colon except in the last part. */
const matchesArn = memoized((pattern, arn) => {
  if (pattern === "*") return true;
  const [parts, others] = [partsOf(pattern), partsOf(arn)];
  return parts.every((part, i) => matches(part, others[i] ?? ""));
});

function partsOf(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}

/** Condition keys are case-insensitive, too. */
function valuesOf(context: Context, key: string): readonly string[] | undefined {
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase());
  return found && (typeof found[1] === "string" ? [found[1]] : found[1]);
}

/** Comparisons of one value of the policy with one of the request, by operator. */
const comparisons: Record<string, (wanted: string, given: string) => boolean> = {
  StringEquals: (wanted, given) => wanted === given,
  StringLike: matches,
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
};

/**
 * Whether a condition holds: any of the policy's values is enough, and a key that the request does not have matches none,
 * unless the operator is negated or ends with `IfExists`.
 *
 * Source: IAM user guide, "IAM JSON policy elements: Condition operators" and "Conditions with multiple context keys or
 * values".
 */
function holds(
  operator: string,
  wanted: readonly string[],
  given: readonly string[] | undefined,
): boolean {
  const [, set, name = "", ifExists] =
    /^(?:(ForAnyValue|ForAllValues):)?(.*?)(IfExists)?$/.exec(operator) ?? [];
  if (name === "Null") return wanted.includes(String(given === undefined));
  const negated = name.includes("Not");
  const compare = comparisons[name.replace("Not", "")];
  if (!compare) throw new Error(`the condition operator ${operator} is not evaluated here`);
  if (given === undefined) return negated || ifExists !== undefined || set === "ForAllValues";
  const one = (value: string) => wanted.some((text) => compare(text, value)) !== negated;
  return set === "ForAllValues"
    ? given.every(one)
    : set === "ForAnyValue" || given.length === 1
      ? given.some(one)
      : refuse(operator);
}

function refuse(operator: string): never {
  throw new Error(
    `${operator} compares one value; a key with several needs ForAnyValue or ForAllValues`,
  );
}
