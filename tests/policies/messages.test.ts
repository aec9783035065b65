import assert from "node:assert/strict";
import { makeRule } from "../../policies/lib/rule";
import { suggestion } from "../../policies/lib/suggestion";
import { rules } from "../../policies/rules";
import { allCases } from "./cases";
import { check } from "./harness";

/** A sentence that says what to do begins with one of these verbs. */
const STEP =
  /(^|[.!?] )(Add|Allow|Attach|Create|Give|Leave|Let|Limit|Name|Open|Pass|Put|Remove|Replace|Run|Set|Store|Take|Use|Write) [^]*[.!?]$/;

describe("a finding", () => {
  for (const { name, metadata } of rules) {
    it(`has remediation steps that begin with what to do: ${name}`, () => {
      assert.match(
        metadata.remediationSteps,
        new RegExp(`^${STEP.source.slice("(^|[.!?] )".length)}`),
      );
    });
  }

  // The CLI shows a rule's description and the message, and never its remediation steps.
  for (const { rule, fail } of allCases) {
    it(`says what is wrong, and then what to change: ${rule.name}`, async () => {
      for (const [title, [, resources]] of Object.entries(fail)) {
        for (const { message } of await check([rule], resources)) {
          const text = message.slice(message.indexOf("\n") + 1);
          assert.match(text, STEP, title);
          assert.ok(text.indexOf(".") < text.length - 1, `${title}: ${text}`);
          assert.doesNotMatch(text, /\.\.| \.|undefined|\[object/, title);
        }
      }
    });
  }

  it("has the step for its own cause, if the rule gives one", async () => {
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
  it("says so if there is nothing to choose from", () => {
    assert.equal(suggestion("exemptions", []), "it takes none");
  });
});
