import assert from "node:assert/strict";

import { nearestName } from "../../../components/shared/nearestName";

describe("a name that was misspelt", () => {
  const names = ["desiredCount", "chapters", "cpu", "memory"];

  it("is the nearest one, in another case or with a few other letters", () => {
    assert.equal(nearestName("desiredcount", names), "desiredCount");
    assert.equal(nearestName("chapter", names), "chapters");
    assert.equal(nearestName("memroy", names), "memory");
  });

  it("is none where all are far", () => {
    assert.equal(nearestName("size", names), undefined);
  });
});
