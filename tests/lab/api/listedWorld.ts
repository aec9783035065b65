import type { Account } from "../../../lab/account/account";
import { PUSHED_IMAGE } from "../../../lab/account/types/ecr/tokens";
import type { ApiTargets } from "../../../lab/api/service";
import type { ResourceRecord } from "../../../lab/account/record";
import {
  CONTAINER,
  create,
  FARGATE_TASK,
  READ,
  REGION,
  serviceInputs,
  trustPolicy,
  TYPES,
} from "../account/fixtures";
import { type Ec2World, groupInputs } from "../account/types/ec2World";
import { PATIENCE_MS } from "../runtime/patience";
import { createJoinedWorld } from "./joinedWorld";
import { LOG_GROUP, type ServedApi } from "./servedApi";

/** `deployed` is a service whose deployment of the revision `broken` does not complete. */
export type ListedWorld = Ec2World & Record<"broken" | "deployed", ResourceRecord>;

const SCALED = { scalableDimension: "ecs:service:DesiredCount", serviceNamespace: "ecs" };
const NAMES = ["one", "two"];

/** A world with at least two of everything that the API lists. */
export async function createListedWorld(account: Account): Promise<ListedWorld> {
  const world = await createJoinedWorld(account);
  const { vpc, subnetA, subnetC, securityGroup, loadBalancer } = world;
  await create(account, "vpc", { cidrBlock: "10.1.0.0/16" });
  const subnets = [subnetA.id, subnetC.id];
  const securityGroups = [securityGroup.id];
  await create(account, "securityGroup", { name: "other", vpcId: vpc.id });
  await create(account, "loadBalancer", { name: "other", subnets, securityGroups });
  const target = { port: 80, protocol: "HTTP", targetType: "ip", vpcId: vpc.id };
  await create(account, "targetGroup", { ...target, name: "other" });
  const fixedResponse = { contentType: "text/plain", statusCode: "404" };
  const defaultActions = [{ type: "fixed-response", fixedResponse }];
  await create(account, "listener", { loadBalancerArn: loadBalancer.id, port: 81, defaultActions });
  await create(account, "autoScalingGroup", {
    ...groupInputs(world),
    tags: [{ key: "team", value: "web", propagateAtLaunch: true }],
  });
  const made = await createServices(account, world);
  await createScaling(account);
  await createDelivery(account);
  const role = world.role.id;
  for (const name of NAMES) {
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [READ] });
    await create(account, "rolePolicy", { role, name, policy });
    const policyArn = `arn:aws:iam::aws:policy/${name === "one" ? "ReadOnlyAccess" : "AmazonECS_FullAccess"}`;
    await create(account, "rolePolicyAttachment", { role, policyArn });
  }
  return { ...world, ...made };
}

async function createServices(account: Account, world: Ec2World) {
  const { ec2Cluster: cluster, securityGroup, subnetA, subnetC, targetGroup } = world;
  for (const name of [LOG_GROUP, "/ecs/other"]) await create(account, "logGroup", { name });
  const options = {
    "awslogs-group": LOG_GROUP,
    "awslogs-region": REGION,
    "awslogs-stream-prefix": "nginx",
  };
  const taskDefinition = await create(account, "taskDefinition", {
    ...FARGATE_TASK,
    executionRoleArn: world.role.outputs.arn,
    containerDefinitions: JSON.stringify([
      { ...CONTAINER, logConfiguration: { logDriver: "awslogs", options } },
    ]),
  });
  const subnets = [subnetA.id, subnetC.id];
  await create(account, "service", {
    ...serviceInputs({ cluster, taskDefinition, securityGroup, subnets, targetGroup }),
    name: "logged",
    desiredCount: 2,
  });
  const broken = await create(account, "taskDefinition", {
    ...FARGATE_TASK,
    containerDefinitions: JSON.stringify([{ ...CONTAINER, image: "nowhere/at-all" }]),
  });
  const parts = { ...world, taskDefinition: world.taskDefinition, subnets };
  const deployed = await create(account, "service", {
    ...serviceInputs(parts),
    loadBalancers: [],
    name: "deployed",
  });
  return { broken, deployed };
}

async function createScaling(account: Account): Promise<void> {
  for (const name of NAMES) {
    await create(account, "metricAlarm", {
      ...{ name, namespace: "AWS/ECS", metricName: "CPUUtilization", statistic: "Average" },
      ...{ period: 60, evaluationPeriods: 1, threshold: 80 },
      comparisonOperator: "GreaterThanThreshold",
    });
  }
  for (const name of ["instances", "logged"]) {
    const scaled = { ...SCALED, resourceId: `service/instances/${name}` };
    await create(account, "scalableTarget", { ...scaled, minCapacity: 1, maxCapacity: 3 });
    const predefinedMetricSpecification = {
      predefinedMetricType: "ECSServiceAverageCPUUtilization",
    };
    await create(account, "scalingPolicy", {
      ...scaled,
      name,
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: { targetValue: 50, predefinedMetricSpecification },
    });
    await create(account, "scheduledAction", {
      ...scaled,
      name,
      schedule: "cron(0 22 * * ? *)",
      scalableTargetAction: { minCapacity: 1, maxCapacity: 2 },
    });
  }
}

