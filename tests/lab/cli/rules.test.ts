import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import * as path from "node:path";

import * as aws from "@pulumi/aws";

import { Session } from "../../../lab/commands/session";
import type { OperationReport } from "../../../lab/engine/operation";
import { rules } from "../../../policies/rules";
import { accountOf, engineTimeout, pulumiCli, stateFolder } from "./harness";

const executionRoleArn = "arn:aws:iam::123456789012:role/execution";
const subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"];

const taskDefinition = (
  name: string,
  containers: object[],
  args: Partial<aws.ecs.TaskDefinitionArgs>,
) =>
  new aws.ecs.TaskDefinition(name, {
    family: name,
    requiresCompatibilities: ["EC2"],
    networkMode: "awsvpc",
    memory: "128",
    executionRoleArn,
    containerDefinitions: JSON.stringify(containers),
    ...args,
  });

/** Breaks every rule that looks at one resource at a time. */
function breakResourceRules(): void {
  taskDefinition("bridge", [{ name: "web", image: "nginx:1.30.6" }], { networkMode: "bridge" });
  taskDefinition(
    "careless",
    [
      {
        name: "web",
        image: "nginx:latest",
        privileged: true,
        environment: [{ name: "AWS_SECRET_ACCESS_KEY", value: "not-a-real-key" }],
      },
    ],
    {
      pidMode: "host",
      executionRoleArn: undefined,
      volumes: [
        { name: "shared", efsVolumeConfiguration: { fileSystemId: "fs-0123456789abcdef0" } },
      ],
    },
  );
  new aws.ecs.Service("public", {
    cluster: "arn:aws:ecs:ap-northeast-1:123456789012:cluster/handson",
    taskDefinition: "handson:1",
    launchType: "FARGATE",
    networkConfiguration: { subnets, assignPublicIp: true },
  });
  new aws.ec2.SecurityGroup("ssh", {
    vpcId: "vpc-0123456789abcdef0",
    ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }],
  });
  new aws.ec2.LaunchTemplate("imdsv1", { metadataOptions: { httpTokens: "optional" } });
  new aws.ecs.CapacityProvider("unprotected", {
    autoScalingGroupProvider: {
      autoScalingGroupArn:
        "arn:aws:autoscaling:ap-northeast-1:123456789012:autoScalingGroup:0:autoScalingGroupName/x",
      managedTerminationProtection: "DISABLED",
    },
  });
  const loadBalancer = new aws.lb.LoadBalancer("open", { subnets, dropInvalidHeaderFields: true });
  new aws.lb.Listener("http", {
    loadBalancerArn: loadBalancer.arn,
    port: 80,
    protocol: "HTTP",
    defaultActions: [
      { type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } },
    ],
  });
  new aws.ecr.Repository("movable", {
    imageTagMutability: "MUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
  });
  new aws.cloudwatch.LogGroup("endless", {});
  new aws.codebuild.Project("privileged", {
    serviceRole: executionRoleArn,
    artifacts: { type: "NO_ARTIFACTS" },
    environment: {
      computeType: "BUILD_GENERAL1_SMALL",
      image: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
      type: "LINUX_CONTAINER",
      privilegedMode: true,
    },
    source: { type: "NO_SOURCE", buildspec: "version: 0.2" },
    logsConfig: { cloudwatchLogs: { status: "DISABLED" } },
  });
  new aws.codepipeline.Pipeline("token", {
    roleArn: executionRoleArn,
    artifactStores: [{ type: "S3", location: "artifacts" }],
    stages: [
      {
        name: "Source",
        actions: [
          {
            name: "Source",
            category: "Source",
            owner: "ThirdParty",
            provider: "GitHub",
            version: "1",
            outputArtifacts: ["source"],
            configuration: {
              Owner: "x",
              Repo: "x",
              Branch: "main",
              OAuthToken: "not-a-real-token",
            },
          },
        ],
      },
      {
        name: "Deploy",
        actions: [
          {
            name: "Approve",
            category: "Approval",
            owner: "AWS",
            provider: "Manual",
            version: "1",
          },
        ],
      },
    ],
  });
}

