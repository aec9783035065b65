import type { Claim } from "./names";

/** Says whether, how or that there is none. */
const SWITCH =
  /^(true|false|yes|no|on|off|0|1|enabled?|disabled?|required?|optional|auto|none|null|nil|undefined|n\/a|default|always|never)$/i;
/** A time, a size or a share, in a unit; ISO 8601's durations and days. */
const MEASURE =
  /^[+-]?\d+([.,]\d+)?\s*(%|[kmgt]i?b?|b|ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|months?|y|years?)$/i;
const ISO_8601 = /^(P(?=.)(\d+[YMWD])*(T(\d+[HMS])+)?|\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-][\d:]+)?)?)$/;
/** Says where the credential comes from, perhaps by JSONPath or JSONata; whoever reads this does not have it. */
const REFERENCE =
  /^(\${1,2}(\.\w+|\[[^\]]*\])+|\{%.*%\}|\$\{[^}]*\}|\$\(.*\)|\$\$?[A-Z_][A-Z0-9_]*|\{\{.*\}\}|#\{.*\}|<[^>]*>|%\w+%|`.*`|\*+|\{\w*\}|\[\])$/s;
const ARN_OR_ALIAS = /^(arn:[\w-]+:\S*|alias\/\S+|(sm|ssm|secretsmanager|vault|awssm|op|ref):\S+)$/;
/** Without a password, for that is found by its form. */
const URL_OR_ADDRESS = /^([a-z][\w+.-]*:\/\/\S+|[\w.+-]+@[\w-]+(\.[\w-]+)+)$/i;
/** Absolute, or below a folder that is named. */
const PATH = /^(~|\.{1,2})?(\/[\w.@+-]+)+\/?$|^[A-Za-z]:\\\S+$|^(file|env):\S+$/;
const RELATIVE_PATH = /^[a-z][\w.-]*(\/[\w.-]+)+$/;
/** As long and as mixed as only what was drawn by lot. */
export const isRandom = (text: string): boolean =>
  text.length >= 20 && /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text);

const isPath = (text: string, kind: Claim): boolean => {
  const path = PATH.test(text) || (kind === "secret" && RELATIVE_PATH.test(text));
  return path && !text.split(/[/\\]/).some(isRandom);
};

const NUMBER = /^[+-]?\d+([.,]\d+)?$/;

/** Numbers are passwords; of tokens and keys only long ones are. */
function isCredentialNumber(text: string, kind: Claim): boolean {
  if (!/^\d+$/.test(text)) return false;
  return kind === "password" || text.length > 5;
}

/** Digits and letters in one word, where names of things and versions have them apart. */
export function looksDrawn(text: string): boolean {
  const isName =
    /^[a-z]+([-_.:/][a-z0-9]+)*$/i.test(text) ||
    /^v?\d+(\.\d+)+/.test(text) ||
    /^(hs|rs|es|ps|sha|aes|hmac|argon|pbkdf|oauth|md|ed|x|s)[-_]?\d+/i.test(text);
  return text.length >= 6 && /\d/.test(text) && /[a-z]/i.test(text) && !/\s/.test(text) && !isName;
}

/** Whether a value can be the credential that its name claims. A well-known default such as `changeme` is one. */
export function canBeCredential(value: string, kind: Exclude<Claim, undefined>): boolean {
  const text = value.trim();
  const other = [SWITCH, MEASURE, ISO_8601, REFERENCE, ARN_OR_ALIAS, URL_OR_ADDRESS];
  if (text === "" || other.some((pattern) => pattern.test(text)) || isPath(text, kind))
    return false;
  if (NUMBER.test(text)) return kind !== "perhaps" && isCredentialNumber(text, kind);
  return kind !== "perhaps" || looksDrawn(text);
}
