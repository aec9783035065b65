import { readings } from "./encoded";
import { formatOf } from "./formats";
import { type Claim, claimOf } from "./names";
import { canBeCredential } from "./values";

/** What else a rule was told to look for. */
export interface Wanted {
  /** Names that hold credentials, in place of what the pack knows of names. */
  readonly name?: RegExp | undefined;
  /** Credentials by their form, beside those that the pack knows. */
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
  /** Prose has colons too: then the value must look like what was drawn by lot. */
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

/** A variable of a shell or a mount of `docker build` says where the credential comes from. */
const isFetched = (value: string): boolean => /^[$`]|^(id|src|type)=/.test(value);

/** Whether a name claims a value as a credential that the value can be. */
function isNamed(name: string, value: string, wanted: Wanted): boolean {
  const claim = wanted.name ? (wanted.name.test(name) ? "password" : undefined) : claimOf(name);
  return claim !== undefined && canBeCredential(value, claim);
}

/**
 * The credential that stands somewhere in a text, such as a command line: by its form, or by the name that it is
 * given there.
 *
 * @returns What it is, as a part of a sentence, without the text; `undefined` if there is none.
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

/** The same, also where the text has parts in Base64. */
export function credentialInside(text: string, wanted: Wanted = {}): string | undefined {
  return readings(text)
    .map((each) => credentialIn(each, wanted))
    .find((each) => each !== undefined);
}

/** The credential that a named value is or has in it, in the same words. */
export function credentialOf(name: string, value: string, wanted: Wanted = {}): string | undefined {
  return (
    credentialInside(value, wanted) ??
    // Some forms have the name in them, such as `Authorization: Bearer`.
    formatOf(`${name}: ${value}`) ??
    (isNamed(name, value, wanted) ? "a credential" : undefined)
  );
}

/** Whether a value that is not known yet must be one by its name: secrets are often named by reference. */
export function mustBeCredential(name: string, wanted: Wanted = {}): boolean {
  if (wanted.name) return wanted.name.test(name);
  const claim = claimOf(name);
  return claim === "password" || claim === "token";
}
