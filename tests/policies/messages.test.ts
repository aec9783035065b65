import assert from "node:assert/strict";
import { makeRule } from "../../policies/lib/rule";
import { suggestion } from "../../policies/lib/suggestion";
import { rules } from "../../policies/rules";
import { allCases } from "./cases";
import { check } from "./harness";

/** How a sentence begins that says what to do. */
const STEP =
  /(^|[.!?] )(Add|Allow|Attach|Create|Give|Leave|Let|Limit|Name|Open|Pass|Put|Remove|Replace|Run|Set|Store|Take|Use|Write) [^]*[.!?]$/;

describe("what a finding says", () => {
  for (const { name, metadata } of rules) {
    it(`${name} has a step that begins with what to do`, () => {
      assert.match(
        metadata.remediationSteps,
        new RegExp(`^${STEP.source.slice("(^|[.!?] )".length)}`),
      );
    });
  }

  // The CLI shows a rule's description and the message, and never its remediation steps.
  for (const { rule, fail } of allCases) {
    it(`${rule.name} tells what is wrong, and then what to change`, async () => {
      for (const [title, [, resources]] of Object.entries(fail)) {
        for (const { message } of await check([rule], resources)) {
          const told = message.slice(message.indexOf("\n") + 1);
          assert.match(told, STEP, title);
          assert.ok(told.indexOf(".") < told.length - 1, `${title}: ${told}`);
          assert.doesNotMatch(told, /\.\.| \.|undefined|\[object/, title);
        }
      }
    });
  }

  it("has the step of its own cause, where the rule knows a better one", async () => {
    const [example] = rules;
    assert.ok(example);
    const rule = makeRule(
      { ...example.metadata, types: ["aws:s3/bucket:Bucket"] },
      {
        resource(_resource, report) {
          report.fail("It is open", undefined, "Close it.");
        },
      },
    );
    const [finding] = await check([rule], [{ type: "aws:s3/bucket:Bucket", props: {} }]);
    assert.equal(finding?.message.split("\n").at(-1), "It is open. Close it.");
  });
});

describe("a suggestion", () => {
  it("says so where there is nothing to choose from", () => {
    assert.equal(suggestion("exemptions", []), "it takes none");
  });
});
