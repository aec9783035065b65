import assert from "node:assert/strict";

import type { AskedResource } from "../program/mocks";
import { callsOf } from "./calls";
import { defaultTags, isOfAws, replayProblems } from "./replay";
import { insideVpc, scenarios } from "./scenarios";

describe("AWS's API models", () => {
  const types = new Set<string>();
  const checked = new Set<string>();

  /** Problems of the resources that no earlier deployment had. */
  async function problemsOf(resources: readonly AskedResource[]): Promise<string[]> {
    const fresh = resources.filter(isFresh);
    const vpcs = fresh.filter(({ type }) => type === "awsx:ec2:Vpc");
    const inside = (await Promise.all(vpcs.map(insideVpc))).flat().filter(isFresh);
    const made = [...fresh, ...inside].filter(isOfAws);
    for (const { type } of made) types.add(type);
    return replayProblems(made, defaultTags(resources));
  }

  function isFresh({ type, name, inputs }: AskedResource): boolean {
    const key = JSON.stringify([type, name, inputs]);
    if (checked.has(key)) return false;
    checked.add(key);
    return true;
  }

  for (const [title, deploy] of scenarios) {
    it(`accept the calls of ${title}`, async () => {
      const { resources } = await deploy();
      assert.ok(resources.some(isOfAws));
      assert.deepEqual(await problemsOf(resources), []);
    });
  }

  it("check each type whose calls are listed", () => {
    assert.deepEqual([...types].sort(), Object.keys(callsOf).sort());
  });
});
