import assert from "node:assert/strict";

import { evaluateProgram } from "./mocks";

const deploy = (changes: Record<string, string> = {}) =>
  evaluateProgram({ chapters: '["express"]', ...changes });

describe("the express chapter", () => {
  it("has neither a load balancer nor a NAT gateway if it is the only chapter", async () => {
    const { resources, outputs } = await deploy({ natGateways: "per-az" });
    assert.deepEqual(
      resources.filter(({ type }) => /loadBalancer|:lb\//i.test(type)),
      [],
    );
    const vpc = resources.find(({ type }) => type === "awsx:ec2:Vpc");
    assert.deepEqual(vpc?.inputs.natGateways, { strategy: "None" });
    assert.deepEqual(Object.keys(outputs), ["express"]);
    assert.match(String(outputs.express?.url), /^https:\/\//);
  });

  it("shares the network of other chapters, and leaves their load balancer alone", async () => {
    const { resources, outputs } = await deploy({ chapters: '["fargate","express"]' });
    const named = (type: string) => resources.filter((one) => one.type === type);
    assert.equal(named("awsx:ec2:Vpc").length, 1);
    assert.equal(named("aws:lb/loadBalancer:LoadBalancer").length, 1);
    assert.deepEqual(Object.keys(outputs).sort(), ["albDnsName", "express", "fargate", "url"]);
  });

  it("keeps the number of tasks without autoscaling, and otherwise scales by the settings", async () => {
    const scaling = async (changes: Record<string, string>) => {
      const { resources } = await deploy(changes);
      const service = resources.find(({ type }) => type.endsWith(":ExpressGatewayService"));
      return (service?.inputs.scalingTargets as object[])[0];
    };
    assert.deepEqual(await scaling({ desiredCount: "3" }), {
      minTaskCount: 3,
      maxTaskCount: 3,
      autoScalingMetric: "AVERAGE_CPU",
      autoScalingTargetValue: 60,
    });
    assert.deepEqual(await scaling({ autoscaling: "requests", autoscalingMaxCount: "6" }), {
      minTaskCount: 1,
      maxTaskCount: 6,
      autoScalingMetric: "REQUEST_COUNT_PER_TARGET",
      autoScalingTargetValue: 600,
    });
  });

  const refused: [Record<string, string>, RegExp][] = [
    [{ cpuArchitecture: "ARM64" }, /chapters: express: .* X86_64, not on cpuArchitecture ARM64/],
    [{ sharedNetwork: "organization/ecs-handson/class" }, /chapters: express: .* sharedNetwork/],
    [{ cpu: "8192", memory: "16384" }, /chapters: express: .* at most 4096/],
    [{ chapters: '["fargate","express"]', name: "express" }, /belongs to what the express chapter/],
  ];
  for (const [changes, problem] of refused) {
    it(`is refused with ${JSON.stringify(changes)}`, () =>
      assert.rejects(deploy(changes), problem));
  }
});
