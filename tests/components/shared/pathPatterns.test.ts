import assert from "node:assert/strict";

import fc from "fast-check";

import { particularity, patternsOverlap } from "../../../components/shared/pathPatterns";

const pattern = fc.string({ unit: fc.constantFrom("a", "b", "/", "*", "?"), maxLength: 8 });
/** A pattern, and a path that matches it. */
const withPath = fc.array(
  fc.oneof(
    fc.constantFrom("a", "b", "/").map((text) => [text, text] as const),
    fc.constantFrom("a", "b").map((text) => ["?", text] as const),
    fc
      .string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 3 })
      .map((text) => ["*", text] as const),
  ),
  { maxLength: 6 },
);

describe("patternsOverlap", () => {
  it("is true for two patterns that some path matches both of", () => {
    for (const [one, other] of [
      ["/a/*", "/a/b"],
      ["/*", "/a/*"],
      ["/*b", "/a*"],
      ["/?", "/a"],
      ["*", ""],
    ] as const) {
      assert.ok(patternsOverlap(one, other), `${one} ${other}`);
    }
  });

  it("is false for two patterns that no path matches both of", () => {
    for (const [one, other] of [
      ["/a", "/A"],
      ["/a/*", "/a"],
      ["/a*", "/b*"],
      ["/?", "/"],
    ] as const) {
      assert.ok(!patternsOverlap(one, other), `${one} ${other}`);
    }
  });

  it("is true for a pattern and a path that matches it", () => {
    fc.assert(
      fc.property(withPath, (parts) => {
        const [text, path] = [0, 1].map((i) => parts.map((part) => part[i]).join(""));
        assert.ok(patternsOverlap(text ?? "", path ?? ""));
      }),
    );
  });

  it("does not depend on their order", () => {
    fc.assert(
      fc.property(pattern, pattern, (one, other) => {
        assert.equal(patternsOverlap(one, other), patternsOverlap(other, one));
      }),
    );
  });
});

describe("particularity", () => {
  it("is that of the most general pattern, and infinite without wildcards", () => {
    assert.equal(particularity(["/*", "/a/b/*"]), 1);
    assert.equal(particularity(["/shop", "/shop/*"]), 6);
    assert.equal(particularity(["/shop"]), Infinity);
  });
});
