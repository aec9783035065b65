import assert from "node:assert/strict";

import fc from "fast-check";

import { parseNameList } from "../../../components/shared/nameList";

/** Neither a number nor a JSON literal. */
const name = fc.stringMatching(/^s[a-z0-9*-]{0,11}$/);

describe("a list of names in a setting", () => {
  it("is the same with commas and in JSON", () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), (names) => {
        assert.deepEqual(parseNameList(names.join(",")), names);
        assert.deepEqual(parseNameList(names.join(" , ")), names);
        assert.deepEqual(parseNameList(JSON.stringify(names)), names);
        assert.deepEqual(parseNameList(`[${names.join(", ")}]`), names);
      }),
    );
  });

  it("keeps an empty item, for the caller to refuse", () => {
    assert.deepEqual(parseNameList("fargate,"), ["fargate", ""]);
  });

  it("returns what is not a list as it is, for the caller to refuse", () => {
    assert.deepEqual(parseNameList('{"a":1}'), { a: 1 });
    assert.deepEqual(parseNameList("[1, 2]"), [1, 2]);
    assert.deepEqual(parseNameList("[fargate"), ["[fargate"]);
  });
});
