import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { DOCS_PATH, policyDocs } from "../../policies/commands/docs";
import { rules } from "../../policies/rules";

describe("docs/policies.md", () => {
  it("says what the rules say (run npm run policy:docs)", async () => {
    assert.equal(readFileSync(DOCS_PATH, "utf8"), await policyDocs());
  });

  it("has a section for every rule", async () => {
    const page = await policyDocs();
    for (const { name } of rules) {
      assert.ok(page.includes(`\n### ${name}\n`), name);
    }
  });
});
