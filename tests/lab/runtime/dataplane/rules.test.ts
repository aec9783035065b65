import assert from "node:assert/strict";
import fc from "fast-check";
import type { ListenerRule, RuleCondition } from "../../../../lab/runtime/dataplane/alb/elb";
import {
  finalAction,
  matchesCondition,
  matchesWildcard,
  redirectLocation,
  selectRule,
  type RoutedRequest,
} from "../../../../lab/runtime/dataplane/alb/rules";

const request = (changes: Partial<RoutedRequest> = {}): RoutedRequest => ({
  method: "GET",
  host: "shop.example.com",
  path: "/",
  query: "",
  headers: {},
  sourceIp: "127.0.0.1",
  ...changes,
});

const rule = (priority: number, ...conditions: RuleCondition[]): ListenerRule => ({
  arn: `rule/${priority}`,
  listenerArn: "listener",
  priority,
  conditions,
  actions: [],
});

const path = (...values: string[]): RuleCondition => ({ pathPattern: { values, regexValues: [] } });

/** Few letters, so that patterns often match. */
const text = fc.string({ unit: fc.constantFrom("a", "b", "A", ".", "\\"), maxLength: 8 });
const pattern = fc.string({ unit: fc.constantFrom("a", "b", "A", ".", "*", "?"), maxLength: 8 });

describe("matchesWildcard", () => {
  it("agrees with the equivalent regular expression", () => {
    fc.assert(
      fc.property(pattern, text, fc.boolean(), (wild, value, ignoreCase) => {
        const source = wild.replace(/[.\\]/g, "\\$&").replace(/\*/g, "[^]*").replace(/\?/g, "[^]");
        const expected = new RegExp(`^${source}$`, ignoreCase ? "i" : "").test(value);
        assert.equal(matchesWildcard(wild, value, { ignoreCase }), expected);
      }),
    );
  });

  it("takes escaped wildcards and backslashes literally", () => {
    const any = fc.string({ unit: fc.constantFrom("a", "*", "?", "\\"), maxLength: 8 });
    fc.assert(
      fc.property(any, any, (literal, value) => {
        const escaped = literal.replace(/[*?\\]/g, "\\$&");
        assert.equal(matchesWildcard(escaped, value, { escapes: true }), literal === value);
      }),
    );
  });

  it("counts a character outside the basic plane as one", () => {
    assert.equal(matchesWildcard("/?", "/🍣"), true);
  });
});

describe("matchesCondition", () => {
  const cases: [string, RuleCondition, Partial<RoutedRequest>, boolean][] = [
    ["matches a path case-sensitively", path("/Shop/*"), { path: "/shop/1" }, false],
    ["matches a path by any of its values", path("/a", "/b"), { path: "/b" }, true],
    [
      "matches a path by regular expression",
      { pathPattern: { values: [], regexValues: ["^/v[0-9]+/"] } },
      { path: "/v12/x" },
      true,
    ],
    [
      "matches a host case-insensitively",
      { hostHeader: { values: ["*.EXAMPLE.com"], regexValues: [] } },
      {},
      true,
    ],
    [
      "matches a header by name and value case-insensitively, in any of its lines",
      { httpHeader: { httpHeaderName: "X-Beta", values: ["y*"], regexValues: [] } },
      { headers: { "x-beta": ["no", "YES"] } },
      true,
    ],
    [
      "does not match a header that is absent",
      { httpHeader: { httpHeaderName: "X-Beta", values: ["*"], regexValues: [] } },
      {},
      false,
    ],
    ["matches a method case-sensitively", { httpRequestMethod: { values: ["get"] } }, {}, false],
    [
      "matches a query by key and value case-insensitively",
      { queryStrings: [{ key: "version", value: "V1" }] },
      { query: "x=1&Version=v1" },
      true,
    ],
    [
      "matches a query by value alone",
      { queryStrings: [{ key: undefined, value: "*sale*" }] },
      { query: "tag=bigsale" },
      true,
    ],
    [
      "does not match a query whose key has another value",
      { queryStrings: [{ key: "version", value: "2" }] },
      { query: "version=1&other=2" },
      false,
    ],
    ["matches a source inside a network", { sourceIp: { values: ["127.0.0.0/8"] } }, {}, true],
    [
      "matches an IPv4 source written as an IPv6 address",
      { sourceIp: { values: ["10.0.0.0/16"] } },
      { sourceIp: "::ffff:10.0.3.4" },
      true,
    ],
    [
      "does not match a source of the other address family",
      { sourceIp: { values: ["::/0"] } },
      {},
      false,
    ],
  ];
  for (const [title, condition, changes, expected] of cases) {
    it(title, () => {
      assert.equal(matchesCondition(condition, request(changes)), expected);
    });
  }
});

describe("selectRule", () => {
  it("picks the matching rule with the lowest priority, whatever the order of the rules", () => {
    const priorities = fc.uniqueArray(fc.integer({ min: 1, max: 50_000 }), { maxLength: 8 });
    fc.assert(
      fc.property(priorities, fc.nat(), (numbers, seed) => {
        const matching = numbers.filter((_, index) => ((seed >> index) & 1) === 1);
        const rules = numbers.map((number) =>
          rule(number, path(matching.includes(number) ? "/*" : "/never")),
        );
        const expected = matching.length === 0 ? undefined : Math.min(...matching);
        assert.equal(selectRule(rules, request())?.priority, expected);
      }),
    );
  });

  it("requires all conditions of a rule to match", () => {
    const rules = [rule(1, path("/*"), { httpRequestMethod: { values: ["POST"] } })];
    assert.equal(selectRule(rules, request()), undefined);
    assert.equal(selectRule(rules, request({ method: "POST" }))?.priority, 1);
  });
});

describe("finalAction", () => {
  it("is the one with the highest order", () => {
    const action = (type: string, order: number) => ({ type, order, targetGroupArn: undefined });
    const actions = [action("forward", 2), action("authenticate-oidc", 1)];
    assert.equal(finalAction(actions)?.type, "forward");
  });
});

describe("redirectLocation", () => {
  const at = { protocol: "HTTP", port: 8080 };
  const parts = { host: undefined, path: undefined, port: undefined, protocol: undefined };

  it("keeps every part that the action leaves out", () => {
    const location = redirectLocation(
      { ...parts, query: undefined, statusCode: "HTTP_302" },
      request({ path: "/a/b", query: "c=d" }),
      at,
    );
    assert.equal(location, "http://shop.example.com:8080/a/b?c=d");
  });

  it("fills in the parts of the request where the action asks for them", () => {
    const location = redirectLocation(
      {
        protocol: "HTTPS",
        port: "443",
        host: "new.#{host}",
        path: "/old/#{path}",
        query: "#{query}&from=#{port}",
        statusCode: "HTTP_301",
      },
      request({ path: "/a", query: "b=1" }),
      at,
    );
    assert.equal(location, "https://new.shop.example.com:443/old/a?b=1&from=8080");
  });

  it("drops the question mark of an empty query", () => {
    const location = redirectLocation(
      { ...parts, query: "", statusCode: "HTTP_302" },
      request({ query: "b=1" }),
      at,
    );
    assert.equal(location, "http://shop.example.com:8080/");
  });
});
