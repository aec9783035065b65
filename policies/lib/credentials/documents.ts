import {
  type Fields,
  isAbsent,
  isFields,
  items,
  plain,
  toText,
  UNKNOWN,
  type Value,
} from "../../graph/value";

/** A value that must not contain a credential. */
export interface CredentialPlace {
  /** Where it is, to begin a sentence: `The container web`. */
  readonly where: string;
  /** What it is there, e.g. `the variable LOG_LEVEL`. */
  readonly what: string;
  /** Its name, if it has one of its own. */
  readonly name?: string;
  readonly value: Value;
  /** Whether it must refer to a secret, and so must not be one. @default false */
  readonly isReference?: boolean;
}

/** A reference to a secret: an ARN or the name of a parameter. */
export const secretPlace = (where: string, name: string, value: Value): CredentialPlace => ({
  where,
  what: `the reference to the secret ${name}`,
  name,
  // Without the name, a parameter's name cannot be distinguished from a secret.
  value: name === toText(UNKNOWN) ? UNKNOWN : value,
  isReference: true,
});

/** Keys of random values that are not secret: they make a call idempotent or continue a listing. */
const IDEMPOTENCY = /^(client|clientrequest|idempotency|next|task)token$/i;
/** Whether Step Functions reads the value from a path. Source: AWS Step Functions developer guide, "Passing data between states". */
const isPath = (key: string): boolean => key.endsWith(".$");

/** A build variable's reference to a secret: the id of a secret, or the name of a parameter. */
export function storedPlace(where: string, name: string, value: Value): CredentialPlace {
  return { where, what: `the reference to the secret ${name}`, value, isReference: true };
}

/** Parses JSON. @returns undefined for any other text */
export function json(text: Value): Value {
  try {
    return plain(JSON.parse(toText(text)));
  } catch {
    return undefined;
  }
}

/** Joins the words of one command; an unknown word makes it unknown, since the others may belong to that word. */
export const words = (list: readonly Value[]): Value =>
  list.includes(UNKNOWN) ? UNKNOWN : list.map(toText).join(" ");

/** Keys of objects with a name and a value, such as variables, settings and labels. */
const PAIR = /^(name|key|optionname|value|valuefrom)$/i;

/** Kinds of build variables that are references. Source: AWS CodeBuild API Reference, "EnvironmentVariable". */
const STORES = ["SECRETS_MANAGER", "PARAMETER_STORE"];

/** An object's values under some names, ignoring case; both values if a name has two spellings. */
const valuesUnder = (value: Fields, ...names: readonly string[]): readonly Value[] =>
  Object.entries(value)
    .filter(([key, part]) => names.includes(key.toLowerCase()) && !isAbsent(part))
    .map(([, part]) => part);

/** A name with its value or its reference to a secret; none for other objects. */
function pairPlaces(where: string, pair: Fields): readonly CredentialPlace[] {
  const names = valuesUnder(pair, "name", "key", "optionname");
  const values = valuesUnder(pair, "value").filter(
    (value) => !isFields(value) && !Array.isArray(value),
  );
  if (!names.every((name) => typeof name === "string" || name === UNKNOWN)) return [];
  // The value of a build's variable may be the name of a secret.
  const isReference = valuesUnder(pair, "type").some((type) => STORES.includes(toText(type)));
  return names.flatMap((name) => [
    ...values.map((value): CredentialPlace =>
      isReference
        ? storedPlace(where, toText(name), value)
        : name === UNKNOWN
          ? { where, what: "a variable", value: UNKNOWN }
          : { where, what: `the variable ${toText(name)}`, name: toText(name), value },
    ),
    ...valuesUnder(pair, "valuefrom").map((value) => secretPlace(where, toText(name), value)),
  ]);
}

/**
 * Every string in a document of any shape, such as a job definition or the input of a task, with its name: its key, or
 * the `name` next to its `value`. Lists of strings are commands.
 *
 * @param what where in the document this is, as part of a sentence.
 * @param isOthers whether a key is checked elsewhere.
 */
export function documentPlaces(
  where: string,
  document: Value,
  what: string,
  isOthers: (key: string) => boolean = () => false,
): readonly CredentialPlace[] {
  const inside = (value: Value, inWhat = what): readonly CredentialPlace[] =>
    documentPlaces(where, value, inWhat, isOthers);
  if (Array.isArray(document)) {
    const list = items(document);
    const isCommand = list.every((each) => typeof each === "string" || each === UNKNOWN);
    return isCommand ? [{ where, what, value: words(list) }] : list.flatMap((each) => inside(each));
  }
  if (!isFields(document)) return [{ where, what, value: document }];
  const pair = pairPlaces(where, document);
  const rest = Object.entries(document)
    .filter(([key]) => !isOthers(key) && !isPath(key) && !IDEMPOTENCY.test(key))
    .filter(([key]) => pair.length === 0 || !PAIR.test(key))
    .flatMap(([key, value]): readonly CredentialPlace[] =>
      typeof value === "object" ? inside(value, key) : [{ where, what: key, name: key, value }],
    );
  return [...pair, ...rest];
}
