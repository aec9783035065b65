import { formatOf } from "./formats";
import { claimOf } from "./names";
import { canBeCredential, isRandom, looksDrawn } from "./values";

/** Letters that names of parameters and ARNs have. Source: AWS Systems Manager API Reference, "PutParameter". */
const NAME = /^[\w./:-]+$/;
/** Letters that names of secrets have, with a key and a version behind them. Source: AWS Secrets Manager API Reference, "CreateSecret". */
const SECRET_ID = /^[\w/+=.@:-]+$/;
/** What people write before they think of a password, and passwords that say that they are one: Password123. */
const USUAL = /^(change[-_]?me|letmein|qwerty\w*|p[a@]ss(w[o0]rd)?\d+|[a-z]+\d{2,})$/i;

/** A name without folders, which the secret's own name does not explain. */
function isLikelyPassword(text: string): boolean {
  const isPhrase = /[-_.:]/.test(text);
  return USUAL.test(text) || (looksDrawn(text) && !(isPhrase && claimOf(text) !== undefined));
}

/**
 * Whether a text that should say where a secret is, by an ARN or by the name of a parameter, is the secret itself.
 *
 * @param name of the secret, as the container gets it; nothing where a secret may be told by any name, as in a build.
 */
export function isSecretItself(name: string | undefined, text: string): boolean {
  if (formatOf(text) !== undefined) return true;
  if (name === undefined) return !SECRET_ID.test(text) && canBeCredential(text, "password");
  if (text.startsWith("arn:")) return false;
  if (!NAME.test(text)) return canBeCredential(text, "password");
  // Parameters in folders have a slash in front; other texts with one are a key, or an error.
  const parts = text.startsWith("/") ? text.split("/") : [text];
  if (text.includes("/")) return parts.some(isRandom) && claimOf(text) === undefined;
  return claimOf(name) !== undefined && isLikelyPassword(text);
}
