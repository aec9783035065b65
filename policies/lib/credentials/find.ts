import { readings } from "./encoded";
import { formatOf } from "./formats";
import { type Claim, claimOf } from "./names";
import { canBeCredential } from "./values";

/** What else a rule is configured to look for. */
export interface Wanted {
  /** Names of credentials, instead of those that the pack knows. */
  readonly name?: RegExp | undefined;
  /** The form of credentials, in addition to those that the pack knows. */
  readonly value?: RegExp | undefined;
}

/** `name=value` and `"name": "value"`, as in command lines, connection strings, JSON and options of a JVM. */
const ASSIGNED =
  /(?<![\w.])(?<name>[A-Za-z_][\w.-]*)\\?["']?\s*(?<sign>=|:(?!\/\/))\s*(\\?"(?<double>[^"\\]*)|\\?'(?<single>[^'\\]*)|(?<bare>[^\s"',;&|]+))/g;
/** `--name value`. */
const OPTION =
  /(^|\s)--?(?<name>[A-Za-z][\w.-]*)\s+("(?<double>[^"]*)|'(?<single>[^']*)|(?<bare>[^\s"',;&|-][^\s"',;&|]*))/g;

interface Pair {
  readonly name: string;
  readonly value: string;
  /** Whether it may be prose, which has colons too: then the value must look random. */
  readonly isProse: boolean;
}

function* pairsIn(text: string): Generator<Pair> {
  for (const pattern of [ASSIGNED, OPTION]) {
    for (const { groups = {} } of text.matchAll(pattern)) {
      const { name = "", sign, double, single, bare = "" } = groups;
      const quoted = double ?? single;
      yield { name, value: quoted ?? bare, isProse: sign === ":" && quoted === undefined };
    }
  }
}

/** Whether the value says where the credential comes from: a shell variable, or a mount of `docker build`. */
const isFetched = (value: string): boolean => /^[$`]|^(id|src|type)=/.test(value);

/** Whether a name says that its value is a credential, and the value can be one. */
function isNamed(name: string, value: string, wanted: Wanted): boolean {
  const claim = wanted.name ? (wanted.name.test(name) ? "password" : undefined) : claimOf(name);
  return claim !== undefined && canBeCredential(value, claim);
}

/**
 * Finds a credential in a text such as a command line, by its form or by its name there.
 *
 * @returns What it is, as part of a sentence, without the text; `undefined` if there is none.
 */
export function credentialIn(text: string, wanted: Wanted = {}): string | undefined {
  const format = formatOf(text) ?? (wanted.value?.test(text) === true ? "a credential" : undefined);
  if (format !== undefined) return format;
  for (const { name, value, isProse } of pairsIn(text)) {
    if (isFetched(value)) continue;
    const claim: Claim = claimOf(name);
    const sure = claim !== undefined && canBeCredential(value, isProse ? "perhaps" : claim);
    if (sure || (wanted.name && isNamed(name, value, wanted))) return "a credential";
  }
  return undefined;
}

/** Like {@link credentialIn}, including the text's parts in Base64. */
export function credentialInside(text: string, wanted: Wanted = {}): string | undefined {
  return readings(text)
    .map((each) => credentialIn(each, wanted))
    .find((each) => each !== undefined);
}

/** The credential that a named value is or contains, as {@link credentialIn} describes it. */
export function credentialOf(name: string, value: string, wanted: Wanted = {}): string | undefined {
  return (
    credentialInside(value, wanted) ??
    // Some forms include the name, such as `Authorization: Bearer`.
    formatOf(`${name}: ${value}`) ??
    (isNamed(name, value, wanted) ? "a credential" : undefined)
  );
}

/** Whether an unknown value must be a credential, judged by its name. */
export function mustBeCredential(name: string, wanted: Wanted = {}): boolean {
  if (wanted.name) return wanted.name.test(name);
  const claim = claimOf(name);
  return claim === "password" || claim === "token";
}
