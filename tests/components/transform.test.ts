import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import {
  CallerGroup,
  CicdPipeline,
  Ec2Cluster,
  Ec2Service,
  ExpressService,
  FargateCluster,
  FargateService,
  FargateTask,
  ImageRepository,
  LoadBalancer,
  ManagedInstancesCluster,
  Network,
  RandomSecret,
  ScheduledTask,
} from "../../components";
import { evaluate } from "../program/mocks";
import { declareWeb, webArgs } from "./webService";

/** Names of the resources whose arguments were transformed. */
let transformed: string[] = [];

/** Records each resource whose arguments are transformed, whatever its key in `transform`. */
const everything = new Proxy(
  {},
  {
    get: (_, key) =>
      // A part with keys of its own.
      key === "autoscaling"
        ? everything
        : (args: object, name: string) => {
            transformed.push(name);
            return args;
          },
  },
) as never;

const transform = everything;
const { network, region } = webArgs;
const listener = () => pulumi.output("arn:aws:mock:::listener");
const domain = { name: "example.com", hostedZoneId: "Z1" };

/** Programs that together have every kind of child that a component makes. */
const programs: Record<string, () => object> = {
  "a network": () =>
    new Network("net", {
      availabilityZones: ["a", "c"],
      flowLogs: { bucketArn: "arn:aws:s3:::flow" },
      transform,
    }),
  "a load balancer": () =>
    new LoadBalancer("lb", {
      network: { ...network, publicSubnetIds: network.taskSubnetIds },
      domain,
      webAclArn: pulumi.output("arn:aws:wafv2:mock"),
      transform,
    }),
  "a group of callers": () => new CallerGroup("callers", { name: "shop", network, transform }),
  "a cluster": () => new FargateCluster("shop", { serviceConnect: true, transform }),
  "a cluster of instances": () =>
    new Ec2Cluster("ec2", {
      network,
      region,
      instanceType: "m6i.large",
      eniTrunking: true,
      transform,
    }),
  "an image repository": () => {
    const images = new ImageRepository("images", { region, transform });
    return { image: images.image({ source: "build", context: "./x", cpuArchitecture: "X86_64" }) };
  },
  "a cluster of managed instances": () =>
    new ManagedInstancesCluster("managed", { network, region, transform }),
  "a secret": () => new RandomSecret("key", { name: "key", transform }),
  "a service": () =>
    new FargateService("web", {
      ...webArgs,
      listenerArn: listener(),
      httpListenerArn: listener(),
      capacity: { fargateSpot: {} },
      secrets: { A: { valueFrom: "arn:aws:ssm:ap-northeast-1:123456789012:parameter/a" } },
      repositoryArn: "arn:aws:ecr:ap-northeast-1:123456789012:repository/a",
      taskPolicies: [{ actions: ["s3:GetObject"], resources: ["*"] }],
      taskPolicyArns: { xray: "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess" },
      allowedSecurityGroups: { alb: "sg-1" },
      deployment: { strategy: "BLUE_GREEN" },
      autoscaling: {
        maxCount: 3,
        cpu: 50,
        schedules: [{ name: "night", schedule: "rate(1 day)", minCount: 1 }],
      },
      transform,
    }),
  "a service on instances": () =>
    new Ec2Service("web", {
      ...webArgs,
      cluster: new Ec2Cluster("ec2", { network, region, transform }),
      transform,
    }),
  "an Express service": () =>
    new ExpressService("web", {
      cluster: new FargateCluster("shop", { transform }),
      network: { publicSubnetIds: network.taskSubnetIds, taskSubnetIds: network.taskSubnetIds },
      region,
      image: "a:1",
      repositoryArn: "arn:aws:ecr:ap-northeast-1:123456789012:repository/a",
      secrets: { A: { valueFrom: "arn:aws:ssm:ap-northeast-1:123456789012:parameter/a" } },
      taskPolicies: [{ actions: ["s3:GetObject"], resources: ["*"] }],
      taskPolicyArns: { xray: "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess" },
      transform,
    }),
  "a scheduled task": () => {
    const cluster = new FargateCluster("shop", { transform });
    const task = new FargateTask("job", { cluster, network, region, image: "a:1", transform });
    return new ScheduledTask("nightly", { task, scheduleExpression: "rate(1 day)", transform });
  },
  "a pipeline from CodeCommit, with CodeDeploy": () => pipeline({ type: "codecommit" }),
  "a pipeline from GitHub": () => pipeline({ type: "github", repository: "ann/app" }),
};

function pipeline(source: ConstructorParameters<typeof CicdPipeline>[1]["source"]) {
  const repository = new ImageRepository("images", { region, transform });
  const service = new FargateService("web", {
    ...webArgs,
    listenerArn: listener(),
    deploymentController: "CODE_DEPLOY",
    transform,
  });
  return new CicdPipeline("cicd", {
    region,
    source,
    repository,
    target: service.deployTarget,
    notificationEmail: "ann@example.com",
    transform,
  });
}

describe("transform", () => {
  for (const [title, declare] of Object.entries(programs)) {
    it(`has the last word on each resource of ${title}`, async () => {
      transformed = [];
      const { resources } = await evaluate(declare);
      const children = resources.filter(({ type }) => !type.startsWith("ecs-handson:"));
      assert.ok(children.length > 0);
      assert.deepEqual(transformed.toSorted(), children.map(({ name }) => name).toSorted());
    });
  }

  it("replaces the arguments that it gives, or maps all of them, given the resource's name", async () => {
    const { resources } = await declareWeb({
      transform: {
        logGroup: { retentionInDays: 1 },
        taskDefinition: (args) => ({ ...args, ephemeralStorage: { sizeInGib: 50 } }),
        executionRolePolicy: (args, name) => ({ ...args, name: `own-${name}` }),
      },
    });
    const inputs = (name: string, type: string) =>
      resources.find((one) => one.name === name && one.type.endsWith(`:${type}`))?.inputs ?? {};
    assert.deepEqual(inputs("web-logs", "LogGroup"), {
      name: "/ecs/handson-dev",
      retentionInDays: 1,
    });
    const definition = inputs("web-task", "TaskDefinition");
    assert.deepEqual(definition.ephemeralStorage, { sizeInGib: 50 });
    assert.equal(definition.family, "handson-dev");
    assert.equal(inputs("web-execution-logs", "RolePolicy").name, "own-web-execution-logs");
  });
});
