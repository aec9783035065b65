import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { rules } from "../../policies/rules";
import { allCases } from "./cases";
import { check } from "./harness";
import { tutorialTaskDefinition } from "./stacks";

describe("the policy pack", () => {
  it("has exactly these rules", () => {
    assert.deepEqual(
      rules.map(({ name, enforcementLevel }) => `${name} ${enforcementLevel ?? ""}`),
      [
        "ecs-task-definition-awsvpc-network-mode mandatory",
        "ecs-service-security-group-vpc-only mandatory",
        "ecs-task-definition-execution-role-required mandatory",
        "ecs-task-definition-distinct-roles mandatory",
        "ecs-service-security-group-required mandatory",
        "load-balancer-security-group-allowed-ports mandatory",
        "security-group-no-unrestricted-ingress mandatory",
        "ecs-service-no-public-ip advisory",
        "ecs-task-definition-no-privileged mandatory",
        "ecs-task-definition-no-host-namespace mandatory",
        "ecs-task-definition-no-plaintext-secrets mandatory",
        "ecs-task-definition-logging mandatory",
        "ecs-task-definition-nonroot-user advisory",
        "ecs-task-definition-readonly-root advisory",
        "ecs-task-definition-image-pinned advisory",
        "ecs-task-definition-efs-transit-encryption mandatory",
        "ecs-cluster-container-insights remediate",
        "ecs-capacity-provider-managed-termination-protection advisory",
        "launch-template-imdsv2 mandatory",
        "load-balancer-drop-invalid-headers remediate",
        "listener-https advisory",
        "load-balancer-access-logs advisory",
        "load-balancer-deletion-protection advisory",
        "ecr-scan-on-push remediate",
        "ecr-immutable-tags advisory",
        "codebuild-privileged-allowlist advisory",
        "codebuild-logging advisory",
        "codepipeline-artifacts-encrypted advisory",
        "codepipeline-no-oauth-token-source mandatory",
        "pipeline-service-ignores-task-definition advisory",
        "log-group-retention advisory",
        "iam-no-wildcard-admin mandatory",
        "required-tags advisory",
        "stack-within-budget mandatory",
        "policy-exemptions-current advisory",
      ],
    );
  });

  it("keeps every rule in a file of its name", () => {
    const files = readdirSync(join(__dirname, "../../policies/rules"))
      .filter((file) => file !== "index.ts")
      .map((file) => file.replace(/\.ts$/, ""));
    assert.deepEqual(files.sort(), rules.map(({ name }) => name).sort());
  });

  it("has examples for every rule", () => {
    assert.deepEqual(
      allCases.map(({ rule }) => rule.name),
      rules.map(({ name }) => name).filter((name) => name !== "policy-exemptions-current"),
    );
    for (const { rule, pass, fail, unknown } of allCases) {
      const counts = [pass, fail, unknown].map((stacks) => Object.keys(stacks).length);
      assert.ok(!counts.includes(0), `${rule.name} lacks examples`);
    }
  });

  it("says of every rule what to change and where it comes from", () => {
    for (const { name, description, metadata } of rules) {
      assert.match(name, /^[a-z][a-z0-9-]+$/);
      assert.match(description, /^[A-Z].*\.$/);
      assert.match(metadata.remediationSteps, /\.$/);
      assert.match(metadata.url, /^https:\/\/docs\.aws\.amazon\.com\//);
      assert.notEqual(metadata.framework.reference, "");
    }
  });

  it("holds the tutorial's three rules as required ones", () => {
    assert.deepEqual(
      rules.filter(({ metadata }) => metadata.required === true).map(({ name }) => name),
      [
        "ecs-task-definition-awsvpc-network-mode",
        "ecs-service-security-group-vpc-only",
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
