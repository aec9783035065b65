import assert from "node:assert/strict";
import { rules } from "../../policies/rules";
import { allCases, withoutCases } from "./cases";
import { check } from "./harness";
import pinned from "./rules.json";
import { tutorialTaskDefinition } from "./stacks";

describe("the policy pack", () => {
  it("has exactly the rules of rules.json, at these levels", () => {
    assert.deepEqual(
      Object.fromEntries(rules.map(({ name, enforcementLevel }) => [name, enforcementLevel])),
      pinned,
    );
  });

  it("has the tutorial's rules first, and the rules about other rules last", () => {
    const names = rules.map(({ name }) => name);
    assert.deepEqual(
      rules.slice(0, 3).map(({ metadata }) => metadata.required),
      [true, true, true],
    );
    assert.deepEqual(names.slice(-2), ["policy-values-known", "policy-exemptions-current"]);
    assert.deepEqual(names.slice(3, -2), names.slice(3, -2).sort());
  });

  it("has examples for every rule", () => {
    assert.deepEqual(withoutCases, ["policy-values-known", "policy-exemptions-current"]);
    for (const [index, { rule, pass, fail, unknown }] of allCases.entries()) {
      const counts = [pass, fail, unknown].map((stacks) => Object.keys(stacks).length);
      assert.ok(!counts.includes(0), `${rule.name} lacks examples`);
      assert.equal(rule, rules[index], `${rule.name} is not the rule of its file of examples`);
    }
  });

  it("says for every rule what to change and where it comes from", () => {
    for (const { name, description, metadata } of rules) {
      assert.match(name, /^[a-z][a-z0-9-]+$/);
      assert.match(description, /^[A-Z].*\.$/);
      assert.match(metadata.remediationSteps, /\.$/);
      assert.match(metadata.url, /^https:\/\/docs\.aws\.amazon\.com\//);
      assert.notEqual(metadata.framework.reference, "");
    }
  });

  it("requires the tutorial's three rules", () => {
    assert.deepEqual(
      rules.filter(({ metadata }) => metadata.required === true).map(({ name }) => name),
      [
        "ecs-service-security-group-vpc-only",
        "ecs-task-definition-awsvpc-network-mode",
        "ecs-task-definition-execution-role-required",
      ],
    );
  });

  it("refuses the first tutorial's task definition as it stands", async () => {
    const findings = await check(rules, [tutorialTaskDefinition]);
    const mandatory = findings.filter(({ level }) => level === "mandatory");
    assert.ok(mandatory.some(({ rule }) => rule === "ecs-task-definition-execution-role-required"));
  });
});
