import type { Claim } from "./names";

/** A switch, a mode, or a word for none. */
const SWITCH =
  /^(true|false|yes|no|on|off|0|1|enabled?|disabled?|required?|optional|auto|none|null|nil|undefined|n\/a|default|always|never)$/i;
/** A time, a size or a percentage with its unit; durations and dates in ISO 8601. */
const MEASURE =
  /^[+-]?\d+([.,]\d+)?\s*(%|[kmgt]i?b?|b|ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|months?|y|years?)$/i;
const ISO_8601 = /^(P(?=.)(\d+[YMWD])*(T(\d+[HMS])+)?|\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-][\d:]+)?)?)$/;
/** Refers to the credential, e.g. by a variable, JSONPath or JSONata, without containing it. */
const REFERENCE =
  /^(\${1,2}(\.\w+|\[[^\]]*\])+|\{%.*%\}|\$\{[^}]*\}|\$\(.*\)|\$\$?[A-Z_][A-Z0-9_]*|\{\{.*\}\}|#\{.*\}|<[^>]*>|%\w+%|`.*`|\*+|\{\w*\}|\[\])$/s;
const ARN_OR_ALIAS = /^(arn:[\w-]+:\S*|alias\/\S+|(sm|ssm|secretsmanager|vault|awssm|op|ref):\S+)$/;
/** One with a password is found by its form instead. */
const URL_OR_ADDRESS = /^([a-z][\w+.-]*:\/\/\S+|[\w.+-]+@[\w-]+(\.[\w-]+)+)$/i;
/** An absolute path, or one relative to a named folder. */
const PATH = /^(~|\.{1,2})?(\/[\w.@+-]+)+\/?$|^[A-Za-z]:\\\S+$|^(file|env):\S+$/;
const RELATIVE_PATH = /^[a-z][\w.-]*(\/[\w.-]+)+$/;
/** Whether a text is so long and mixed that it must be random. */
export const isRandom = (text: string): boolean =>
  text.length >= 20 && /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text);

const isPath = (text: string, kind: Claim): boolean => {
  const path = PATH.test(text) || (kind === "secret" && RELATIVE_PATH.test(text));
  return path && !text.split(/[/\\]/).some(isRandom);
};

const NUMBER = /^[+-]?\d+([.,]\d+)?$/;

/** Whether a number can be a credential: any can be a password, only a long one a token or a key. */
function isCredentialNumber(text: string, kind: Claim): boolean {
  if (!/^\d+$/.test(text)) return false;
  return kind === "password" || text.length > 5;
}

/** Whether a word mixes digits and letters, which names and versions keep separate. */
export function looksRandom(text: string): boolean {
  const isName =
    /^[a-z]+([-_.:/][a-z0-9]+)*$/i.test(text) ||
    /^v?\d+(\.\d+)+/.test(text) ||
    /^(hs|rs|es|ps|sha|aes|hmac|argon|pbkdf|oauth|md|ed|x|s)[-_]?\d+/i.test(text);
  return text.length >= 6 && /\d/.test(text) && /[a-z]/i.test(text) && !/\s/.test(text) && !isName;
}

/** Whether a value can be the credential that its name says it is. Known defaults such as `changeme` can. */
export function canBeCredential(value: string, kind: Exclude<Claim, undefined>): boolean {
  const text = value.trim();
  const other = [SWITCH, MEASURE, ISO_8601, REFERENCE, ARN_OR_ALIAS, URL_OR_ADDRESS];
  if (text === "" || other.some((pattern) => pattern.test(text)) || isPath(text, kind))
    return false;
  if (NUMBER.test(text)) return kind !== "perhaps" && isCredentialNumber(text, kind);
  return kind !== "perhaps" || looksRandom(text);
}
