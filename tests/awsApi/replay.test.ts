import assert from "node:assert/strict";

import type { AskedResource } from "../program/mocks";
import { callsOf } from "./calls";
import { defaultTags, isOfAws, replayProblems } from "./replay";
import { insideVpc, scenarios } from "./scenarios";

describe("AWS's API models", function () {
  this.timeout(60_000);
  const types = new Set<string>();
  const judged = new Set<string>();

  /** Problems of what no deployment before had. */
  async function problemsOf(resources: readonly AskedResource[]): Promise<string[]> {
    const fresh = resources.filter(isFresh);
    const vpcs = fresh.filter(({ type }) => type === "awsx:ec2:Vpc");
    const inside = (await Promise.all(vpcs.map(insideVpc))).flat().filter(isFresh);
    const made = [...fresh, ...inside].filter(isOfAws);
    for (const { type } of made) types.add(type);
    return replayProblems(made, defaultTags(resources));
  }

  function isFresh({ type, name, inputs }: AskedResource): boolean {
    const told = JSON.stringify([type, name, inputs]);
    if (judged.has(told)) return false;
    judged.add(told);
    return true;
  }

  for (const [title, deploy] of scenarios) {
    it(`accept the calls of ${title}`, async () => {
      const { resources } = await deploy();
      assert.ok(resources.some(isOfAws));
      assert.deepEqual(await problemsOf(resources), []);
    });
  }

  it("have been asked for each type whose calls are known", () => {
    assert.deepEqual([...types].sort(), Object.keys(callsOf).sort());
  });
});
