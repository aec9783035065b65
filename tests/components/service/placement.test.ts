import assert from "node:assert/strict";

import { placementProblems, spreadThenPack } from "../../../components/service/placement";

describe("placement", () => {
  it("spreads over the zones and then packs, unless told otherwise", () => {
    assert.deepEqual(spreadThenPack, [
      { type: "spread", field: "attribute:ecs.availability-zone" },
      { type: "binpack", field: "memory" },
    ]);
    assert.deepEqual(placementProblems(spreadThenPack, [], false), []);
  });

  it("refuses more strategies and constraints than ECS accepts", () => {
    const strategies = Array.from({ length: 6 }, () => ({ type: "random" as const }));
    const constraints = Array.from({ length: 11 }, () => ({ type: "distinctInstance" as const }));
    assert.deepEqual(placementProblems(strategies, constraints, false), [
      "placementStrategies has 6 items; ECS accepts at most 5",
      "placementConstraints has 11 items; ECS accepts at most 10",
    ]);
  });

  it("accepts for DAEMON only constraints on which instances to use", () => {
    const members = [{ type: "memberOf" as const, expression: "attribute:zone == a" }];
    assert.deepEqual(placementProblems([], members, true), []);
    const problems = placementProblems(spreadThenPack, [{ type: "distinctInstance" }], true);
    assert.match(
      problems.join(),
      /placementStrategies with DAEMON.*distinctInstance is for REPLICA/,
    );
  });
});
