import type { ServiceModel, Shape } from "./models";
import { isObject } from "./validation";

/** Other names of inputs, wherever there is a member of that name: `{ appName: "applicationName" }`. */
export type Names = Readonly<Record<string, string>>;

/**
 * Inputs of a resource as members of a request, as the provider's `expand` functions make them: names differ by their
 * case and by their plural, a block that may be there once is not a list, tags are a list of pairs, and a document in JSON
 * is what it says. What is empty is left out, as `d.GetOk` of Terraform's SDK does.
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

/** A document where a text is one. */
function parsed(value: unknown): unknown {
  return typeof value === "string" && /^\s*[[{]/.test(value)
    ? (JSON.parse(value) as unknown)
    : value;
}

/** What a list of one consists of. */
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
    if (name === undefined) throw new Error(`${path}.${key}: AWS knows no such member`);
    if (name in made) throw new Error(`${path}.${key}: ${name} is there already`);
    made[name] = inner(shape.members?.[name]?.shape, item, `${path}.${name}`);
  }
  return made;
}

/** The name of a member: as it is written, or but for its case, or but for its plural. */
function memberOf({ members = {} }: Shape, key: string): string | undefined {
  const spellings = Object.keys(members);
  return [
    (name: string) => name === key,
    (name: string) => same(name) === same(key),
    (name: string) => plurals(name).includes(same(key)) || plurals(key).includes(same(name)),
  ]
    .map((matches) => spellings.find(matches))
    .find((name) => name !== undefined);
}

const same = (name: string) => name.toLowerCase();
const plurals = (name: string) => [
  `${same(name)}s`,
  `${same(name)}es`,
  same(name).replace(/y$/, "ies"),
];

/** What a list is made of: a map makes pairs, and anything else than a list one entry. */
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
