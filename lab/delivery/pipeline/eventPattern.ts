/**
 * Whether an EventBridge event matches a rule's pattern: every name in the pattern must be in the event, with one of
 * the pattern's values for it. Source: Amazon EventBridge User Guide, "Comparison operators for use in event patterns".
 */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  if (!isObject(pattern)) return false;
  return Object.entries(pattern).every(([name, wanted]) => {
    const value = isObject(event) ? event[name] : undefined;
    if (!Array.isArray(wanted)) return matchesPattern(wanted, value);
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return wanted.some((one) => values.some((each) => matchesValue(one, each)));
  });
}

function matchesValue(wanted: unknown, value: unknown): boolean {
  if (!isObject(wanted)) return wanted === value;
  const [[operator, operand] = ["", undefined]] = Object.entries(wanted);
  switch (operator) {
    case "exists":
      return (value !== undefined) === operand;
    case "prefix":
      return typeof value === "string" && value.startsWith(String(operand));
    case "suffix":
      return typeof value === "string" && value.endsWith(String(operand));
    case "wildcard":
      return typeof value === "string" && wildcard(String(operand)).test(value);
    case "equals-ignore-case":
      return typeof value === "string" && value.toLowerCase() === String(operand).toLowerCase();
    case "anything-but": {
      if (value === undefined) return false;
      if (isObject(operand)) return !matchesValue(operand, value);
      const excluded: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
      return !excluded.includes(value);
    }
    default:
      return false;
  }
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
