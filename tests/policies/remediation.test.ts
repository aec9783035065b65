import assert from "node:assert/strict";
import type { Rule } from "../../policies/lib/rule";
import { rules } from "../../policies/rules";
import scanOnPush from "../../policies/rules/ecr-scan-on-push";
import containerInsights from "../../policies/rules/ecs-cluster-container-insights";
import dropInvalidHeaders from "../../policies/rules/load-balancer-drop-invalid-headers";
import { check, remediate, secret, type TestResource, unknown } from "./harness";

const cluster = (props: object): TestResource => ({ type: "aws:ecs/cluster:Cluster", props });
const balancer = (props: object): TestResource => ({
  type: "aws:lb/loadBalancer:LoadBalancer",
  props,
});
const repository = (props: object): TestResource => ({
  type: "aws:ecr/repository:Repository",
  props,
});
const on = { name: "containerInsights", value: "enabled" };
const off = { name: "containerInsights", value: "disabled" };

const examples: readonly (readonly [string, Rule, TestResource, object])[] = [
  ["a cluster without settings", containerInsights, cluster({}), { settings: [on] }],
  [
    "a cluster without Insights",
    containerInsights,
    cluster({ settings: [off] }),
    { settings: [on] },
  ],
  [
    "a cluster with another setting, which is secret",
    containerInsights,
    cluster({ settings: [{ name: "other", value: secret("x") }] }),
    { settings: [{ name: "other", value: secret("x") }, on] },
  ],
  [
    "a cluster whose settings are secret",
    containerInsights,
    cluster({ settings: secret([off]), name: unknown }),
    { settings: secret([on]), name: unknown },
  ],
  [
    "a load balancer",
    dropInvalidHeaders,
    balancer({ securityGroups: [unknown], name: secret("n") }),
    { securityGroups: [unknown], name: secret("n"), dropInvalidHeaderFields: true },
  ],
  [
    "a load balancer that keeps invalid headers, as a secret",
    dropInvalidHeaders,
    balancer({ dropInvalidHeaderFields: secret(false) }),
    { dropInvalidHeaderFields: secret(true) },
  ],
  [
    "a repository",
    scanOnPush,
    repository({ name: unknown, forceDelete: true }),
    { name: unknown, forceDelete: true, imageScanningConfiguration: { scanOnPush: true } },
  ],
  [
    "a repository that does not scan, with one secret value",
    scanOnPush,
    repository({ imageScanningConfiguration: { scanOnPush: secret(false) } }),
    { imageScanningConfiguration: { scanOnPush: secret(true) } },
  ],
  [
    "a repository that does not scan, with a secret configuration",
    scanOnPush,
    repository({ imageScanningConfiguration: secret({ scanOnPush: false }) }),
    { imageScanningConfiguration: secret({ scanOnPush: true }) },
  ],
];

const untouched: readonly (readonly [string, Rule, TestResource])[] = [
  ["Insights enhanced", containerInsights, cluster({ settings: [{ ...on, value: "enhanced" }] })],
  ["unknown Insights", containerInsights, cluster({ settings: [{ ...on, value: unknown }] })],
  ["unknown settings", containerInsights, cluster({ settings: unknown })],
  ["a network load balancer", dropInvalidHeaders, balancer({ loadBalancerType: "network" })],
  ["unknown headers", dropInvalidHeaders, balancer({ dropInvalidHeaderFields: unknown })],
  [
    "a load balancer of an unknown type",
    dropInvalidHeaders,
    balancer({ loadBalancerType: unknown }),
  ],
  ["unknown scanning", scanOnPush, repository({ imageScanningConfiguration: unknown })],
  ["another type", scanOnPush, cluster({})],
];

describe("a remediation", () => {
  for (const [title, rule, resource, expected] of examples) {
    it(`keeps all else, secrets included, when it repairs ${title}`, async () => {
      assert.deepEqual(await remediate([rule], resource), [expected]);
    });

    it(`leaves nothing to repair or report in ${title}`, async () => {
      const repaired = { ...resource, props: expected };
      assert.deepEqual(await remediate([rule], repaired), []);
      assert.deepEqual(await check([rule], [repaired]), []);
    });
  }

  for (const [title, rule, resource] of untouched) {
    it(`does not touch ${title}`, async () => {
      assert.deepEqual(await remediate([rule], resource), []);
    });
  }

  it("happens only at the level remediate", async () => {
    const config = { [scanOnPush.name]: { enforcementLevel: "advisory" as const } };
    assert.deepEqual(await remediate([scanOnPush], repository({}), config), []);
    const findings = await check([scanOnPush], [repository({})], config);
    assert.deepEqual(
      findings.map(({ level }) => level),
      ["advisory"],
    );
  });

  it("exists for exactly the rules at that level", () => {
    const remedies = rules.filter(({ remediateResource }) => remediateResource !== undefined);
    const levels = rules.filter(({ enforcementLevel }) => enforcementLevel === "remediate");
    assert.deepEqual(remedies, levels);
    assert.equal(remedies.length, 3);
  });
});
