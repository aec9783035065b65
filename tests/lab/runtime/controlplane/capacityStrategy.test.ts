import assert from "node:assert/strict";
import fc from "fast-check";
import {
  nextProvider,
  splitTasks,
  type CapacityProviderStrategyItem,
} from "../../../../lab/runtime/controlplane/ecs/capacityStrategy";

const names = ["FARGATE", "FARGATE_SPOT", "nginx", "other"];

/** One to four providers, at least one with a weight, at most one with a base. */
const strategies = fc
  .record({
    weights: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: names.length }),
    base: fc.integer({ min: 0, max: 12 }),
    baseOf: fc.nat({ max: names.length - 1 }),
  })
  .filter(({ weights }) => weights.some((weight) => weight > 0))
  .map(({ weights, base, baseOf }) =>
    weights.map((weight, index): CapacityProviderStrategyItem => ({
      capacityProvider: names[index] ?? "",
      weight,
      base: index === baseOf ? base : 0,
    })),
  );

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

describe("splitTasks", () => {
  it("splits as AWS's examples do", () => {
    const strategy = (...items: [weight: number, base: number][]) =>
      items.map(([weight, base], index) => ({
        capacityProvider: names[index] ?? "",
        weight,
        base,
      }));
    assert.deepEqual(splitTasks(strategy([1, 0], [1, 0]), 8), [4, 4]);
    assert.deepEqual(splitTasks(strategy([1, 0], [4, 0]), 5), [1, 4]);
    assert.deepEqual(splitTasks(strategy([1, 2], [3, 0]), 10), [4, 6]);
    assert.deepEqual(splitTasks(strategy([1, 5], [3, 0]), 4), [4, 0]);
    assert.deepEqual(splitTasks(strategy([0, 3], [1, 0]), 4), [0, 4]);
    assert.deepEqual(splitTasks(strategy([0, 0], [0, 0]), 4), [0, 0]);
  });

  it("places every task, and none on a provider of weight 0", () => {
    fc.assert(
      fc.property(strategies, fc.nat({ max: 60 }), (strategy, count) => {
        const split = splitTasks(strategy, count);
        assert.equal(sum(split), count);
        for (const [index, { weight }] of strategy.entries()) {
          if (weight === 0) assert.equal(split[index], 0);
        }
      }),
    );
  });

  it("fills the base first, and then matches the weights exactly after every full round", () => {
    fc.assert(
      fc.property(strategies, fc.nat({ max: 5 }), (strategy, rounds) => {
        const usable = strategy.map((item) => (item.weight === 0 ? 0 : item.base));
        const round = sum(strategy.map(({ weight }) => weight));
        assert.deepEqual(splitTasks(strategy, sum(usable)), usable);
        assert.deepEqual(
          splitTasks(strategy, sum(usable) + rounds * round),
          strategy.map(({ weight }, index) => (usable[index] ?? 0) + rounds * weight),
        );
      }),
    );
  });

  it("moves no task when one is added", () => {
    fc.assert(
      fc.property(strategies, fc.nat({ max: 60 }), (strategy, count) => {
        const fewer = splitTasks(strategy, count);
        const more = splitTasks(strategy, count + 1);
        assert.ok(more.every((tasks, index) => tasks >= (fewer[index] ?? 0)));
      }),
    );
  });
});

describe("nextProvider", () => {
  it("arrives at the same split, one task at a time", () => {
    fc.assert(
      fc.property(strategies, fc.nat({ max: 40 }), (strategy, count) => {
        const running = strategy.map(() => 0);
        for (let task = 0; task < count; task++) {
          const provider = nextProvider(strategy, running);
          const index = strategy.findIndex(({ capacityProvider }) => capacityProvider === provider);
          running[index] = (running[index] ?? 0) + 1;
        }
        assert.deepEqual(running, splitTasks(strategy, count));
      }),
    );
  });

  it("returns the provider that is short of tasks, and undefined without any provider", () => {
    const strategy = [
      { capacityProvider: "FARGATE", weight: 1, base: 0 },
      { capacityProvider: "FARGATE_SPOT", weight: 1, base: 0 },
    ];
    assert.equal(nextProvider(strategy, [0, 3]), "FARGATE");
    assert.equal(nextProvider(strategy, [3, 0]), "FARGATE_SPOT");
    assert.equal(nextProvider([], []), undefined);
  });
});
