import assert from "node:assert/strict";

import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand as DescribeServiceActivitiesCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
} from "@aws-sdk/client-application-auto-scaling";
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
  paginateDescribeSubnets,
} from "@aws-sdk/client-ec2";
import {
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  ECSClient,
  ListContainerInstancesCommand,
  ListTasksCommand,
} from "@aws-sdk/client-ecs";

import type { Account } from "../../../lab/account/account";
import { create } from "../account/fixtures";
import type { Ec2World } from "../account/types/ec2World";
import { PATIENCE_MS } from "../runtime/patience";
import { createJoinedWorld } from "./joinedWorld";
import { serveApi, type ServedApi } from "./servedApi";

const SERVICE = "service/instances/instances";
const SCALED = {
  resourceId: SERVICE,
  scalableDimension: "ecs:service:DesiredCount",
  serviceNamespace: "ecs",
};

describe("the lab's APIs for instances and their network", function () {
  this.timeout(PATIENCE_MS);
  let served: ServedApi<Ec2World>;
  let ecs: ECSClient;
  let ec2: EC2Client;
  const where = { cluster: "instances" };

  before(async () => {
    served = await serveApi(createScaledWorld);
    ecs = new ECSClient(served.client);
    ec2 = new EC2Client(served.client);
  });
  after(() => served.close());

  it("describes container instances, with their remaining resources", async () => {
    const { containerInstanceArns } = await ecs.send(new ListContainerInstancesCommand(where));
    const { containerInstances } = await ecs.send(
      new DescribeContainerInstancesCommand({
        ...where,
        containerInstances: containerInstanceArns,
      }),
    );
    const [instance] = containerInstances ?? [];
    assert.equal(instance?.status, "ACTIVE");
    assert.equal(instance.capacityProviderName, "instances");
    const memory = (resources = instance.remainingResources) =>
      resources?.find(({ name }) => name === "MEMORY")?.integerValue ?? 0;
    assert.ok(memory() < memory(instance.registeredResources));
    const tasks = await ecs.send(
      new ListTasksCommand({ ...where, containerInstance: containerInstanceArns?.[0] }),
    );
    assert.equal(tasks.taskArns?.length, instance.runningTasksCount);
  });

  it("describes EC2 instances, and finds them by tag and zone", async () => {
    const { Reservations } = await ec2.send(
      new DescribeInstancesCommand({
        Filters: [{ Name: "tag:aws:autoscaling:groupName", Values: ["inst*"] }],
      }),
    );
    const [instance] = Reservations?.flatMap(({ Instances = [] }) => Instances) ?? [];
    assert.equal(instance?.State?.Name, "running");
    assert.equal(instance.InstanceType, "t3.micro");
    assert.equal(instance.VpcId, served.world.vpc.id);
    const none = [{ Name: "availability-zone", Values: ["ap-northeast-1z"] }];
    const elsewhere = await ec2.send(new DescribeInstancesCommand({ Filters: none }));
    assert.deepEqual(elsewhere.Reservations, []);
    const strange = new DescribeInstancesCommand({ InstanceIds: ["i-0123456789abcdef0"] });
    await assert.rejects(ec2.send(strange), { name: "InvalidInstanceID.NotFound" });
  });

  it("describes an Auto Scaling group and its activities", async () => {
    const autoScaling = new AutoScalingClient(served.client);
    const AutoScalingGroupNames = ["instances"];
    const { AutoScalingGroups } = await autoScaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames }),
    );
    const [group] = AutoScalingGroups ?? [];
    assert.equal(group?.MaxSize, 3);
    const instance = group.Instances?.[0]?.InstanceId ?? "";
    assert.equal(group.Instances?.[0]?.LifecycleState, "InService");
    // Another is launched in its place.
    served.plane.terminateInstance(instance);
    const AutoScalingGroupName = "instances";
    for (;;) {
      const { Activities = [] } = await autoScaling.send(
        new DescribeScalingActivitiesCommand({ AutoScalingGroupName }),
      );
      const descriptions = Activities.map(({ Description }) => Description);
      if (!descriptions.some((one) => one?.startsWith("Launching"))) continue;
      assert.ok(descriptions.includes(`Terminating EC2 instance: ${instance}`));
      return;
    }
  });

  it("describes how a service scales, and its scaling activities", async () => {
    const scaling = new ApplicationAutoScalingClient(served.client);
    const ServiceNamespace = "ecs";
    const { ScalableTargets } = await scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace, ResourceIds: [SERVICE] }),
    );
    assert.equal(ScalableTargets?.[0]?.MaxCapacity, 3);
    const { ScalingPolicies } = await scaling.send(
      new DescribeScalingPoliciesCommand({ ServiceNamespace, ResourceId: SERVICE }),
    );
    const tracking = ScalingPolicies?.[0]?.TargetTrackingScalingPolicyConfiguration;
    assert.equal(tracking?.TargetValue, 50);
    assert.equal(
      tracking.PredefinedMetricSpecification?.PredefinedMetricType,
      "ECSServiceAverageCPUUtilization",
    );
    const { ScheduledActions } = await scaling.send(
      new DescribeScheduledActionsCommand({ ServiceNamespace, ResourceId: SERVICE }),
    );
    assert.deepEqual(
      ScheduledActions?.map(({ ScheduledActionName, Schedule, ScalableTargetAction }) => [
        ScheduledActionName,
        Schedule,
        ScalableTargetAction,
      ]),
      [["night", "cron(0 22 * * ? *)", { MinCapacity: 0, MaxCapacity: 1 }]],
    );
    const { ScalingActivities } = await scaling.send(
      new DescribeServiceActivitiesCommand({ ServiceNamespace, ResourceId: "service/a/b" }),
    );
    assert.deepEqual(ScalingActivities, []);
  });

  it("describes networks, and filters them", async () => {
    const { securityGroup, subnetA, vpc } = served.world;
    const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpc.id] }));
    assert.equal(Vpcs?.[0]?.CidrBlock, "10.0.0.0/16");
    const Filters = [
      { Name: "vpc-id", Values: [vpc.id] },
      { Name: "availability-zone", Values: ["*-1a"] },
    ];
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
    assert.deepEqual(
      Subnets?.map(({ SubnetId, AvailableIpAddressCount }) => [SubnetId, AvailableIpAddressCount]),
      [[subnetA.id, 251]],
    );
    const { SecurityGroups } = await ec2.send(
      new DescribeSecurityGroupsCommand({ GroupIds: [securityGroup.id] }),
    );
    assert.deepEqual(SecurityGroups?.[0]?.IpPermissions, [
      {
        IpProtocol: "tcp",
        FromPort: 80,
        ToPort: 80,
        IpRanges: [{ CidrIp: "10.0.0.0/16" }],
        Ipv6Ranges: [],
        PrefixListIds: [],
        UserIdGroupPairs: [],
      },
    ]);
  });

  it("returns subnets page by page, and answers with EC2's own errors", async () => {
    let count = 0;
    for await (const { Subnets } of paginateDescribeSubnets({ client: ec2, pageSize: 1 }, {})) {
      assert.equal(Subnets?.length, 1);
      count += 1;
    }
    assert.equal(count, 2);
    const unknown = new DescribeVpcsCommand({ VpcIds: ["vpc-0123456789abcdef0"] });
    await assert.rejects(ec2.send(unknown), { name: "InvalidVpcID.NotFound" });
    const Filters = [{ Name: "colour", Values: ["red"] }];
    await assert.rejects(ec2.send(new DescribeVpcsCommand({ Filters })), {
      name: "InvalidParameterValue",
    });
  });

  it("shows a service's strategy instead of a launch type", async () => {
    const { services } = await ecs.send(
      new DescribeServicesCommand({ ...where, services: ["instances"] }),
    );
    assert.equal(services?.[0]?.launchType, undefined);
    assert.equal(services?.[0]?.capacityProviderStrategy?.[0]?.capacityProvider, "instances");
  });
});

/** The world of instances, which register with their cluster; its service scales by CPU. */
async function createScaledWorld(account: Account): Promise<Ec2World> {
  const world = await createJoinedWorld(account);
  await create(account, "scalableTarget", { ...SCALED, minCapacity: 1, maxCapacity: 3 });
  await create(account, "scalingPolicy", {
    ...SCALED,
    name: "cpu",
    policyType: "TargetTrackingScaling",
    targetTrackingScalingPolicyConfiguration: {
      targetValue: 50,
      predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
    },
  });
  await create(account, "scheduledAction", {
    ...SCALED,
    name: "night",
    schedule: "cron(0 22 * * ? *)",
    scalableTargetAction: { minCapacity: 0, maxCapacity: 1 },
  });
  return world;
}
