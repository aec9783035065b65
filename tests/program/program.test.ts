import assert from "node:assert/strict";
import * as path from "node:path";

import { type AskedResource, evaluateProgram } from "./mocks";

const root = path.resolve(__dirname, "..", "..");

function only(resources: AskedResource[], type: string): AskedResource {
  const found = resources.filter((resource) => resource.type === type);
  const [first] = found;
  assert.ok(first && found.length === 1, `one ${type}, found ${found.length}`);
  return first;
}

describe("the program", () => {
  it("deploys seed A with every value that the tutorial gives", async () => {
    const { resources } = await evaluateProgram();
    const task = only(resources, "aws:ecs/taskDefinition:TaskDefinition").inputs;
    assert.equal(task.family, "handson-dev");
    assert.deepEqual(task.requiresCompatibilities, ["FARGATE"]);
    assert.equal(task.cpu, "256");
    assert.equal(task.memory, "512");
    assert.equal(task.networkMode, "awsvpc");

    const containers = JSON.parse(task.containerDefinitions as string) as Record<string, unknown>[];
    assert.equal(containers.length, 1);
    assert.equal(containers[0]?.name, "nginx");
    assert.match(String(containers[0].image), /nginx:\d+\.\d+\.\d+/);
    assert.deepEqual(containers[0].portMappings, [
      { containerPort: 80, hostPort: 80, protocol: "tcp" },
    ]);

    assert.equal(only(resources, "aws:ecs/cluster:Cluster").inputs.name, "handson-dev");
    const service = only(resources, "aws:ecs/service:Service").inputs;
    assert.equal(service.name, "handson-dev");
    assert.equal(service.launchType, "FARGATE");
    assert.equal(service.desiredCount, 1);
    assert.deepEqual(service.networkConfiguration, {
      subnets: ["subnet-private-1", "subnet-private-2"],
      securityGroups: ["fargate-ecs-id"],
      assignPublicIp: false,
    });
    assert.deepEqual(service.loadBalancers, [
      {
        targetGroupArn: "arn:aws:mock:::fargate-targets",
        containerName: "nginx",
        containerPort: 80,
      },
    ]);
  });

  it("forwards every path to an ip target group that checks / on port 80", async () => {
    const { resources } = await evaluateProgram();
    const group = only(resources, "aws:lb/targetGroup:TargetGroup").inputs;
    assert.equal(group.name, "handson-80-dev");
    assert.equal(group.port, 80);
    assert.equal(group.protocol, "HTTP");
    assert.equal(group.targetType, "ip");
    const check = group.healthCheck as Record<string, unknown>;
    assert.equal(check.path, "/");
    assert.equal(check.port, "80");

    const rule = only(resources, "aws:lb/listenerRule:ListenerRule").inputs;
    assert.deepEqual(rule.actions, [
      { type: "forward", targetGroupArn: "arn:aws:mock:::fargate-targets" },
    ]);
    assert.deepEqual(rule.conditions, [{ pathPattern: { values: ["*"] } }]);
    assert.equal(rule.listenerArn, "arn:aws:mock:::load-balancer-http");
  });

  it("lets only the VPC reach the tasks, and the internet only port 80 of the load balancer", async () => {
    const { resources } = await evaluateProgram();
    const ingress = resources
      .filter(({ type }) => type === "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
      .map(({ inputs }) => [
        inputs.securityGroupId,
        inputs.fromPort,
        inputs.toPort,
        inputs.cidrIpv4,
      ]);
    assert.deepEqual(ingress.sort(), [
      ["fargate-ecs-id", 80, 80, "10.0.0.0/16"],
      ["load-balancer-alb-id", 80, 80, "0.0.0.0/0"],
    ]);
    const inline = resources.filter(
      ({ type, inputs }) => type.endsWith("SecurityGroup") && inputs.ingress,
    );
    assert.deepEqual(inline, []);
  });

  it("gives the load balancer's DNS name and URL as outputs", async () => {
    const { outputs } = await evaluateProgram();
    assert.equal(outputs.albDnsName, "load-balancer-alb.elb.mock");
    assert.equal(outputs.url, "http://load-balancer-alb.elb.mock/");
  });

  it("names a child after its component", async () => {
    const { resources } = await evaluateProgram();
    const strangers = resources
      .filter(({ type }) => type.startsWith("aws:") || type.startsWith("awsx:"))
      .filter(({ name }) => !/^(network|load-balancer|fargate)-/.test(name));
    assert.deepEqual(strangers, []);
  });

  it("keeps two learners' physical names apart", async () => {
    const alice = await evaluateProgram({}, "alice");
    const bob = await evaluateProgram({}, "bob");
    const names = (resources: AskedResource[]) =>
      resources.flatMap(({ inputs }) => [inputs.name, inputs.family].filter(Boolean));
    const shared = names(alice.resources).filter((name) => names(bob.resources).includes(name));
    assert.ok(names(alice.resources).length >= 9);
    assert.deepEqual(shared, []);
  });

  it("puts tasks into public subnets with public addresses when there is no NAT gateway", async () => {
    const { resources } = await evaluateProgram({ natGateways: "none" });
    assert.deepEqual(only(resources, "aws:ecs/service:Service").inputs.networkConfiguration, {
      subnets: ["subnet-public-1", "subnet-public-2"],
      securityGroups: ["fargate-ecs-id"],
      assignPublicIp: true,
    });
  });

  it("moves container, target group and security group to another port together", async () => {
    const { resources } = await evaluateProgram({ containerPort: "8080" });
    const task = only(resources, "aws:ecs/taskDefinition:TaskDefinition").inputs;
    assert.match(task.containerDefinitions as string, /"containerPort":8080,"hostPort":8080/);
    assert.equal(only(resources, "aws:lb/targetGroup:TargetGroup").inputs.port, 8080);
    const rule = resources.find(({ name }) => name === "fargate-ecs-vpc");
    assert.equal(rule?.inputs.fromPort, 8080);
  });

  it("keeps index.ts under 50 lines", async () => {
    const { readFile } = await import("node:fs/promises");
    const lines = (await readFile(path.join(root, "index.ts"), "utf8")).trimEnd().split("\n");
    assert.ok(lines.length < 50, `${lines.length} lines`);
  });
});
