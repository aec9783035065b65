/** Converts the provider's camel-case keys to the Pascal case of most AWS APIs; absent values are omitted. */
export function pascal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pascal);
  if (typeof value !== "object" || value === null) return value ?? undefined;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined && one !== null)
      .map(([key, one]) => [key.charAt(0).toUpperCase() + key.slice(1), pascal(one)]),
  );
}
