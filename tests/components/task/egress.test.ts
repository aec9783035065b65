import assert from "node:assert/strict";

import { Ec2Cluster, Ec2Service, type FargateServiceArgs } from "../../../components";
import { evaluate } from "../../program/mocks";
import { refuses } from "../refusals";
import { declareWeb, webArgs } from "../webService";

const EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

const rules = async (changes: Partial<FargateServiceArgs>) =>
  (await declareWeb(changes)).resources
    .filter(({ type }) => type === EGRESS_RULE)
    .map(({ name, inputs }) => {
      const { ipProtocol, fromPort, toPort, cidrIpv4, referencedSecurityGroupId: group } = inputs;
      return [name, ipProtocol, fromPort, toPort, group ?? cidrIpv4];
    });

describe("what a task may open connections to", () => {
  it("is everything unless told otherwise", async () => {
    assert.deepEqual(await rules({}), [["web-ecs-out", "-1", undefined, undefined, "0.0.0.0/0"]]);
  });

  it("is limited to the given ports, anywhere, in a block or in a group", async () => {
    const egress = {
      https: { port: 443 },
      database: { port: 5432, securityGroupId: "sg-db" },
      metrics: { port: 8125, protocol: "udp" as const, cidrIpv4: "10.0.0.0/16" },
    };
    assert.deepEqual(await rules({ egress }), [
      ["web-ecs-to-https", "tcp", 443, 443, "0.0.0.0/0"],
      ["web-ecs-to-database", "tcp", 5432, 5432, "sg-db"],
      ["web-ecs-to-metrics", "udp", 8125, 8125, "10.0.0.0/16"],
    ]);
  });

  it("need not include registries on instances, which pull images themselves", async () => {
    const { resources } = await evaluate(() => {
      const cluster = new Ec2Cluster("cluster", { ...webArgs });
      return new Ec2Service("web", { ...webArgs, cluster, egress: {} });
    });
    const own = resources.filter(
      ({ type, name }) => type === EGRESS_RULE && name.startsWith("web"),
    );
    assert.deepEqual(own, []);
  });

  it("is refused with everything that is wrong with it at once", async () => {
    await refuses(
      declareWeb({
        volumes: [{ name: "data", efsVolumeConfiguration: { fileSystemId: "fs-1" } }],
        egress: {
          "a b": { port: 80 },
          none: { port: 0 },
          both: { port: 80, cidrIpv4: "10.0.0.0/16", securityGroupId: "sg-1" },
          host: { port: 80, cidrIpv4: "10.0.0.1/16" },
        },
      }),
      /no rule allows port 443, which images, logs and secrets need/,
      /no rule allows port 2049, which EFS volumes need/,
      /egress: "a b" must be letters, digits and hyphens/,
      /egress\.none\.port 0 must be a whole number from 1 to 65535/,
      /egress\.both: cidrIpv4 and securityGroupId are two destinations; give one/,
      /egress\.host: cidrIpv4 "10\.0\.0\.1\/16" must be an IPv4 block/,
    );
  });
});
