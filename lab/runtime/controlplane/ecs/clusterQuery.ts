/** An instance's attributes by name without `attribute:`, e.g. `ecs.instance-type`. */
export type Attributes = Readonly<Record<string, string>>;

/** Whether a query matches an instance with these attributes. */
export type ClusterQuery = (attributes: Attributes) => boolean;

/**
 * Parses the part of ECS's cluster query language that the lab supports: comparisons of an attribute by `==`, `!=`, `in
 * [a, b]`, `not_in [a, b]`, `=~` (`*` and `?`) and their names in words, `exists`, joined by `and` or `&&` throughout
 * or by `or` or `||` throughout. Source: ECS developer guide, "Cluster query language".
 * @returns undefined for anything else, e.g. parentheses or `task:group`
 */
export function parseClusterQuery(expression: string): ClusterQuery | undefined {
  const all = expression.split(/\s+(?:and|&&)\s+/);
  const any = expression.split(/\s+(?:or|\|\|)\s+/);
  if (all.length > 1 && any.length > 1) return undefined;
  const parts = (any.length > 1 ? any : all).map(parseComparison);
  const queries = parts.flatMap((part) => part ?? []);
  if (queries.length < parts.length) return undefined;
  return any.length > 1
    ? (attributes) => queries.some((query) => query(attributes))
    : (attributes) => queries.every((query) => query(attributes));
}

function parseComparison(text: string): ClusterQuery | undefined {
  const [, name = "", operator = "", operand = ""] =
    /^\s*attribute:([\w.:/-]+)\s+(\S+)(?:\s+(.+?))?\s*$/.exec(text) ?? [];
  const value = /^[\w.:/*?-]+$/.test(operand) ? operand : undefined;
  const list = /^\[([^[\]]*)\]$/
    .exec(operand)?.[1]
    ?.split(",")
    .map((item) => item.trim());
  switch (operator) {
    case "exists":
      return operand === "" ? (attributes) => attributes[name] !== undefined : undefined;
    case "==":
    case "equals":
      return value === undefined ? undefined : (attributes) => attributes[name] === value;
    case "!=":
    case "not_equals":
      return value === undefined ? undefined : (attributes) => attributes[name] !== value;
    case "in":
      return list && ((attributes) => list.includes(attributes[name] ?? ""));
    case "!in":
    case "not_in":
      return list && ((attributes) => !list.includes(attributes[name] ?? ""));
    case "=~":
    case "matches":
      return value === undefined
        ? undefined
        : (attributes) => wildcard(value).test(attributes[name] ?? "");
    default:
      return undefined;
  }
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(/[.:/-]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}
