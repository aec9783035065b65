/** Keys as most of AWS's APIs have them, of what the provider has in camel case; what is not there is left out. */
export function pascal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pascal);
  if (typeof value !== "object" || value === null) return value ?? undefined;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined && one !== null)
      .map(([key, one]) => [key.charAt(0).toUpperCase() + key.slice(1), pascal(one)]),
  );
}
