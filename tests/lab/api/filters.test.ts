import assert from "node:assert/strict";

import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScheduledActionsCommand,
  type DescribeScheduledActionsCommandInput,
  type ScalableDimension,
} from "@aws-sdk/client-application-auto-scaling";
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  type DescribeAutoScalingGroupsCommandInput,
} from "@aws-sdk/client-auto-scaling";
import {
  DescribeTasksCommand,
  ECSClient,
  ListContainerInstancesCommand,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  type ListTasksRequest,
} from "@aws-sdk/client-ecs";

import { PATIENCE_MS } from "../runtime/patience";
import { createListedWorld, DELIVERY, prepareInputs, type ListedWorld } from "./listedWorld";
import { serveApi, type ServedApi } from "./servedApi";

/** The last parts of ARNs. */
const names = (arns: readonly string[] = []): string[] =>
  arns.map((arn) => arn.split("/").at(-1) ?? "");

describe("the filters of the lab's ECS API", function () {
  this.timeout(PATIENCE_MS);
  let served: ServedApi<ListedWorld>;
  let ecs: ECSClient;
  const cluster = "instances";

  before(async () => {
    served = await serveApi(createListedWorld, { delivery: DELIVERY });
    await prepareInputs(served);
    ecs = new ECSClient(served.client);
  });
  after(async () => {
    ecs.destroy();
    await served.close();
  });

  /** The families of the tasks that are listed. */
  async function familiesOf(filter: ListTasksRequest): Promise<string[]> {
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, ...filter }));
    if (taskArns.length === 0) return [];
    const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
    return names(tasks?.map((one) => one.taskDefinitionArn ?? "")).sort();
  }

  it("find tasks by family, launch type, service, deployment, instance and desired status", async () => {
    const [onInstances, onFargate] = [["instances:1"], ["handson:2", "handson:2"]];
    assert.deepEqual(await familiesOf({}), [...onFargate, ...onInstances]);
    assert.deepEqual(await familiesOf({ family: "handson" }), onFargate);
    assert.deepEqual(await familiesOf({ family: "hand" }), []);
    assert.deepEqual(await familiesOf({ launchType: "EC2" }), onInstances);
    assert.deepEqual(await familiesOf({ launchType: "FARGATE" }), onFargate);
    assert.deepEqual(await familiesOf({ serviceName: "logged" }), onFargate);
    assert.deepEqual(await familiesOf({ serviceName: "logged", family: "instances" }), []);
    assert.deepEqual(await familiesOf({ desiredStatus: "STOPPED" }), []);
    const { instances, services } = served.plane.status();
    const used = instances.find(({ tasks }) => tasks.length > 0);
    const containerInstance = used?.containerInstanceId;
    assert.deepEqual(await familiesOf({ containerInstance }), onInstances);
    const logged = services.find(({ name }) => name === "logged");
    const startedBy = logged?.deployments[0]?.id;
    assert.deepEqual(await familiesOf({ startedBy }), onFargate);
    await assert.rejects(familiesOf({ daemonName: "agent" }), {
      name: "InvalidParameterException",
    });
  });

  it("find services by launch type and scheduling strategy", async () => {
    const listed = async (filter: object) => {
      const { serviceArns } = await ecs.send(new ListServicesCommand({ cluster, ...filter }));
      return names(serviceArns);
    };
    assert.deepEqual(await listed({}), ["instances", "logged"]);
    assert.deepEqual(await listed({ launchType: "FARGATE" }), ["logged"]);
    assert.deepEqual(await listed({ launchType: "EC2" }), []);
    assert.deepEqual(await listed({ schedulingStrategy: "REPLICA" }), ["instances", "logged"]);
    assert.deepEqual(await listed({ schedulingStrategy: "DAEMON" }), []);
  });

  it("find task definitions by family and status, and families by prefix", async () => {
    const listed = async (filter: object) => {
      const { taskDefinitionArns } = await ecs.send(new ListTaskDefinitionsCommand(filter));
      return names(taskDefinitionArns);
    };
    const ofHandson = ["handson:1", "handson:2", "handson:3"];
    assert.deepEqual(await listed({}), [...ofHandson, "instances:1"]);
    assert.deepEqual(await listed({ familyPrefix: "handson" }), ofHandson);
    assert.deepEqual(await listed({ familyPrefix: "hand" }), []);
    assert.deepEqual(await listed({ sort: "DESC" }), ["instances:1", ...ofHandson.reverse()]);
    assert.deepEqual(await listed({ status: "INACTIVE" }), []);
    const families = async (filter: object) =>
      (await ecs.send(new ListTaskDefinitionFamiliesCommand(filter))).families;
    assert.deepEqual(await families({ familyPrefix: "hand" }), ["handson"]);
    assert.deepEqual(await families({ status: "ALL" }), ["handson", "instances"]);
    assert.deepEqual(await families({ status: "INACTIVE" }), []);
  });

  it("find deployments by status", async () => {
    const listed = async (status: "IN_PROGRESS" | "SUCCESSFUL" | "STOPPED") => {
      const { serviceDeployments } = await ecs.send(
        new ListServiceDeploymentsCommand({
          cluster: "handson",
          service: "deployed",
          status: [status],
        }),
      );
      return serviceDeployments?.map((one) => one.status);
    };
    assert.deepEqual(await listed("IN_PROGRESS"), ["IN_PROGRESS"]);
    assert.deepEqual(await listed("SUCCESSFUL"), ["SUCCESSFUL"]);
    assert.deepEqual(await listed("STOPPED"), []);
  });

  it("find container instances by status, and by queries on their attributes", async () => {
    const listed = async (filter: object) => {
      const { containerInstanceArns } = await ecs.send(
        new ListContainerInstancesCommand({ cluster, ...filter }),
      );
      return names(containerInstanceArns);
    };
    const { instances } = served.plane.status();
    const all = instances.map((one) => one.containerInstanceId);
    assert.ok(all.length > 1);
    assert.deepEqual(await listed({}), all);
    assert.deepEqual(await listed({ status: "ACTIVE" }), all);
    assert.deepEqual(await listed({ status: "DRAINING" }), []);
    assert.deepEqual(await listed({ filter: "attribute:ecs.instance-type =~ t3.*" }), all);
    const zone = instances[0]?.zone ?? "";
    assert.deepEqual(
      await listed({ filter: `attribute:ecs.availability-zone == ${zone}` }),
      instances.filter((one) => one.zone === zone).map((one) => one.containerInstanceId),
    );
    assert.deepEqual(await listed({ filter: "attribute:ecs.os-type != linux" }), []);
    await assert.rejects(listed({ filter: "task:group == service:logged" }), {
      name: "InvalidParameterException",
    });
  });
});

