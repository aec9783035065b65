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

/** What a request says of itself, by condition key. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/** One call of an API. */
export interface Request {
  action: string;
  /** ARN, or `*` where the action knows no resources. */
  resource: string;
  context?: Context;
  /** Who asks, where a policy names principals: `{ Service: "ecs.amazonaws.com" }`. */
  principal?: Readonly<Record<string, string>>;
}

export const list = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : ([value].flat() as T[]);

/**
 * Whether policies allow a request: one that allows it, none that denies it. It knows what the policies of this project
 * are made of, and refuses anything else aloud, as an answer would be a guess.
 *
 * Source: IAM user guide, "Policy evaluation logic" and "IAM JSON policy element reference".
 *
 * @throws Error on a condition operator or a policy variable that it does not know.
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
  const strange = Object.keys(statement).find((key) => !known.includes(key));
  if (strange !== undefined) throw new Error(`a statement's ${strange} is not evaluated here`);
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

/** Actions know no upper and lower case. */
const matchesAction = rememberingly((pattern, action) =>
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

/** The same again without judging anew what was judged before: patterns and texts are few, and asked often. */
function rememberingly(judge: (pattern: string, text: string) => boolean): typeof judge {
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
export const matches = rememberingly((pattern, text) => expressionOf(pattern).test(text));

function expressionOf(pattern: string): RegExp {
  if (pattern.includes("${")) {
    throw new Error(`policy variables are not evaluated here: ${pattern}`);
  }
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\*/g, ".*").replace(/\?/g, ".")}$`, "s");
}

/** Each of the six parts of an ARN by itself: no `*` reaches past a colon but the last part's. */
const matchesArn = rememberingly((pattern, arn) => {
  if (pattern === "*") return true;
  const [parts, others] = [partsOf(pattern), partsOf(arn)];
  return parts.every((part, i) => matches(part, others[i] ?? ""));
});

function partsOf(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}

/** Keys know no upper and lower case either, save a tag's name. */
function valuesOf(context: Context, key: string): readonly string[] | undefined {
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase());
  return found && (typeof found[1] === "string" ? [found[1]] : found[1]);
}

/** A comparison of one value of the request with one of the policy's. */
const comparisons: Record<string, (wanted: string, given: string) => boolean> = {
  StringEquals: (wanted, given) => wanted === given,
  StringLike: matches,
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
};

/**
 * Whether a condition holds: any of the policy's values is enough, and a key that the request does not have is none,
 * unless the operator is negated or says `IfExists`.
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