async function createDelivery(account: Account): Promise<void> {
  const role = await create(account, "role", {
    name: "pipeline",
    assumeRolePolicy: trustPolicy("codepipeline"),
  });
  const action = { owner: "AWS", version: "1" };
  const source = {
    ...action,
    name: "Source",
    category: "Source",
    provider: "CodeCommit",
    outputArtifacts: ["source"],
    configuration: { RepositoryName: "one", BranchName: "main" },
  };
  const approval = { ...action, name: "Approve", category: "Approval", provider: "Manual" };
  for (const name of NAMES) {
    await create(account, "codeRepository", { repositoryName: name });
    await create(account, "pipeline", {
      name,
      roleArn: role.outputs.arn,
      artifactStores: [{ location: "artifacts", type: "S3" }],
      stages: [
        { name: "Source", actions: [source] },
        { name: "Approve", actions: [approval] },
      ],
    });
    await create(account, "repository", { name });
    const digest = `sha256:${(name === "one" ? "a" : "b").repeat(64)}`;
    const inputs = { repository: "one", digest, tags: [name], pushedAt: STARTED };
    await account.create({ type: PUSHED_IMAGE, urn: "urn:lab:push", inputs, region: "" });
  }
}

const STARTED = "2026-01-01T00:00:00.000Z";

function no(): never {
  throw new Error("nothing is delivered here");
}

/** Two runs of a pipeline, and a repository with two branches. */
export const DELIVERY: ApiTargets["delivery"] = {
  status: () => ({
    pipelines: [
      {
        name: "one",
        executionMode: "SUPERSEDED",
        runs: NAMES.map((id) => ({
          id,
          trigger: "CloudWatchEvent: push of 0123456 to main",
          commit: "0123456789abcdef0123456789abcdef01234567",
          message: "Greet",
          status: "Succeeded" as const,
          startedAt: STARTED,
          stages: [],
        })),
      },
    ],
    repositories: [
      {
        name: "one",
        stack: "dev",
        cloneUrl: "http://127.0.0.1:1/v1/repos/one",
        branches: { main: "a", next: "b" },
      },
    ],
  }),
  buildLogs: () => [],
  release: no,
  approve: no,
};

/**
 * The inputs that operations need, by the service's title and the operation's name. First causes what is only listed
 * if it happens while the API is served: requests, a deployment and launches.
 */
export async function prepareInputs({
  account,
  plane,
  world,
}: ServedApi<ListedWorld>): Promise<Record<string, Record<string, unknown>>> {
  const [balancer] = plane.status().loadBalancers;
  for (let count = 0; count < 4; count += 1) {
    await fetch(balancer?.listeners[0]?.localUrl ?? "");
  }
  const { instances, services } = plane.status();
  const other = instances.find(({ autoScalingGroup }) => autoScalingGroup === "other");
  plane.terminateInstance(other?.id ?? "");
  await plane.whenSteady(PATIENCE_MS);
  await account.modify(TYPES.service, world.deployed.id, { taskDefinition: world.broken.id });
  await plane.sync();
  const logged = services.find(({ name }) => name === "logged");
  const task = logged?.tasks[0]?.arn.split("/").at(-1) ?? "";
  const [ofCluster, ofListener] = [{ cluster: "instances" }, { ListenerArn: world.listener.id }];
  const [ofEcs, ofGroup] = [{ ServiceNamespace: "ecs" }, { logGroupName: LOG_GROUP }];
  const [ofRole, ofRepository] = [{ RoleName: "task" }, { repositoryName: "one" }];
  return {
    "Amazon ECS: ListContainerInstances": ofCluster,
    "Amazon ECS: ListServices": ofCluster,
    "Amazon ECS: ListTasks": ofCluster,
    "Amazon ECS: ListServiceDeployments": { cluster: "handson", service: "deployed" },
    "Elastic Load Balancing: DescribeListeners": { LoadBalancerArn: world.loadBalancer.id },
    "Elastic Load Balancing: DescribeRules": ofListener,
    "Application Auto Scaling: DescribeScalableTargets": ofEcs,
    "Application Auto Scaling: DescribeScalingPolicies": ofEcs,
    "Application Auto Scaling: DescribeScheduledActions": ofEcs,
    "Application Auto Scaling: DescribeScalingActivities": ofEcs,
    "CloudWatch Logs: DescribeLogStreams": ofGroup,
    "CloudWatch Logs: FilterLogEvents": ofGroup,
    "CloudWatch Logs: GetLogEvents": {
      ...ofGroup,
      logStreamName: `nginx/nginx/${task}`,
      startFromHead: true,
    },
    "IAM: ListRolePolicies": ofRole,
    "IAM: ListAttachedRolePolicies": ofRole,
    "Amazon ECR: DescribeImages": ofRepository,
    "Amazon ECR: ListImages": ofRepository,
    "AWS CodeCommit: ListBranches": ofRepository,
    "AWS CodePipeline: ListPipelineExecutions": { pipelineName: "one" },
  };
}
