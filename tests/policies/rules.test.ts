import assert from "node:assert/strict";
import valuesKnown from "../../policies/rules/policy-values-known";
import { allCases } from "./cases";
import { check, type Finding, notApplicable } from "./harness";

function texts(findings: readonly Finding[]): string[] {
  return findings.map(({ level, message }) => `${level}: ${message}`);
}

function assertFails(findings: readonly Finding[], level: string, message: RegExp): void {
  assert.notEqual(findings.length, 0, "nothing was found");
  for (const finding of findings) {
    assert.equal(finding.level, level);
    assert.match(finding.message, message);
    assert.doesNotMatch(finding.message, /can't run policy|itself failed/);
  }
}

for (const { rule, pass, fail, unknown, later = {}, configured = {}, other } of allCases) {
  const { name, level: ownLevel, required } = rule.metadata;
  // A remediation that did not help is reported as mandatory.
  const level = ownLevel === "remediate" ? "mandatory" : ownLevel;

  describe(name, () => {
    for (const [title, resources] of Object.entries(pass)) {
      it(`accepts ${title}`, async () => {
        // Nor is any question left to the update.
        assert.deepEqual(texts(await check([rule, valuesKnown], resources)), []);
      });
    }
    for (const [title, [message, resources]] of Object.entries(fail)) {
      it(`refuses ${title}`, async () => {
        const findings = await check([rule], resources);
        assertFails(findings, level, message);
        assert.ok(findings.every(({ message: text }) => !text.includes("not known yet")));
      });
    }
    for (const [title, resources] of Object.entries(unknown)) {
      it(`says so when it does not know ${title}`, async () => {
        const expected = required === true ? level : "advisory";
        assertFails(await check([rule, valuesKnown], resources), expected, /not known yet/);
      });
    }
    for (const [title, resources] of Object.entries(later)) {
      it(`leaves to the update ${title}`, async () => {
        assertFails(
          await check([rule], resources),
          "advisory",
          /not known yet.* update checks it/s,
        );
      });
    }
    for (const [title, [config, resources, message]] of Object.entries(configured)) {
      it(`${message ? "refuses" : "accepts"}, as configured, ${title}`, async () => {
        const findings = await check([rule], resources, { [name]: config });
        if (message) {
          assertFails(findings, config.enforcementLevel, message);
        } else {
          assert.deepEqual(texts(findings), []);
        }
      });
    }
    it("does not look at other types", async () => {
      assert.deepEqual(texts(await check([rule], [other])), []);
      assert.deepEqual(await notApplicable([rule], other), [name]);
    });
  });
}
