import assert from "node:assert/strict";
import fc from "fast-check";
import { parseClusterQuery } from "../../../../lab/runtime/controlplane/ecs/clusterQuery";
import {
  isAllowed,
  place,
  type Candidate,
  type PlacementConstraint,
  type PlacementStrategy,
} from "../../../../lab/runtime/controlplane/ecs/placement";

const zones = ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"];
const task = { cpu: 256, memory: 128, interfaces: 1 };

function instance(id: string, changes: Partial<Candidate> & { zone?: string } = {}): Candidate {
  const { zone = zones[0] ?? "", ...rest } = changes;
  return {
    id,
    containerInstanceId: `ci-${id}`,
    attributes: { "ecs.availability-zone": zone, "ecs.instance-type": "t3.micro" },
    free: { cpu: 2048, memory: 921, interfaces: 1 },
    tasksOfService: 0,
    ...rest,
  };
}

function chosen(
  candidates: Candidate[],
  strategies: PlacementStrategy[] = [],
  constraints: PlacementConstraint[] = [],
): string {
  const answer = place({ size: task, strategies, constraints }, candidates, () => 0.5);
  return "id" in answer ? answer.id : answer.because;
}

const unplaced =
  "was unable to place a task because no container instance met all of its requirements.";

describe("place", () => {
  it("gives the reason that ECS's events give for each missing resource", () => {
    const free = { cpu: 2048, memory: 921, interfaces: 1 };
    const cases: [Partial<Candidate>, string][] = [
      [{ free: { ...free, interfaces: 0 } }, 'encountered error "RESOURCE:ENI".'],
      [{ free: { ...free, memory: 127 } }, "has insufficient memory available."],
      [{ free: { ...free, cpu: 255 } }, "has insufficient CPU units available."],
    ];
    for (const [changes, reason] of cases) {
      const said = chosen([instance("full", changes)]);
      const expected = `${unplaced} The closest matching (container-instance ci-full) ${reason}`;
      assert.ok(said.startsWith(expected), said);
    }
    const nowhere = `${unplaced} Reason: No Container Instances were found in your cluster.`;
    assert.ok(chosen([]).startsWith(nowhere));
  });

  it("finds an instance if and only if one has room", () => {
    const sizes = fc.record({
      cpu: fc.integer({ min: 200, max: 300 }),
      memory: fc.integer({ min: 100, max: 150 }),
      interfaces: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(sizes, { maxLength: 5 }), (frees) => {
        const candidates = frees.map((free, index) => instance(String(index), { free }));
        const answer = place({ size: task, strategies: [], constraints: [] }, candidates);
        const fitting = candidates.filter(
          ({ free }) => free.cpu >= 256 && free.memory >= 128 && free.interfaces >= 1,
        );
        if ("id" in answer) assert.ok(fitting.some(({ id }) => id === answer.id));
        else assert.equal(fitting.length, 0);
      }),
    );
  });

  it("spreads over zones unless told otherwise, counting instances without room too", () => {
    const full = { cpu: 0, memory: 0, interfaces: 0 };
    const candidates = [
      instance("a1", { zone: "a", free: full, tasksOfService: 1 }),
      instance("a2", { zone: "a" }),
      instance("c1", { zone: "c" }),
    ];
    assert.equal(chosen(candidates), "c1");
    assert.equal(chosen(candidates, [{ type: "spread", field: "instanceId" }]), "a2");
  });

  it("packs onto the instance with the least left, among those that the previous strategy ranks equal", () => {
    const candidates = [
      instance("empty", { zone: "c" }),
      instance("half", { zone: "c", free: { cpu: 1024, memory: 400, interfaces: 1 } }),
      instance("fuller", {
        zone: "a",
        free: { cpu: 512, memory: 500, interfaces: 1 },
        tasksOfService: 1,
      }),
    ];
    const spread = { type: "spread", field: "attribute:ecs.availability-zone" };
    assert.equal(chosen(candidates, [{ type: "binpack", field: "cpu" }]), "fuller");
    assert.equal(chosen(candidates, [{ type: "binpack", field: "memory" }]), "half");
    assert.equal(chosen(candidates, [spread, { type: "binpack", field: "cpu" }]), "half");
    assert.equal(chosen(candidates, [{ type: "random" }]), "half");
  });

  it("obeys distinctInstance and memberOf, and reports which of them no instance satisfies", () => {
    const candidates = [instance("a", { tasksOfService: 1 }), instance("c", { zone: "c" })];
    const memberOf = (expression: string) => ({ type: "memberOf", expression });
    assert.equal(chosen(candidates, [], [{ type: "distinctInstance" }]), "c");
    const inA = memberOf("attribute:ecs.availability-zone == ap-northeast-1a");
    assert.equal(chosen(candidates, [], [inA]), "a");
    assert.match(
      chosen(candidates, [], [inA, { type: "distinctInstance" }]),
      /container-instance ci-a\) encountered error "DistinctInstance placement constraint/,
    );
    const other = memberOf("attribute:ecs.instance-type == m5.large");
    assert.match(chosen(candidates, [], [other]), /"MemberOf placement constraint unsatisfied\."/);
    assert.equal(isAllowed(instance("a"), [other]), false);
    assert.equal(isAllowed(instance("a"), [inA]), true);
  });
});

describe("parseClusterQuery", () => {
  const attributes = {
    "ecs.instance-type": "t3.micro",
    "ecs.availability-zone": "ap-northeast-1a",
  };
  const cases: [string, boolean | undefined][] = [
    ["attribute:ecs.instance-type == t3.micro", true],
    ["attribute:ecs.instance-type equals t3.nano", false],
    ["attribute:ecs.instance-type != t3.nano", true],
    ["attribute:ecs.instance-type =~ t3.*", true],
    ["attribute:ecs.instance-type matches t4g.*", false],
    ["attribute:ecs.instance-type =~ t3xmicr?", false],
    ["attribute:ecs.availability-zone in [ap-northeast-1a, ap-northeast-1c]", true],
    ["attribute:ecs.availability-zone not_in [ap-northeast-1a, ap-northeast-1c]", false],
    ["attribute:gpu exists", false],
    ["attribute:ecs.instance-type exists", true],
    ["attribute:ecs.instance-type == t3.micro and attribute:gpu exists", false],
    ["attribute:ecs.instance-type == t3.micro || attribute:gpu exists", true],
    ["(attribute:gpu exists)", undefined],
    ["attribute:gpu exists or attribute:a == b and attribute:c == d", undefined],
    ["task:group == service:site", undefined],
    ["attribute:ecs.instance-type ==", undefined],
    ["attribute:ecs.instance-type == t3.micro t3.nano", undefined],
    ["", undefined],
  ];
  for (const [expression, result] of cases) {
    it(`${result === undefined ? "does not support" : "reads"} "${expression}"`, () => {
      assert.equal(parseClusterQuery(expression)?.(attributes), result);
    });
  }
});
