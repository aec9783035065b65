import assert from "node:assert/strict";

import { nearestName } from "../../../components/shared/nearestName";

describe("the nearest name to a misspelt one", () => {
  const names = ["desiredCount", "chapters", "cpu", "memory"];

  it("differs in case or in a few letters", () => {
    assert.equal(nearestName("desiredcount", names), "desiredCount");
    assert.equal(nearestName("chapter", names), "chapters");
    assert.equal(nearestName("memroy", names), "memory");
  });

  it("is none if all are far", () => {
    assert.equal(nearestName("size", names), undefined);
  });
});
