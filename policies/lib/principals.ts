import { isWorldOpen } from "../graph/cidr";
import { isFields, items, toText, UNKNOWN, type Value } from "../graph/value";
import { knownBlocks } from "../graph/vpcs";
import { part } from "./policyDocument";

const EVERYONE = /^(\*|arn:aws[\w-]*:iam::\*:(root|\*|user\/\*|role\/\*))$/;

/** The principals of a statement: `*`, or a list for each kind, of which only AWS counts here. */
function principalsOf(statement: Value): readonly Value[] {
  const principal = part(statement, "Principal");
  return isFields(principal) ? items(part(principal, "AWS")) : items(principal);
}

/** Condition keys that limit callers by owner, or by something that they must know. Source: IAM user guide, "AWS global condition context keys". */
const LIMITS =
  /^(aws:(principal(orgid|orgpaths|account|arn|tag\/.+)|source(account|arn|orgid|orgpaths|vpc|vpce|ip|owner)|userid|vpcsourceip|resourceorgid)|sts:externalid|iam:\w+|kms:calleraccount|saml:.+|.+:(sub|aud|amr|repository\w*))$/i;
/**
 * Operators that are only true for the values they name. Those with IfExists or ForAllValues are also true if the key is
 * missing. Source: IAM user guide, "Multivalued context keys".
 */
const HOLDS =
  /^(foranyvalue:)?(string(equals|like|equalsignorecase)|arn(equals|like)|ipaddress|bool)$/i;

/** An ARN of any account, or a pattern that ends before the account. */
const ANY_ACCOUNT = /^arn:[^:]*:[^:]*:[^:]*:[\d?]*\*|^arn:([^:]*:){0,3}[^:]*\*[^:]*$/;

/** Whether a value may match everybody: it consists of wildcards, names no account, or is unknown. */
const isAny = (value: Value): boolean => {
  const text = toText(value);
  return (
    value === UNKNOWN || /^[*?:/]*$/.test(text) || ANY_ACCOUNT.test(text) || text.startsWith("o-*")
  );
};

/** Whether one of the values matches everybody, or all of them together the internet. */
const includeAnyone = (values: readonly Value[]): boolean =>
  values.length === 0 || values.some(isAny) || isWorldOpen(knownBlocks(values));

/** Whether something in a value is unknown. */
function hasUnknown(value: Value): boolean {
  if (isFields(value)) return Object.values(value).some(hasUnknown);
  return value === UNKNOWN || (Array.isArray(value) && items(value).some(hasUnknown));
}

/**
 * Whether the conditions of a statement exclude anybody.
 *
 * @param keys the condition keys that identify the caller.
 * @param isOpen whether a value of these keys excludes nobody, in addition to those that exclude nobody for any key.
 * @returns UNKNOWN if that depends on unknown values.
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

/** Whether a statement allows everybody something: it does not deny, and has no condition that excludes anybody. */
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
