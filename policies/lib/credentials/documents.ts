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

/** A value in which no credential may stand. */
export interface CredentialPlace {
  /** Where it is, as the beginning of a sentence: `The container web`. */
  readonly where: string;
  /** What it is there, e.g. `the variable LOG_LEVEL`. */
  readonly what: string;
  /** Its name, if it has one of its own. */
  readonly name?: string;
  readonly value: Value;
  /** Whether it must say where a secret is, and so not be one. @default false */
  readonly isReference?: boolean;
}

/** What a secret is told by: an ARN or the name of a parameter. */
export const secretPlace = (where: string, name: string, value: Value): CredentialPlace => ({
  where,
  what: `the reference to the secret ${name}`,
  name,
  // Without its name nobody can tell the name of a parameter from a secret.
  value: name === toText(UNKNOWN) ? UNKNOWN : value,
  isReference: true,
});

/** Keys whose value is made up so that a call counts once, and is nobody's secret. */
const IDEMPOTENCY = /^(client|clientrequest|idempotency|next|task)token$/i;
/** Where Step Functions takes a value from. Source: AWS Step Functions developer guide, "Passing data between states". */
const isPath = (key: string): boolean => key.endsWith(".$");

/** What a build's variable tells a secret by: the id of a secret, or the name of a parameter. */
export function storedPlace(where: string, name: string, value: Value): CredentialPlace {
  return { where, what: `the reference to the secret ${name}`, value, isReference: true };
}

/** A text that is JSON, as data; nothing for other text. */
export function json(text: Value): Value {
  try {
    return plain(JSON.parse(toText(text)));
  } catch {
    return undefined;
  }
}

/** A list of words of one command; one that is not known hides the others, which may belong to it. */
export const words = (list: readonly Value[]): Value =>
  list.includes(UNKNOWN) ? UNKNOWN : list.map(toText).join(" ");

/** Keys of a name and its value, as variables, settings and labels are written. */
const PAIR = /^(name|key|optionname|value|valuefrom)$/i;

/** Kinds of build variables that are references. Source: AWS CodeBuild API Reference, "EnvironmentVariable". */
const STORES = ["SECRETS_MANAGER", "PARAMETER_STORE"];

/** What an object says under some names, whatever case they are written in; each of two spellings. */
const said = (value: Fields, ...names: readonly string[]): readonly Value[] =>
  Object.entries(value)
    .filter(([key, part]) => names.includes(key.toLowerCase()) && !isAbsent(part))
    .map(([, part]) => part);

/** A name with its value, or with what refers to a secret; nothing for other objects. */
function pairPlaces(where: string, pair: Fields): readonly CredentialPlace[] {
  const names = said(pair, "name", "key", "optionname");
  const values = said(pair, "value").filter((value) => !isFields(value) && !Array.isArray(value));
  if (!names.every((name) => typeof name === "string" || name === UNKNOWN)) return [];
  // A build's variable may have the name of a secret as its value.
  const isReference = said(pair, "type").some((type) => STORES.includes(toText(type)));
  return names.flatMap((name) => [
    ...values.map((value): CredentialPlace =>
      isReference
        ? storedPlace(where, toText(name), value)
        : name === UNKNOWN
          ? { where, what: "a variable", value: UNKNOWN }
          : { where, what: `the variable ${toText(name)}`, name: toText(name), value },
    ),
    ...said(pair, "valuefrom").map((value) => secretPlace(where, toText(name), value)),
  ]);
}

/**
 * Every text of a document of any shape, such as a job definition or the input of a task, with the name that it has
 * there: by the key, or by the `name` beside its `value`. Lists of texts are commands.
 *
 * @param what says where in it this is, as a part of a sentence.
 * @param isOthers which keys somebody else looks at.
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
