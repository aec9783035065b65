import ipaddr from "ipaddr.js";
import type { ListenerRule, RuleAction, RuleCondition } from "./elb";

/** The parts of an HTTP request that listener rules evaluate. */
export interface RoutedRequest {
  readonly method: string;
  /** Host header without its port. */
  readonly host: string;
  /** Path as sent, starting with `/`, still percent-encoded. */
  readonly path: string;
  /** The part after the `?`; empty if there is none. */
  readonly query: string;
  /** Header fields by lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly sourceIp: string;
}

/** The listener that a request came in on, for `#{protocol}` and `#{port}` in a redirect. */
export interface ListenerAddress {
  readonly protocol: string;
  readonly port: number;
}

/**
 * The rule that applies to a request: among those whose conditions all match, the one with the lowest priority number;
 * undefined if none matches, so that the listener's default actions apply. Source: ELB user guide, "Listener rules for
 * your Application Load Balancer".
 */
export function selectRule(
  rules: readonly ListenerRule[],
  request: RoutedRequest,
): ListenerRule | undefined {
  return rules
    .filter((rule) => rule.conditions.every((condition) => matchesCondition(condition, request)))
    .reduce<ListenerRule | undefined>(
      (best, rule) => (best === undefined || rule.priority < best.priority ? rule : best),
      undefined,
    );
}

/** The action that produces the response: the last one by `order`; the others only prepare (authentication). */
export function finalAction(actions: readonly RuleAction[]): RuleAction | undefined {
  return actions.reduce<RuleAction | undefined>(
    (last, action) =>
      last === undefined || (action.order ?? 0) >= (last.order ?? 0) ? action : last,
    undefined,
  );
}

/** The parts of an action that say where it forwards to, also in a resource's inputs. */
interface ForwardAction {
  readonly targetGroupArn?: string | null | undefined;
  readonly forward?:
    | { readonly targetGroups: readonly { readonly arn: string; readonly weight?: number }[] }
    | null
    | undefined;
}

/** The target groups that an action forwards to, with their weights; none for other actions. */
export function forwardedTo(action: ForwardAction): { arn: string; weight: number }[] {
  const weighted = action.forward?.targetGroups ?? [];
  if (weighted.length > 0) return weighted.map(({ arn, weight = 1 }) => ({ arn, weight }));
  return action.targetGroupArn == null ? [] : [{ arn: action.targetGroupArn, weight: 1 }];
}

/**
 * Whether a condition matches, for which one of its values is enough. Paths and methods are case-sensitive; hosts,
 * headers and query strings are not. Source: ELB user guide, "Condition types for listener rules".
 */
export function matchesCondition(condition: RuleCondition, request: RoutedRequest): boolean {
  const { hostHeader, pathPattern, httpHeader, httpRequestMethod, queryStrings, sourceIp } =
    condition;
  if (hostHeader) {
    return matchesAny(hostHeader, [request.host], { ignoreCase: true });
  }
  if (pathPattern) {
    return matchesAny(pathPattern, [request.path], { ignoreCase: false });
  }
  if (httpHeader) {
    const field = request.headers[httpHeader.httpHeaderName.toLowerCase()] ?? [];
    return matchesAny(httpHeader, typeof field === "string" ? [field] : field, {
      ignoreCase: true,
    });
  }
  if (httpRequestMethod) {
    return httpRequestMethod.values.includes(request.method);
  }
  if (queryStrings) {
    const pairs = parseQuery(request.query);
    const options = { ignoreCase: true, escapes: true };
    return queryStrings.some(({ key, value }) =>
      pairs.some(
        (pair) =>
          (key === undefined || matchesWildcard(key, pair.key, options)) &&
          matchesWildcard(value, pair.value, options),
      ),
    );
  }
  if (sourceIp) {
    const address = ipaddr.process(request.sourceIp);
    return sourceIp.values.some((cidr) => {
      const [network, prefix] = ipaddr.parseCIDR(cidr);
      return network.kind() === address.kind() && address.match(network, prefix);
    });
  }
  return false;
}

function matchesAny(
  patterns: { readonly values: readonly string[]; readonly regexValues: readonly string[] },
  texts: readonly string[],
  options: { readonly ignoreCase: boolean },
): boolean {
  const flags = options.ignoreCase ? "i" : "";
  return texts.some(
    (text) =>
      patterns.values.some((pattern) => matchesWildcard(pattern, text, options)) ||
      patterns.regexValues.some((pattern) => new RegExp(pattern, flags).test(text)),
  );
}

/**
 * Whether a pattern matches the whole text: `*` stands for any number of characters, `?` for exactly one, every other
 * character for itself. The time is linear in both lengths for one `*`, and at worst their product, so that no pattern
 * can stall the load balancer.
 * @param options.ignoreCase ignore case. @default false
 * @param options.escapes `\*`, `\?` and `\\` stand for the character itself. @default false
 */
export function matchesWildcard(
  pattern: string,
  text: string,
  options: { readonly ignoreCase?: boolean; readonly escapes?: boolean } = {},
): boolean {
  const fold = (value: string) => (options.ignoreCase === true ? value.toLowerCase() : value);
  const tokens = tokenize(fold(pattern), options.escapes ?? false);
  const characters = Array.from(fold(text));

  let token = 0;
  let character = 0;
  let star = -1; // the last `*` passed, and the text position that it matches up to
  let swallowed = 0;
  while (character < characters.length) {
    const current = tokens[token];
    if (current === ANY) {
      star = token++;
      swallowed = character;
    } else if (current === ONE || (current !== undefined && current === characters[character])) {
      token++;
      character++;
    } else if (star >= 0) {
      token = star + 1;
      character = ++swallowed;
    } else {
      return false;
    }
  }
  while (tokens[token] === ANY) token++;
  return token === tokens.length;
}

const ANY = Symbol("*");
const ONE = Symbol("?");

function tokenize(pattern: string, escapes: boolean): (string | typeof ANY | typeof ONE)[] {
  const tokens: (string | typeof ANY | typeof ONE)[] = [];
  const characters = Array.from(pattern);
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    const next = characters[at + 1];
    if (escapes && character === "\\" && (next === "*" || next === "?" || next === "\\")) {
      tokens.push(next);
      at++;
    } else if (character === "*") {
      tokens.push(ANY);
    } else {
      tokens.push(character === "?" ? ONE : character);
    }
  }
  return tokens;
}

