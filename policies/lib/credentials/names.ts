/**
 * What the name of a variable says about its value: the kind of credential; `perhaps` if the name contains such a word
 * but does not say that the value is one (PASSWORD_DB, USE_TOKEN); undefined if it contains none.
 */
export type Claim = "password" | "token" | "secret" | "perhaps" | undefined;

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

/** Words after it that make the value something else, such as the file of a password, or its age. */
const ABOUT = set(
  "arn arns name names id ids file files path paths dir directory folder location url urls uri uris endpoint host " +
    "hostname port domain issuer iss audience aud scope scopes subject prefix suffix param params parameter " +
    "parameters ref reference header headers field label claim region bucket table type types kind format algorithm " +
    "alg algo hash hashing hasher encoder encoding cipher method mode strategy policy policies rule rules version " +
    "store storage backend provider providers manager engine driver source sources service plugin adapter handler " +
    "generator resolver helper enabled enable disabled disable required require optional allowed allow active reset " +
    "rotation rotate refresh retry retries expires expire expired expiry expiration exp ttl lifetime validity " +
    "duration interval timeout time age window grace period delay in after day days hour hours minute minutes mins " +
    "second seconds secs ms millis max maximum min minimum length len size count limit limits budget quota rate " +
    "bytes chars stdin kid keyid alias cache change changes check validation verification regex pattern strength " +
    "complexity history attempts lockout page template message text title hint prompt question form link recovery " +
    "forgot mount volume request response usage cost price client issuing endpoints",
);

/** Words before it that make the value a switch, a number or a choice. */
const SWITCHES = set(
  "use uses enable enabled disable disabled require requires required allow allows skip has have is no without with " +
    "need needs show hide log mask max maximum min minimum num number count total rotate random generate existing public",
);

/** Words after it that leave it a credential, and say which one of several it is, or how it is encoded. */
const WHICH =
  /^(v?\d+|old|new|prod|production|dev|development|staging|test|live|main|primary|secondary|previous|current|next|value|plain|plaintext|raw|base|base64|b64|hex|encoded|string|env|var|default)$/;

const PASSWORD =
  /password|passwd|passphrase|passwort|pswd|^(\w+pass|pass|pwd)$|requirepass|masterauth/;
const TOKEN = /tokens?$|apikey|accesskey|privatekey|secretkey|authdata|basicauth|htpasswd/;
const SECRET = /secret|credential|^creds$/;
/** Words that mean a credential only after certain others. */
const KEY =
  /^(api|access|private|secret|signing|encryption|master|license|account|shared|auth|deploy|ssh|session|hmac) key$/;
const DATA = /^(auth data|basic auth|http auth)$/;

/** The words of a name in lower case: `dbPassword`, `DB_PASSWORD` and `db.password` have the same. */
const wordsOf = (name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");

function kindOf(word: string, before = ""): Claim {
  if (/^(compass|bypass|passwordless)$/.test(word)) return undefined;
  const two = `${before} ${word}`;
  if (PASSWORD.test(word)) return "password";
  if (TOKEN.test(word) || KEY.test(two) || DATA.test(two)) return "token";
  return SECRET.test(word) ? "secret" : undefined;
}

/**
 * What a name says about its value. In a compound, the last word says what it is: DB_PASSWORD is a password,
 * PASSWORD_RESET_ENABLED is not.
 */
export function claimOf(name: string): Claim {
  const words = wordsOf(name);
  const kinds = words.map((word, index) => kindOf(word, words[index - 1]));
  const at = kinds.findLastIndex((kind) => kind !== undefined);
  const kind = kinds[at];
  if (kind === undefined) return undefined;
  const after = words.slice(at + 1);
  // Half of a credential is called an id, and Security Hub's ECS.8 counts it too: AWS_ACCESS_KEY_ID.
  if (/^access key id$/.test(words.slice(at - 1, at + 2).join(" "))) return "token";
  if (after.some((word) => ABOUT.has(word))) return undefined;
  const isCount = words[at] === "tokens";
  const isSwitch = words.slice(0, at).some((word) => SWITCHES.has(word));
  return isCount || isSwitch || !after.every((word) => WHICH.test(word)) ? "perhaps" : kind;
}
