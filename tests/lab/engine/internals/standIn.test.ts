import * as assert from "node:assert/strict";

import { standIn } from "../../../../lab/engine/internals/standIn";

/** A module as compilers write it, with read-only names. */
function compiled(): object {
  return Object.defineProperties(
    {},
    {
      __esModule: { value: true },
      one: { enumerable: true, get: () => 1 },
      two: { enumerable: true, get: () => 2 },
    },
  );
}

describe("a stand-in for a module", () => {
  it("loads the module once, and not before it is used", () => {
    let loads = 0;
    const module = standIn(() => {
      loads += 1;
      return compiled();
    }) as { one: number; two: number; __esModule: boolean };
    assert.deepEqual([module.__esModule, loads], [true, 0]);
    assert.deepEqual([module.one, module.two, loads], [1, 2, 1]);
  });

  it("lists the module's names, so that they can be re-exported", () => {
    const module = standIn(compiled);
    const exported: Record<string, unknown> = {};
    // As `export *` is compiled.
    for (const name in module) {
      const descriptor = Object.getOwnPropertyDescriptor(module, name);
      if (descriptor) Object.defineProperty(exported, name, descriptor);
    }
    assert.deepEqual([exported.one, exported.two], [1, 2]);
    assert.deepEqual({ ...module }, { one: 1, two: 2 });
    assert.equal("two" in module, true);
    assert.equal("three" in module, false);
  });

  it("can be called and instantiated like the module", () => {
    class Tree {
      constructor(readonly root: string) {}
    }
    const Standing = standIn(() => Tree) as typeof Tree;
    assert.ok(new Standing("here") instanceof Tree);
    const add = standIn(() => (a: number) => a + 1) as unknown as (a: number) => number;
    assert.equal(add(1), 2);
  });

  it("has the module itself as its default if the module has none", () => {
    const plain = { name: "plain" };
    assert.equal((standIn(() => plain) as { default: object }).default, plain);
    assert.equal((standIn(() => ({ default: plain })) as { default: object }).default, plain);
  });

  it("passes changes on to the module", () => {
    const module: Record<string, unknown> = {};
    const standing = standIn(() => module) as Record<string, unknown>;
    standing.set = true;
    assert.deepEqual(module, { set: true });
    delete standing.set;
    assert.deepEqual(module, {});
  });
});