/** Breaks every rule that looks at the stack as a whole. */
function breakStackRules(): void {
  const vpc = new aws.ec2.Vpc("net", { cidrBlock: "10.0.0.0/16" });
  const group = new aws.ec2.SecurityGroup("both", { vpcId: vpc.id });
  new aws.vpc.SecurityGroupIngressRule("world", {
    securityGroupId: group.id,
    ipProtocol: "tcp",
    fromPort: 80,
    toPort: 80,
    cidrIpv4: "0.0.0.0/0",
  });
  const balancers = new aws.ec2.SecurityGroup("balancer", { vpcId: vpc.id });
  new aws.vpc.SecurityGroupIngressRule("admin", {
    securityGroupId: balancers.id,
    ipProtocol: "tcp",
    fromPort: 80,
    toPort: 81,
    cidrIpv4: "203.0.113.0/24",
  });
  new aws.lb.LoadBalancer("balancer", { subnets, securityGroups: [balancers.id] });
  const role = new aws.iam.Role("both", {
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
  new aws.iam.RolePolicy("admin", {
    role: role.id,
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    }),
  });
  const task = taskDefinition("same-role", [{ name: "web", image: "nginx:1.30.6" }], {
    executionRoleArn: role.arn,
    taskRoleArn: role.arn,
  });
  const service = new aws.ecs.Service("web", {
    name: "web",
    cluster: "arn:aws:ecs:ap-northeast-1:123456789012:cluster/handson",
    taskDefinition: task.arn,
    launchType: "EC2",
    networkConfiguration: { subnets, securityGroups: [group.id] },
  });
  new aws.codepipeline.Pipeline("deploy", {
    roleArn: executionRoleArn,
    artifactStores: [{ type: "S3", location: "artifacts" }],
    stages: [
      {
        name: "Source",
        actions: [
          {
            name: "Source",
            category: "Source",
            owner: "AWS",
            provider: "CodeCommit",
            version: "1",
            outputArtifacts: ["source"],
            configuration: { RepositoryName: "nginx", BranchName: "main" },
          },
        ],
      },
      {
        name: "Deploy",
        actions: [
          {
            name: "Deploy",
            category: "Deploy",
            owner: "AWS",
            provider: "ECS",
            version: "1",
            inputArtifacts: ["source"],
            configuration: { ClusterName: "handson", ServiceName: service.name },
          },
        ],
      },
    ],
  });
}

describe("every rule of the pack on the engine", function () {
  this.timeout(engineTimeout);
  let state: string;
  let remove: () => Promise<void>;
  let found: Map<string, string>;

  const remediating = rules
    .filter(({ enforcementLevel }) => enforcementLevel === "remediate")
    .map(({ name }) => name);

  async function run(operation: "preview" | "up", declare: () => void, policyConfig: string) {
    const session = await Session.open({
      stack: "dev",
      state,
      json: true,
      policyConfig,
      signal: new AbortController().signal,
      program: () => {
        declare();
        return Promise.resolve({});
      },
    });
    return session[operation]().finally(() => session.close());
  }

  before(pulumiCli);
  before(async () => {
    ({ state, remove } = await stateFolder());
    // The levels of dev, with its disabled rules on, and an exemption whose time is over.
    const policyConfig = path.join(state, "policies.json");
    const exemptions = [{ urn: "*::careless", reason: "was needed once", expires: "2020-01-01" }];
    await writeFile(
      policyConfig,
      JSON.stringify({
        "ecs-task-definition-no-privileged": { exemptions },
        "required-tags": { enforcementLevel: "advisory" },
        // Less than a load balancer costs.
        "stack-within-budget": { monthlyUsd: 10 },
      }),
    );
    const reports: OperationReport[] = [];
    for (const declare of [breakResourceRules, breakStackRules]) {
      reports.push(await run("preview", declare, policyConfig));
    }
    for (const { result, errors } of reports) {
      assert.equal(result, "failed");
      assert.deepEqual(errors, [], "only policies refuse");
    }
    found = new Map();
    for (const { policy, level } of reports.flatMap(({ findings }) => findings)) {
      if (found.get(policy) !== "mandatory") found.set(policy, level);
    }
  });
  after(() => remove());

  for (const { name, enforcementLevel } of rules) {
    if (remediating.includes(name)) continue;
    it(`${name} ${enforcementLevel === "mandatory" ? "refuses" : "warns of"} what breaks it`, () => {
      assert.equal(found.get(name), enforcementLevel);
    });
  }

  it("leaves the account empty when it refuses", async () => {
    assert.deepEqual(await accountOf(state), []);
  });

  it(`mends what ${remediating.join(", ")} look at`, async () => {
    const policyConfig = path.join(state, "mending.json");
    await writeFile(policyConfig, "{}");
    const report = await run(
      "up",
      () => {
        new aws.ecs.Cluster("plain", { name: "plain" });
        new aws.ecr.Repository("plain", { name: "plain" });
        const vpc = new aws.ec2.Vpc("net", { cidrBlock: "10.0.0.0/16" });
        const zones = ["ap-northeast-1a", "ap-northeast-1c"].map(
          (availabilityZone, i) =>
            new aws.ec2.Subnet(`net-${i}`, {
              vpcId: vpc.id,
              availabilityZone,
              cidrBlock: `10.0.${i}.0/24`,
            }).id,
        );
        const group = new aws.ec2.SecurityGroup("plain", { vpcId: vpc.id });
        new aws.lb.LoadBalancer("plain", {
          name: "plain",
          internal: true,
          subnets: zones,
          securityGroups: [group.id],
        });
      },
      policyConfig,
    );
    assert.deepEqual(report.errors, []);
    const account = await accountOf(state);
    const inputsOf = (type: string) => account.find((record) => record.type.endsWith(type))?.inputs;
    assert.deepEqual(inputsOf(":Cluster")?.settings, [
      { name: "containerInsights", value: "enabled" },
    ]);
    assert.deepEqual(inputsOf(":Repository")?.imageScanningConfiguration, { scanOnPush: true });
    assert.equal(inputsOf(":LoadBalancer")?.dropInvalidHeaderFields, true);
  });
});
