import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { LoadBalancer, type LoadBalancerArgs } from "../../../components";
import { evaluate } from "../../program/mocks";
import { refuses } from "../refusals";

const network = {
  vpcId: pulumi.output("vpc-1"),
  vpcCidrBlock: "10.0.0.0/16",
  publicSubnetIds: pulumi.output(["subnet-public"]),
  taskSubnetIds: pulumi.output(["subnet-private"]),
};

const certificate =
  "arn:aws:acm:ap-northeast-1:123456789012:certificate/11111111-2222-3333-4444-555555555555";

const declare = (changes: Partial<LoadBalancerArgs> = {}) =>
  evaluate(() => new LoadBalancer("lb", { network, ...changes }));

async function asked(changes: Partial<LoadBalancerArgs> = {}) {
  const { resources, outputs } = await declare(changes);
  const all = (type: string) =>
    resources.filter((one) => one.type === type).map(({ inputs }) => inputs);
  const [loadBalancer = {}] = all("aws:lb/loadBalancer:LoadBalancer");
  return {
    loadBalancer,
    outputs,
    listeners: all("aws:lb/listener:Listener"),
    ingress: all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
  };
}

describe("a load balancer", () => {
  it("faces the internet from the public subnets unless told otherwise", async () => {
    const { loadBalancer, ingress } = await asked();
    assert.equal(loadBalancer.internal, false);
    assert.deepEqual(loadBalancer.subnets, ["subnet-public"]);
    assert.deepEqual(
      ingress.map(({ cidrIpv4 }) => cidrIpv4),
      ["0.0.0.0/0"],
    );
    assert.ok(!("accessLogs" in loadBalancer) && !("enableDeletionProtection" in loadBalancer));
  });

  it("is in the tasks' subnets, open to the VPC only, if it is internal", async () => {
    const { loadBalancer, ingress } = await asked({ internal: true });
    assert.equal(loadBalancer.internal, true);
    assert.deepEqual(loadBalancer.subnets, ["subnet-private"]);
    assert.deepEqual(
      ingress.map(({ cidrIpv4, description }) => [cidrIpv4, description]),
      [["10.0.0.0/16", "HTTP from the VPC"]],
    );
  });

  it("logs its requests and is protected from deletion if asked to", async () => {
    const { loadBalancer } = await asked({
      accessLogs: { bucket: pulumi.output("logs"), prefix: "alb" },
      enableDeletionProtection: true,
    });
    assert.deepEqual(loadBalancer.accessLogs, { bucket: "logs", prefix: "alb", enabled: true });
    assert.equal(loadBalancer.enableDeletionProtection, true);
  });

  it("serves HTTPS with a certificate that the program itself makes", async () => {
    const { listeners } = await asked({ certificateArn: pulumi.output(certificate) });
    assert.deepEqual(listeners.map(({ port, certificateArn }) => [port, certificateArn]).sort(), [
      [443, certificate],
      [80, undefined],
    ]);
  });

  for (const [title, changes, problem] of [
    [
      "being internal without subnets for it",
      { internal: true, network: { ...network, taskSubnetIds: undefined } },
      /internal needs network\.taskSubnetIds/,
    ],
    [
      "a folder that begins with /",
      { accessLogs: { bucket: "b", prefix: "/a" } },
      /accessLogs\.prefix "\/a"/,
    ],
    ["AWS's own folder", { accessLogs: { bucket: "b", prefix: "AWSLogs" } }, /nor contain AWSLogs/],
    [
      "a web ACL for CloudFront",
      { webAclArn: "arn:aws:wafv2:us-east-1:123456789012:global/webacl/edge/1" },
      /webAclArn ".*" must be the ARN of a web ACL with the scope REGIONAL/,
    ],
    ["an invalid certificate ARN", { certificateArn: "x" }, /"x" is not a certificate's ARN/],
  ] as [string, Partial<LoadBalancerArgs>, RegExp][]) {
    it(`refuses ${title}`, async () => {
      await refuses(declare(changes), problem);
    });
  }
});
