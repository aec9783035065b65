import assert from "node:assert/strict";

import fc from "fast-check";

import { parseNameList } from "../../components/nameList";

const name = fc.stringMatching(/^[a-z0-9*-]{1,12}$/);

describe("a list of names in a setting", () => {
  it("is the same with commas and in JSON", () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), (names) => {
        assert.deepEqual(parseNameList(names.join(",")), names);
        assert.deepEqual(parseNameList(names.join(" , ")), names);
        assert.deepEqual(parseNameList(JSON.stringify(names)), names);
      }),
    );
  });

  it("keeps an empty place, for whoever knows the names to refuse", () => {
    assert.deepEqual(parseNameList("fargate,"), ["fargate", ""]);
  });

  it("is refused if it begins like JSON and is none", () => {
    assert.throws(() => parseNameList("[fargate"), SyntaxError);
  });
});
