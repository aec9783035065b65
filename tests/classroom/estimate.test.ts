import assert from "node:assert/strict";

import fc from "fast-check";

import { describeParts, estimateCost, merged, monthlyUsd, prices } from "../../classroom/estimate";
import { instanceTypes } from "../../components/shared/instanceTypes";
import { shareOut } from "../../policies/cost/parts";
import rule from "../../policies/rules/stack-within-budget";
import { readSettings, type Settings } from "../../settings";
import { check, type TestResource } from "../policies/harness";
import { defaultConfig, evaluate, evaluateProgram } from "../program/mocks";

async function settingsWith(changes: Record<string, string> = {}): Promise<Settings> {
  const prefixed = Object.entries(changes).map(([key, value]) => [`ecs-handson:${key}`, value]);
  const config = { ...defaultConfig(), ...Object.fromEntries(prefixed) } as Record<string, string>;
  return (await evaluate(readSettings, { config })).outputs;
}

/** The resources that awsx's VPC creates for its NAT strategy and zones, as far as they affect the cost. */
function childrenOfVpc(inputs: Record<string, unknown>): TestResource[] {
  const { strategy } = inputs.natGateways as { strategy: string };
  const zones = (inputs.availabilityZoneNames as string[]).length;
  const gateways = strategy === "None" ? 0 : strategy === "Single" ? 1 : zones;
  const all = (type: string, count: number, props = {}) =>
    Array.from({ length: count }, (_, i) => ({ type, name: `${type} ${i}`, props }));
  return [
    ...all("aws:ec2/natGateway:NatGateway", gateways),
    ...all("aws:ec2/eip:Eip", gateways),
    ...all("aws:ec2/subnet:Subnet", zones, { mapPublicIpOnLaunch: true }),
  ];
}

/** The parts of the cost that the policy lists for the program's resources when the budget is 0. */
async function policyEstimate(changes: Record<string, string>): Promise<string> {
  const { resources } = await evaluateProgram(changes);
  const previewed = resources.flatMap(({ type, name, inputs, propertyDependencies }) => {
    if (type === "awsx:ec2:Vpc") return childrenOfVpc(inputs);
    // The mocks know two subnets; a first preview knows none.
    const props = type.startsWith("aws:lb/loadBalancer:")
      ? { ...inputs, subnets: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }
      : inputs;
    return [{ type, name: `${type} ${name}`, props, dependencies: propertyDependencies }];
  });
  const config = { [rule.name]: { enforcementLevel: "mandatory" as const, monthlyUsd: 0 } };
  const [finding] = await check([rule], previewed, config);
  return /: ([^:]*?)\. Run fewer/.exec(finding?.message ?? "")?.[1] ?? "";
}

describe("the estimate of a stack's cost", () => {
  it("has the parts that the README lists for the default stack", async () => {
    const parts = estimateCost(await settingsWith());
    assert.equal(
      describeParts(parts),
      "1 NAT gateway 45, 1 load balancer 18, 4 public IPv4 addresses 15, " +
        "38 Container Insights metrics 11, 1 Fargate task 11",
    );
    assert.equal(monthlyUsd(parts).toFixed(0), "100");
  });

  const variants: Record<string, string>[] = [
    {},
    { chapters: '["microservices"]', natGateways: "none" },
    { natGateways: "per-az", desiredCount: "3", cpu: "1024", memory: "4096" },
    { natGateways: "none", desiredCount: "2", cpuArchitecture: "ARM64" },
    { fargateBase: "1", fargateWeight: "1", fargateSpotWeight: "3", desiredCount: "5" },
    { fargateWeight: "0", fargateSpotWeight: "1", desiredCount: "2" },
    { chapters: '["ec2"]', ec2InstanceType: "m6g.medium", ec2MinInstances: "3" },
    { chapters: '["ec2"]', natGateways: "none" },
    { chapters: '["fargate","ec2"]', availabilityZones: '["ap-northeast-1a","ap-northeast-1c"]' },
    { chapters: '["network"]' },
    { chapters: '["microservices"]' },
    { chapters: '["cicd"]', natGateways: "none" },
    { sharedNetwork: "organization/ecs-handson/class-network" },
    { chapters: '["managedInstances"]' },
    { chapters: '["managedInstances"]', managedInstancesDesiredCount: "20" },
    {
      chapters: '["managedInstances"]',
      managedInstancesTypes: '["t4g.*"]',
      cpuArchitecture: "ARM64",
      cpu: "1024",
      memory: "2048",
    },
    { chapters: '["express"]', availabilityZones: '["ap-northeast-1a","ap-northeast-1c"]' },
  ];
  for (const changes of variants) {
    it(`matches the policy's with ${JSON.stringify(changes)}`, async () => {
      const estimated = describeParts(estimateCost(await settingsWith(changes)));
      assert.notEqual(estimated, "");
      assert.equal(await policyEstimate(changes), estimated);
    });
  }

  it("has a price for every instance type that a cluster may have", () => {
    assert.deepEqual(Object.keys(prices.instances).sort(), Object.keys(instanceTypes).sort());
  });

  it("distributes all tasks, and none twice", () => {
    const share = fc.record({ base: fc.nat(20), weight: fc.nat(10) });
    fc.assert(
      fc.property(fc.nat(100), share, fc.nat(10), (count, first, weight) => {
        const second = { base: 0, weight };
        fc.pre(first.weight + weight > 0);
        const tasks = shareOut(count, [first, second]).map((part) => part.tasks);
        const sum = tasks.reduce((a, b) => a + b, 0);
        assert.ok(Math.abs(sum - count) < 1e-9, `${tasks.join(" + ")} should be ${count}`);
        assert.ok(tasks.every((part) => part >= 0));
        assert.ok((tasks[0] ?? 0) >= Math.min(first.base, count));
      }),
    );
  });

  it("merges parts of the same kind without changing the total", () => {
    const part = fc.record({
      what: fc.constantFrom("a", "b", "c"),
      count: fc.integer({ min: 1, max: 9 }),
      monthlyUsd: fc.nat(1000),
    });
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const sums = merged(parts);
        assert.equal(new Set(sums.map(({ what }) => what)).size, sums.length);
        assert.equal(monthlyUsd(sums), monthlyUsd(parts));
      }),
    );
  });
});
