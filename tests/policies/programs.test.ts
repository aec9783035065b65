import assert from "node:assert/strict";

import { rules } from "../../policies/rules";
import { check, type PackConfig, type TestResource } from "./harness";
import { programs } from "./programs";

async function mandatory(resources: readonly TestResource[], config?: PackConfig) {
  const findings = await check(rules, resources, config);
  return findings.filter(({ level }) => level === "mandatory");
}

describe("programs as teams write them", () => {
  it("are more than twenty", () => {
    assert.ok(Object.keys(programs).length >= 20);
  });

  for (const [title, { good, bad, found, config }] of Object.entries(programs)) {
    it(`pass without a mandatory finding: ${title}`, async () => {
      assert.deepEqual(await mandatory(good, config), []);
    });

    it(`have a twin that does not: ${title}`, async () => {
      const names = (await mandatory(bad, config)).map(({ rule }) => rule);
      assert.deepEqual([...new Set(names)].sort(), [...new Set(found)].sort());
    });
  }
});
