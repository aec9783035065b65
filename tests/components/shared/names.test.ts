import assert from "node:assert/strict";

import fc from "fast-check";

import { baseNameProblem, physicalName } from "../../../components/shared/names";

const stackName = fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/);

describe("physical names", () => {
  it("are the base and the stack if that fits", () => {
    assert.equal(physicalName("loadBalancer", "handson", "dev"), "handson-dev");
  });

  it("keep the tutorial's spelling where AWS accepts capitals", () => {
    assert.equal(
      physicalName("role", "ecsHandsOnInstanceRole", "Alice").replace(/-[0-9a-f]{6}$/, ""),
      "ecsHandsOnInstanceRole-alice",
    );
    assert.equal(
      physicalName("role", "ecsHandsOnInstanceRole", "dev"),
      "ecsHandsOnInstanceRole-dev",
    );
  });

  it("fit load balancers and target groups for any stack", () => {
    fc.assert(
      fc.property(stackName, (stack) => {
        const name = physicalName("loadBalancer", "handson", stack);
        assert.match(name, /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/);
        assert.doesNotMatch(name, /--/);
      }),
    );
  });

  it("are never shared by two stacks, whatever their case, punctuation and length", () => {
    fc.assert(
      fc.property(stackName, stackName, (one, other) => {
        fc.pre(one !== other);
        assert.notEqual(
          physicalName("targetGroup", "handson", one),
          physicalName("targetGroup", "handson", other),
        );
      }),
    );
    const alike = ["alice", "Alice", "alice.", "alice-", "alice_", "a".repeat(40), "a".repeat(41)];
    const names = alike.map((stack) => physicalName("loadBalancer", "handson", stack));
    assert.equal(new Set(names).size, alike.length);
  });
});

describe("a base name", () => {
  it("may be the tutorials' own", () => {
    for (const name of ["handson", "nginx", "ecs-handson"]) {
      assert.equal(baseNameProblem(name), undefined);
    }
  });

  for (const [name, problem] of [
    ["a".repeat(21), "21 characters, at most 20"],
    ["", "must be lower-case"],
    ["Handson", "must be lower-case"],
    ["1st", "start with a letter"],
    ["hands--on", "single hyphens"],
    ["handson-", "must be lower-case"],
    ["internal-app", "AWS reserves"],
    ["aws-app", "AWS reserves"],
    ["sg-app", "AWS reserves"],
  ] as const) {
    it(`may not be "${name}": ${problem}`, () => {
      assert.match(baseNameProblem(name) ?? "", new RegExp(problem));
    });
  }
});
