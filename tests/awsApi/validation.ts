import type { ServiceModel, Shape } from "./models";

/**
 * What AWS would not accept in a request, or in a part of it, according to its model alone.
 *
 * @param shapeName the shape of the part, by its name in the model.
 * @param path where the part is, for the messages.
 */
export function problems(
  model: ServiceModel,
  shapeName: string,
  value: unknown,
  path: string,
): string[] {
  const shape = model.shape(shapeName);
  switch (shape.type) {
    case "structure":
      return structureProblems(model, shape, value, path);
    case "list":
      if (!Array.isArray(value)) return [`${path}: ${quoted(value)} is not a list`];
      return [
        ...boundProblems(shape, value.length, path, "entries"),
        ...value.flatMap((item, i) =>
          problems(model, shape.member?.shape ?? "", item, `${path}[${i}]`),
        ),
      ];
    case "map":
      if (!isObject(value)) return [`${path}: ${quoted(value)} is not a map`];
      return [
        ...boundProblems(shape, Object.keys(value).length, path, "entries"),
        ...Object.entries(value).flatMap(([key, item]) =>
          problems(model, shape.value?.shape ?? "", item, `${path}.${key}`),
        ),
      ];
    case "string":
      return textProblems(shape, value, path);
    case "integer":
    case "long":
      if (!Number.isSafeInteger(value)) return [`${path}: ${quoted(value)} is not a whole number`];
      return boundProblems(shape, Number(value), path);
    case "float":
    case "double":
      if (typeof value !== "number") return [`${path}: ${quoted(value)} is not a number`];
      return boundProblems(shape, value, path);
    case "boolean":
      return typeof value === "boolean"
        ? []
        : [`${path}: ${quoted(value)} is neither true nor false`];
    case "timestamp":
      return Number.isNaN(Date.parse(String(value)))
        ? [`${path}: ${quoted(value)} is not a time`]
        : [];
    default:
      return [`${path}: this test does not know the type ${shape.type}`];
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value as messages show it, cut off if it is long. */
const quoted = (value: unknown) => {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? "nothing" : text.length > 80 ? `${text.slice(0, 80)}…` : text;
};

function structureProblems(
  model: ServiceModel,
  shape: Shape,
  value: unknown,
  path: string,
): string[] {
  if (!isObject(value)) return [`${path}: ${quoted(value)} is not a structure`];
  const given = Object.keys(value).filter((name) => value[name] !== undefined);
  return [
    ...(shape.required ?? [])
      .filter((name) => !given.includes(name))
      .map((name) => `${path}.${name}: is required`),
    ...(shape.union && given.length !== 1 ? [`${path}: has ${given.length} members, not one`] : []),
    ...given.flatMap((name) => {
      const member = shape.members?.[name];
      return member
        ? problems(model, member.shape, value[name], `${path}.${name}`)
        : [`${path}.${name}: AWS has no such member`];
    }),
  ];
}

function textProblems(shape: Shape, value: unknown, path: string): string[] {
  if (typeof value !== "string") return [`${path}: ${quoted(value)} is not text`];
  if (shape.enum && !shape.enum.includes(value)) {
    return [`${path}: ${quoted(value)} is none of ${shape.enum.join(", ")}`];
  }
  return [
    ...boundProblems(shape, Array.from(value).length, path, "characters"),
    ...(shape.pattern !== undefined && !expression(shape.pattern).test(value)
      ? [`${path}: ${quoted(value)} does not match ${shape.pattern}`]
      : []),
  ];
}

function boundProblems({ min, max }: Shape, size: number, path: string, what = ""): string[] {
  const has = what === "" ? `${size}` : `has ${size} ${what}`;
  if (min !== undefined && size < min) return [`${path}: ${has}, at least ${min}`];
  if (max !== undefined && size > max) return [`${path}: ${has}, at most ${max}`];
  return [];
}

const expressions = new Map<string, RegExp>();

/**
 * A pattern of a model, which has to match the whole text, as in AWS's services (IAM's `[\w+=,.@-]+` refuses a name
 * with a space in it).
 * @throws SyntaxError if JavaScript cannot test it.
 */
function expression(pattern: string): RegExp {
  const known = expressions.get(pattern);
  if (known) return known;
  const made = compile(`^(?:${pattern.replaceAll("\\p{Print}", "[\\x20-\\x7e]")})$`);
  expressions.set(pattern, made);
  return made;
}

/** Matches code points, as Java does; a few patterns have escapes that only the older syntax allows. */
function compile(text: string): RegExp {
  try {
    return new RegExp(text, "su");
  } catch {
    return new RegExp(text, "s");
  }
}