function parseQuery(query: string): { key: string; value: string }[] {
  if (query === "") return [];
  return query.split("&").map((pair) => {
    const at = pair.indexOf("=");
    return at < 0
      ? { key: pair, value: "" }
      : { key: pair.slice(0, at), value: pair.slice(at + 1) };
  });
}

/**
 * The `Location` of a redirect action, `PROTOCOL://HOST:PORT/PATH?QUERY`. Omitted parts, and `#{protocol}`, `#{host}`,
 * `#{port}`, `#{path}` (without its first `/`) and `#{query}`, come from the request. Source: ELB user guide, "Redirect
 * actions".
 */
export function redirectLocation(
  redirect: NonNullable<RuleAction["redirect"]>,
  request: RoutedRequest,
  listener: ListenerAddress,
): string {
  const parts: Record<string, string> = {
    protocol: listener.protocol.toLowerCase(),
    host: request.host,
    port: String(listener.port),
    path: request.path.replace(/^\//, ""),
    query: request.query,
  };
  const fill = (template: string) =>
    template.replace(/#\{(\w+)\}/g, (all, name: string) => parts[name] ?? all);
  const protocol = fill(redirect.protocol ?? "#{protocol}").toLowerCase();
  const host = fill(redirect.host ?? "#{host}");
  const port = fill(redirect.port ?? "#{port}");
  const path = fill(redirect.path ?? "/#{path}");
  const query = fill(redirect.query ?? "#{query}");
  return `${protocol}://${host}:${port}${path}${query === "" ? "" : `?${query}`}`;
}
