/** Marks a value that is unknown until the update. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** A resource property as rules see it: plain data, which never throws when it is read. */
export type Value =
  undefined | null | boolean | number | string | typeof UNKNOWN | readonly Value[] | Fields;

/** Named values: a resource's properties, or one object inside them. */
export interface Fields {
  readonly [name: string]: Value;
}

function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** Whether `value` is an object with named values (not a list, not unknown, not null). */
export function isFields(value: Value): value is Fields {
  return typeof value === "object" && value !== null && !isArray(value);
}

// The properties that the policy SDK passes to rules throw when an unknown value is read. That would skip the rest of a
// rule, so each value is read here, and an unknown one becomes data.
function read(holder: object, key: string | number): Value {
  let value: unknown;
  try {
    value = (holder as Record<string | number, unknown>)[key];
  } catch {
    return UNKNOWN;
  }
  return plain(value);
}

/**
 * Copies properties that the policy SDK passes to a rule into plain data.
 *
 * @param given Any property value, usually `args.props`. It is not changed.
 * @returns The same shape, with {@link UNKNOWN} wherever the engine does not know the value yet.
 */
export function plain(given: unknown): Value {
  if (given === UNKNOWN) {
    return UNKNOWN;
  }
  if (isArray(given)) {
    return Array.from({ length: given.length }, (_, index) => read(given, index));
  }
  if (typeof given === "object" && given !== null) {
    return Object.fromEntries(Object.keys(given).map((key) => [key, read(given, key)]));
  }
  switch (typeof given) {
    case "string":
    case "number":
    case "boolean":
      return given;
    default:
      return given === null ? null : undefined;
  }
}

/**
 * Follows `path` into `value`.
 *
 * @returns What is there; `undefined` if a step does not exist; {@link UNKNOWN} if a step is unknown.
 */
export function field(value: Value, ...path: readonly string[]): Value {
  let current = value;
  for (const name of path) {
    if (current === UNKNOWN) {
      return UNKNOWN;
    }
    current = isFields(current) ? current[name] : undefined;
  }
  return current;
}

/** A list's items: none if it is absent, one unknown item if it is unknown. */
export function items(value: Value): readonly Value[] {
  if (value === undefined || value === null) {
    return [];
  }
  return isArray(value) ? value : [value];
}

/** Whether a value is absent: undefined, null or a blank string. */
export function isAbsent(value: Value): boolean {
  return (
    value === undefined || value === null || (typeof value === "string" && value.trim() === "")
  );
}

/** Whether a value means true; providers also accept the string "true". */
export function isTrue(value: Value): boolean {
  return value === true || value === "true";
}

/** An integer given as a number or as a string; otherwise `undefined`. */
export function toInteger(value: Value): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) ? number : undefined;
}

/** A value for a message. */
export function toText(value: Value): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "?";
}
