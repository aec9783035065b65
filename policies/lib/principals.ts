import { isWorldOpen } from "../graph/cidr";
import { isFields, items, toText, UNKNOWN, type Value } from "../graph/value";
import { knownBlocks } from "../graph/vpcs";
import { part } from "./policyDocument";

const EVERYONE = /^(\*|arn:aws[\w-]*:iam::\*:(root|\*|user\/\*|role\/\*))$/;

/** Whom a statement of a resource's or a role's policy is about: `*`, or a list of each kind, such as AWS. */
function principalsOf(statement: Value): readonly Value[] {
  const principal = part(statement, "Principal");
  return isFields(principal) ? items(part(principal, "AWS")) : items(principal);
}

/** Conditions by which a caller must belong to somebody, or know something. Source: IAM user guide, "AWS global condition context keys". */
const LIMITS =
  /^(aws:(principal(orgid|orgpaths|account|arn|tag\/.+)|source(account|arn|orgid|orgpaths|vpc|vpce|ip|owner)|userid|vpcsourceip|resourceorgid)|sts:externalid|iam:\w+|kms:calleraccount|saml:.+|.+:(sub|aud|amr|repository\w*))$/i;
/**
 * Operators that hold only for what they name. One with IfExists, or with ForAllValues, holds where there is
 * nothing, too. Source: IAM user guide, "Multivalued context keys".
 */
const HOLDS =
  /^(foranyvalue:)?(string(equals|like|equalsignorecase)|arn(equals|like)|ipaddress|bool)$/i;

/** An ARN of any account, or a pattern that is over before it names one. */
const ANY_ACCOUNT = /^arn:[^:]*:[^:]*:[^:]*:[\d?]*\*|^arn:([^:]*:){0,3}[^:]*\*[^:]*$/;

/** Whether a value takes in everybody: it has nothing but wildcards, or names no account. One that is not known may. */
const isAny = (value: Value): boolean => {
  const text = toText(value);
  return (
    value === UNKNOWN || /^[*?:/]*$/.test(text) || ANY_ACCOUNT.test(text) || text.startsWith("o-*")
  );
};

/** Whether one of some values takes in everybody, or all of them together the internet. */
const includeAnyone = (values: readonly Value[]): boolean =>
  values.length === 0 || values.some(isAny) || isWorldOpen(knownBlocks(values));

/** Whether something in it is not known. */
function hasUnknown(value: Value): boolean {
  if (isFields(value)) return Object.values(value).some(hasUnknown);
  return value === UNKNOWN || (Array.isArray(value) && items(value).some(hasUnknown));
}

/**
 * Whether the conditions of a statement leave anybody out.
 *
 * @param keys that say who it is, of a condition.
 * @param isOpen which values of them leave nobody out, beside those that no key does.
 * @returns UNKNOWN if that is so by what is not known yet.
 */
export function isLimited(
  statement: Value,
  keys: RegExp = LIMITS,
  isOpen: (value: Value) => boolean = () => false,
): boolean | typeof UNKNOWN {
  const condition = part(statement, "Condition");
  const isKnown = (isFields(condition) ? Object.entries(condition) : []).some(
    ([operator, tests]) =>
      HOLDS.test(operator) &&
      isFields(tests) &&
      Object.entries(tests).some(
        ([key, values]) =>
          keys.test(key) && !includeAnyone(items(values)) && !items(values).some(isOpen),
      ),
  );
  return isKnown || (hasUnknown(condition) ? UNKNOWN : false);
}

/** Whether a statement allows something to anybody. A denial does not, nor a condition that leaves some out. */
export function allowsEveryone(statement: Value): boolean | typeof UNKNOWN {
  const effect = part(statement, "Effect");
  const principals = principalsOf(statement);
  const everyone =
    part(statement, "NotPrincipal") !== undefined ||
    principals.some((each) => EVERYONE.test(toText(each)));
  const isKnown = ![statement, effect, ...principals].includes(UNKNOWN);
  if (isKnown && (!everyone || effect !== "Allow")) return false;
  const limited = isLimited(statement);
  return isKnown && limited !== UNKNOWN ? !limited : limited === true ? false : UNKNOWN;
}
