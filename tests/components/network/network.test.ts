import assert from "node:assert/strict";

import { Network, type NetworkArgs } from "../../../components";
import { evaluate } from "../../program/mocks";
import { refuses } from "../refusals";

const availabilityZones = ["ap-northeast-1a", "ap-northeast-1c"];
const declare = (changes: Partial<NetworkArgs> = {}) =>
  evaluate(() => new Network("net", { availabilityZones, ...changes }));

describe("a network", () => {
  it("writes flow logs of all traffic to a bucket only if asked to", async () => {
    const flowLogs = async (changes: Partial<NetworkArgs>) =>
      (await declare(changes)).resources
        .filter(({ type }) => type === "aws:ec2/flowLog:FlowLog")
        .map(({ inputs }) => inputs);
    assert.deepEqual(await flowLogs({}), []);
    const [made, ...more] = await flowLogs({ flowLogs: { bucketArn: "arn:aws:s3:::flow/vpc" } });
    assert.deepEqual(more, []);
    assert.equal(made?.logDestination, "arn:aws:s3:::flow/vpc");
    assert.equal(made.logDestinationType, "s3");
    assert.equal(made.trafficType, "ALL");
    assert.ok(made.vpcId);
  });

  it("reports everything that is wrong with its arguments at once", async () => {
    await refuses(
      declare({ availabilityZones: ["ap-northeast-1a"], flowLogs: { bucketArn: "flow" } }),
      /availabilityZones: a load balancer needs two/,
      /flowLogs\.bucketArn "flow" is not a bucket's ARN/,
    );
  });
});
