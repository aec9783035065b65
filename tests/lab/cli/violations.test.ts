import assert from "node:assert/strict";

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { Session } from "../../../lab/commands/session";
import { accountOf, engineTimeout, pulumiCli, stateFolder } from "./harness";

interface Stack {
  vpc: aws.ec2.Vpc;
  group: aws.ec2.SecurityGroup;
}

/** A VPC, a service in it and the service's security group, to be broken in one place each time. */
function declareService(
  changes: {
    group?: Partial<aws.ec2.SecurityGroupArgs>;
    task?: Partial<aws.ecs.TaskDefinitionArgs>;
  } = {},
): Stack {
  const vpc = new aws.ec2.Vpc("net", { cidrBlock: "10.0.0.0/16" });
  const subnet = new aws.ec2.Subnet("net", { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" });
  const group = new aws.ec2.SecurityGroup("ecs", { vpcId: vpc.id, ...changes.group });
  const role = new aws.iam.Role("execution", {
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { Service: "ecs-tasks.amazonaws.com" },
        },
      ],
    }),
  });
  const task = new aws.ecs.TaskDefinition("task", {
    family: "handson",
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
    networkMode: "awsvpc",
    executionRoleArn: role.arn,
    containerDefinitions: JSON.stringify([
      {
        name: "nginx",
        image: "nginx:1.30.6",
        portMappings: [{ containerPort: 80, hostPort: 80 }],
        logConfiguration: {
          logDriver: "awslogs",
          options: {
            "awslogs-group": "x",
            "awslogs-region": "ap-northeast-1",
            "awslogs-stream-prefix": "x",
          },
        },
      },
    ]),
    ...changes.task,
  });
  const cluster = new aws.ecs.Cluster("cluster", { name: "handson" });
  new aws.ecs.Service("service", {
    cluster: cluster.arn,
    taskDefinition: task.arn,
    launchType: "FARGATE",
    desiredCount: 1,
    networkConfiguration: { subnets: [subnet.id], securityGroups: [group.id] },
  });
  return { vpc, group };
}

const port80 = { fromPort: 80, toPort: 80 };
const tcp80 = { ...port80, protocol: "tcp" };
const vpcOnly = "ecs-service-security-group-vpc-only";

const violations: [what: string, rule: string, declare: () => unknown][] = [
  [
    "whose task definition lacks awsvpc",
    "ecs-task-definition-awsvpc-network-mode",
    () => declareService({ task: { networkMode: undefined, requiresCompatibilities: ["EC2"] } }),
  ],
  [
    "that has no execution role, like the first tutorial as written",
    "ecs-task-definition-execution-role-required",
    () => declareService({ task: { executionRoleArn: undefined } }),
  ],
  [
    "whose task group is open to the world by an inline rule",
    vpcOnly,
    () => declareService({ group: { ingress: [{ ...tcp80, cidrBlocks: ["0.0.0.0/0"] }] } }),
  ],
  [
    "whose task group is open to the IPv6 world by an inline rule",
    vpcOnly,
    () => declareService({ group: { ingress: [{ ...tcp80, ipv6CidrBlocks: ["::/0"] }] } }),
  ],
  [
    "whose task group is open to both halves of the world by a SecurityGroupRule",
    vpcOnly,
    () => {
      const { group } = declareService();
      new aws.ec2.SecurityGroupRule("open", {
        type: "ingress",
        securityGroupId: group.id,
        ...tcp80,
        cidrBlocks: ["0.0.0.0/1", "128.0.0.0/1"],
      });
    },
  ],
  [
    "whose task group is open to the world by a SecurityGroupIngressRule",
    vpcOnly,
    () => {
      const { group } = declareService();
      new aws.vpc.SecurityGroupIngressRule("open", {
        securityGroupId: group.id,
        ...port80,
        ipProtocol: "tcp",
        cidrIpv4: "0.0.0.0/0",
      });
    },
  ],
];

describe("a stack that breaks a rule of the tutorial", function () {
  this.timeout(engineTimeout);
  let state: string;
  let remove: () => Promise<void>;

  before(pulumiCli);
  beforeEach(async () => ({ state, remove } = await stateFolder()));
  afterEach(() => remove());

  const update = async (declare: () => unknown) => {
    const session = await Session.open({
      stack: "dev",
      state,
      json: true,
      signal: new AbortController().signal,
      program: () => {
        declare();
        return Promise.resolve({});
      },
    });
    return session.up().finally(() => session.close());
  };

  it("is told from one that keeps them all", async () => {
    const report = await update(() => {
      const { vpc, group } = declareService();
      new aws.vpc.SecurityGroupIngressRule("vpc", {
        securityGroupId: group.id,
        ...port80,
        ipProtocol: "tcp",
        cidrIpv4: pulumi.output(vpc.cidrBlock),
      });
    });
    const mandatory = report.findings.filter(({ level }) => level === "mandatory");
    assert.deepEqual(mandatory, []);
    assert.deepEqual(report.errors, []);
    assert.equal(report.result, "succeeded");
  });

  for (const [what, rule, declare] of violations) {
    it(`${what} is refused at preview by ${rule}, and nothing is created`, async () => {
      const report = await update(declare);
      assert.equal(report.operation, "preview");
      assert.equal(report.result, "failed");
      const broken = report.findings
        .filter(({ level }) => level === "mandatory")
        .map(({ policy }) => policy);
      assert.ok(broken.includes(rule), `${broken.join()} ${report.errors.join("\n")}`);
      assert.deepEqual(await accountOf(state), []);
    });
  }
});
