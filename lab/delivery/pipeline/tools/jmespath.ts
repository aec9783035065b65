import { type JSONValue, search, tokenize } from "@jmespath-community/jmespath";

/** Source: jmespath.org, "JMESPath Specification", "Built-in Functions"; the AWS CLI has these. */
const FUNCTIONS = new Set(
  (
    "abs avg ceil contains ends_with floor join keys length map max max_by merge min min_by not_null " +
    "reverse sort sort_by starts_with sum to_array to_number to_string type values"
  ).split(" "),
);

/** The library's extensions that the AWS CLI does not support: arithmetic, variables, the root. */
const EXTENSIONS = new Set("Plus Minus Multiply Divide Modulo Div Assign Variable Root".split(" "));

/**
 * What a JMESPath expression selects, as with the AWS CLI's `--query`; null if nothing.
 * @throws Error for an invalid expression, and for a value that a function does not accept
 */
export function select(value: unknown, query: string): unknown {
  const tokens = tokenize(query);
  for (const [index, { type, value: text }] of tokens.entries()) {
    if (EXTENSIONS.has(type)) throw new Error(`Unknown token ${JSON.stringify(text)}`);
    const isFunction = (tokens[index + 1]?.type as string | undefined) === "Lparen";
    if (isFunction && typeof text === "string" && /^\w/.test(text) && !FUNCTIONS.has(text)) {
      throw new Error(`Unknown function: ${text}()`);
    }
  }
  return search(value as JSONValue, query);
}
