import type { ServiceModel, Shape } from "./models";
import { isObject } from "./validation";

/** Members' names by inputs' names, where the two differ: `{ appName: "applicationName" }`. */
export type Names = Readonly<Record<string, string>>;

/**
 * Turns a resource's inputs into members of a request, as the provider's `expand` functions do: names differ in case
 * and plural, a block that is allowed once is not a list, tags are a list of pairs, and a JSON document is parsed.
 * Empty values are left out, as by `d.GetOk` of Terraform's SDK.
 *
 * @param shapeName the shape that the request, or a part of it, has in the model.
 * @throws Error for an input that is not a member.
 */
export function toMembers(
  model: ServiceModel,
  shapeName: string,
  value: unknown,
  names: Names = {},
  path = shapeName,
): unknown {
  const shape = model.shape(shapeName);
  const inner = (name: string | undefined, item: unknown, at: string) =>
    toMembers(model, name ?? "", item, names, at);
  switch (shape.type) {
    case "structure":
      return structure(shape, only(parsed(value), path), names, path, inner);
    case "list":
      return entries(model, shape, parsed(value)).map((item, i) =>
        inner(shape.member?.shape, item, `${path}[${i}]`),
      );
    case "map":
      if (!isObject(value)) return value;
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          key,
          inner(shape.value?.shape, item, `${path}.${key}`),
        ]),
      );
    case "string":
      return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
    case "boolean":
      return value === "true" || (value === "false" ? false : value);
    case "integer":
    case "long":
    case "float":
    case "double":
      return typeof value === "string" && /^-?[\d.]+$/.test(value) ? Number(value) : value;
    default:
      return value;
  }
}

/** The document, if the value is JSON text. */
function parsed(value: unknown): unknown {
  return typeof value === "string" && /^\s*[[{]/.test(value)
    ? (JSON.parse(value) as unknown)
    : value;
}

/** The only entry of a list. */
function only(value: unknown, path: string): unknown {
  if (!Array.isArray(value)) return value;
  if (value.length > 1) throw new Error(`${path}: AWS takes one, not ${value.length}`);
  return value[0];
}

function structure(
  shape: Shape,
  value: unknown,
  names: Names,
  path: string,
  inner: (name: string | undefined, item: unknown, at: string) => unknown,
): unknown {
  if (!isObject(value)) return value;
  const made: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined || item === null || item === "") continue;
    const other = names[key];
    const name = (other === undefined ? other : memberOf(shape, other)) ?? memberOf(shape, key);
    if (name === undefined) throw new Error(`${path}.${key}: AWS has no such member`);
    if (name in made) throw new Error(`${path}.${key}: ${name} is given twice`);
    made[name] = inner(shape.members?.[name]?.shape, item, `${path}.${name}`);
  }
  return made;
}

/** The name of the member that is written as `key`, or else differs from it only in case, or else in plural. */
function memberOf({ members = {} }: Shape, key: string): string | undefined {
  const spellings = Object.keys(members);
  return [
    (name: string) => name === key,
    (name: string) => lower(name) === lower(key),
    (name: string) => plurals(name).includes(lower(key)) || plurals(key).includes(lower(name)),
  ]
    .map((matches) => spellings.find(matches))
    .find((name) => name !== undefined);
}

const lower = (name: string) => name.toLowerCase();
const plurals = (name: string) => [
  `${lower(name)}s`,
  `${lower(name)}es`,
  lower(name).replace(/y$/, "ies"),
];

/** The entries of a list: a map becomes pairs, and any other value a single entry. */
function entries(model: ServiceModel, { member }: Shape, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  const [first = "", second = "", ...more] = Object.keys(
    model.shape(member?.shape ?? "").members ?? {},
  );
  const pairs = more.length === 0 && /key|name/i.test(first) && /value/i.test(second);
  if (pairs && isObject(value) && !(first in value)) {
    return Object.entries(value).map(([key, item]) => ({ [first]: key, [second]: item }));
  }
  return [value];
}