describe("the filters of the lab's scaling APIs", function () {
  this.timeout(PATIENCE_MS);
  let served: ServedApi<ListedWorld>;

  before(async () => {
    served = await serveApi(createListedWorld, { delivery: DELIVERY });
  });
  after(() => served.close());

  it("find Auto Scaling groups by name and by tags", async () => {
    const client = new AutoScalingClient(served.client);
    const listed = async (input: DescribeAutoScalingGroupsCommandInput) => {
      const { AutoScalingGroups } = await client.send(new DescribeAutoScalingGroupsCommand(input));
      return AutoScalingGroups?.map(({ AutoScalingGroupName }) => AutoScalingGroupName);
    };
    const filtered = (Name: string, Value: string) =>
      listed({ Filters: [{ Name, Values: [Value] }] });
    const all = (await listed({})) ?? [];
    assert.equal(all.length, 2);
    const tagged = await filtered("tag:team", "web");
    assert.equal(tagged?.length, 1);
    assert.deepEqual(await listed({ AutoScalingGroupNames: [tagged[0] ?? ""] }), tagged);
    assert.deepEqual(await filtered("tag-key", "team"), tagged);
    assert.deepEqual(await filtered("tag-value", "web"), tagged);
    assert.deepEqual(await filtered("tag:team", "api"), []);
    assert.deepEqual(await filtered("tag:none", "web"), []);
    await assert.rejects(filtered("name", "web"), { name: "ValidationError" });
    client.destroy();
  });

  it("find scheduled actions by name and resource, and scalable targets by dimension", async () => {
    const client = new ApplicationAutoScalingClient(served.client);
    const ServiceNamespace = "ecs";
    const listed = async (input: Partial<DescribeScheduledActionsCommandInput>) => {
      const command = new DescribeScheduledActionsCommand({ ServiceNamespace, ...input });
      const { ScheduledActions } = await client.send(command);
      return ScheduledActions?.map(({ ScheduledActionName }) => ScheduledActionName);
    };
    assert.deepEqual(await listed({}), ["instances", "logged"]);
    assert.deepEqual(await listed({ ScheduledActionNames: ["logged"] }), ["logged"]);
    assert.deepEqual(await listed({ ResourceId: "service/instances/instances" }), ["instances"]);
    const count = async (ScalableDimension: ScalableDimension) => {
      const command = new DescribeScalableTargetsCommand({ ServiceNamespace, ScalableDimension });
      return (await client.send(command)).ScalableTargets?.length;
    };
    assert.equal(await count("ecs:service:DesiredCount"), 2);
    assert.equal(await count("ec2:spot-fleet-request:TargetCapacity"), 0);
    client.destroy();
  });
});
