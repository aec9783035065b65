import { formatOf } from "./formats";
import { claimOf } from "./names";
import { canBeCredential, isRandom, looksRandom } from "./values";

/** Characters in names of parameters and in ARNs. Source: AWS Systems Manager API Reference, "PutParameter". */
const NAME = /^[\w./:-]+$/;
/** Characters in names of secrets, which may be followed by a key and a version. Source: AWS Secrets Manager API Reference, "CreateSecret". */
const SECRET_ID = /^[\w/+=.@:-]+$/;
/** Placeholders for passwords, and common passwords such as Password123. */
const USUAL = /^(change[-_]?me|letmein|qwerty\w*|p[a@]ss(w[o0]rd)?\d+|[a-z]+\d{2,})$/i;

/** Whether a name without folders is probably a password: a common one, or random text that names no kind of secret. */
function isLikelyPassword(text: string): boolean {
  const isPhrase = /[-_.:]/.test(text);
  return USUAL.test(text) || (looksRandom(text) && !(isPhrase && claimOf(text) !== undefined));
}

/**
 * Whether a text that should refer to a secret, by an ARN or by the name of a parameter, is the secret itself.
 *
 * @param name the secret's name in the container; undefined if the text may be any name of a secret, as in a build.
 */
export function isSecretItself(name: string | undefined, text: string): boolean {
  if (formatOf(text) !== undefined) return true;
  if (name === undefined) return !SECRET_ID.test(text) && canBeCredential(text, "password");
  if (text.startsWith("arn:")) return false;
  if (!NAME.test(text)) return canBeCredential(text, "password");
  // Names of parameters in folders start with a slash; any other text with a slash is a key, or a mistake.
  const parts = text.startsWith("/") ? text.split("/") : [text];
  if (text.includes("/")) return parts.some(isRandom) && claimOf(text) === undefined;
  return claimOf(name) !== undefined && isLikelyPassword(text);
}
