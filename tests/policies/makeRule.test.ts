import assert from "node:assert/strict";
import { UNKNOWN } from "../../policies/graph/value";
import { practice } from "../../policies/lib/frameworks";
import { type Checks, makeRule, type Metadata } from "../../policies/lib/rule";
import { check, unknown } from "./harness";

const metadata: Metadata = {
  name: "example",
  description: "Things are right.",
  level: "mandatory",
  severity: "low",
  framework: practice("an example"),
  remediationSteps: "Make it right.",
  url: "https://docs.aws.amazon.com/",
  types: ["aws:s3/bucket:Bucket"],
  settings: { limit: { type: "integer", default: 3 } },
};
const bucket = { type: "aws:s3/bucket:Bucket", props: { nested: { list: ["a", unknown] } } };

const run = (checks: Checks<{ limit: number }>, config = {}) =>
  check([makeRule(metadata, checks)], [bucket], config);

describe("a rule made by makeRule", () => {
  it("turns its own exception into a finding that shows no value", async () => {
    const broken = (): never => {
      throw new TypeError("the password is hunter2");
    };
    for (const checks of [{ resource: broken }, { stack: broken }]) {
      const findings = await run(checks);
      assert.equal(findings.length, 1);
      assert.equal(findings[0]?.level, "mandatory");
      assert.match(findings[0].message, /The rule itself failed \(TypeError\)/);
      assert.doesNotMatch(findings[0].message, /hunter2/);
    }
  });

  it("reads unknown values as data, at any depth", async () => {
    const seen: unknown[] = [];
    await run({ resource: ({ props }) => seen.push(props) });
    assert.deepEqual(seen, [{ nested: { list: ["a", UNKNOWN] } }]);
  });

  it("has its settings' defaults, overlaid with the configuration", async () => {
    const limits: number[] = [];
    const checks: Checks<{ limit: number }> = {
      resource: ({ settings }) => limits.push(settings.limit),
    };
    await run(checks);
    await run(checks, { example: { enforcementLevel: "mandatory", limit: 5 } });
    assert.deepEqual(limits, [3, 5]);
  });

  it("does not run if it is disabled", async () => {
    const checks: Checks<object> = {
      resource: (_resource, report) => {
        report.fail("found");
      },
    };
    assert.equal((await run(checks)).length, 1);
    assert.deepEqual(await run(checks, { example: { enforcementLevel: "disabled" } }), []);
  });
});
