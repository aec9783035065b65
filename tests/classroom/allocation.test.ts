import assert from "node:assert/strict";

import fc from "fast-check";
import * as ipaddr from "ipaddr.js";

import { allocateSlots, cidrOf, mostSlots } from "../../classroom/allocation";
import { planLearner } from "../../classroom/plan";
import { type Defaults, readDefaults } from "../../classroom/stackSettings";
import { vpcCidrProblem } from "../../components/shared/cidr";

const stackNames = (maxLength: number) =>
  fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength });

describe("slots in a class", () => {
  it("are one per stack, and stay the same as other stacks come and go", () => {
    fc.assert(
      fc.property(stackNames(40), stackNames(40), (first, second) => {
        const before = allocateSlots(first, {});
        const after = allocateSlots(second, before);
        const slots = Object.values(after);
        assert.equal(new Set(slots).size, slots.length);
        for (const stack of first) assert.equal(after[stack], before[stack]);
        for (const stack of second) assert.ok((after[stack] ?? 0) >= 1);
      }),
    );
  });

  it("are taken in roster order, the lowest free one first", () => {
    assert.deepEqual(allocateSlots(["a", "b", "c"], {}), { a: 1, b: 2, c: 3 });
    assert.deepEqual(allocateSlots(["d", "c"], { a: 1, c: 3 }), { a: 1, c: 3, d: 2 });
  });

  it("number 255, and one more stack is refused", () => {
    const many = Array.from({ length: mostSlots }, (_, i) => `s${i}`);
    assert.equal(Object.keys(allocateSlots(many, {})).length, 255);
    assert.throws(() => allocateSlots([...many, "more"], {}), /room for 255 stacks/);
  });

  it("give CIDR blocks that are valid for VPCs and do not overlap", () => {
    const slot = fc.integer({ min: 0, max: mostSlots });
    fc.assert(
      fc.property(slot, slot, (one, other) => {
        assert.equal(vpcCidrProblem(cidrOf(one)), undefined);
        fc.pre(one !== other);
        const [address] = ipaddr.IPv4.parseCIDR(cidrOf(one));
        assert.ok(!address.match(ipaddr.IPv4.parseCIDR(cidrOf(other))));
      }),
    );
  });

  describe("on a shared listener", () => {
    let defaults: Defaults;
    before(async () => {
      defaults = await readDefaults();
    });

    it("give each stack a hundred priorities that AWS accepts, and none to two stacks", () => {
      const roster = {
        class: "c",
        network: "shared" as const,
        organization: "organization",
        config: {},
        learners: [],
      };
      const slotOf = (slot: number) => {
        const learner = {
          name: "a",
          stack: "c-a",
          chapters: ["fargate"],
          expires: "never",
          config: {},
        };
        return planLearner(learner, slot, roster, defaults).config.listenerSlot as number;
      };
      const seen = new Set<number>();
      for (let slot = 1; slot <= mostSlots; slot += 1) {
        const first = (slotOf(slot) - 1) * 100 + 1;
        for (let priority = first; priority < first + 100; priority += 1) seen.add(priority);
      }
      assert.equal(seen.size, mostSlots * 100);
      assert.ok(Math.min(...seen) >= 1 && Math.max(...seen) <= 50_000);
    });
  });
});
