import assert from "node:assert/strict";

import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeCapacityProvidersCommand,
  DescribeClustersCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ExecuteCommandCommand,
  ListClustersCommand,
  ListContainerInstancesCommand,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  paginateListTaskDefinitions,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopServiceDeploymentCommand,
  StopTaskCommand,
  UpdateServiceCommand,
  waitUntilServicesInactive,
  waitUntilServicesStable,
  waitUntilTasksRunning,
  waitUntilTasksStopped,
} from "@aws-sdk/client-ecs";

import { CONTAINER, TYPES } from "../account/fixtures";
import { PATIENCE_MS } from "../runtime/patience";
import { createLoggedWorld, serveApi, type ServedApi } from "./servedApi";

const waiting = { maxWaitTime: PATIENCE_MS / 1000, minDelay: 1, maxDelay: 1 };

describe("the lab's ECS API", function () {
  this.timeout(PATIENCE_MS);
  let served: ServedApi;
  let ecs: ECSClient;
  const where = { cluster: "handson" };

  before(async () => {
    served = await serveApi(createLoggedWorld);
    ecs = new ECSClient(served.client);
  });
  after(async () => {
    ecs.destroy();
    await served.close();
  });

  it("lists and describes clusters, and reports one that it does not find as a failure", async () => {
    const { clusterArns } = await ecs.send(new ListClustersCommand({}));
    assert.deepEqual(clusterArns, [served.world.cluster.id]);
    const { clusters, failures } = await ecs.send(
      new DescribeClustersCommand({ clusters: ["handson", "none"], include: ["SETTINGS"] }),
    );
    assert.equal(clusters?.[0]?.runningTasksCount, 1);
    assert.equal(clusters[0].activeServicesCount, 1);
    assert.deepEqual(clusters[0].settings, [{ name: "containerInsights", value: "disabled" }]);
    assert.match(failures?.[0]?.arn ?? "", /:cluster\/none$/);
    assert.equal(failures?.[0]?.reason, "MISSING");
  });

  it("describes a service, its deployments and its events", async () => {
    const { serviceArns } = await ecs.send(new ListServicesCommand(where));
    assert.deepEqual(serviceArns, [served.world.service.id]);
    const { services } = await ecs.send(
      new DescribeServicesCommand({ ...where, services: ["handson"], include: ["TAGS"] }),
    );
    const service = services?.[0];
    assert.equal(service?.runningCount, 1);
    assert.equal(service.taskDefinition, served.world.taskDefinition.id);
    assert.deepEqual(service.tags, [{ key: "Name", value: "handson" }]);
    assert.deepEqual(service.loadBalancers?.[0]?.targetGroupArn, served.world.targetGroup.id);
    assert.equal(service.networkConfiguration?.awsvpcConfiguration?.assignPublicIp, "DISABLED");
    assert.equal(service.deployments?.[0]?.rolloutState, "COMPLETED");
    const [{ createdAt = new Date(0), updatedAt = new Date(0) }] = service.deployments;
    assert.ok(Date.now() - createdAt.getTime() < PATIENCE_MS, String(createdAt));
    assert.ok(updatedAt > createdAt, `${String(createdAt)} to ${String(updatedAt)}`);
    assert.match(service.events?.[0]?.message ?? "", /steady state/);
    assert.ok(service.events?.[0]?.createdAt instanceof Date);
  });

  it("answers with ECS's own errors", async () => {
    await assert.rejects(ecs.send(new ListServicesCommand({ cluster: "none" })), {
      name: "ClusterNotFoundException",
      message: "Cluster not found.",
    });
    await assert.rejects(ecs.send(new UpdateServiceCommand({ ...where, service: "none" })), {
      name: "ServiceNotFoundException",
    });
    await assert.rejects(ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "none" })), {
      name: "ClientException",
      message: "Unable to describe task definition.",
    });
  });

  it("describes tasks with their containers, and finds them by service and family", async () => {
    const { taskArns } = await ecs.send(new ListTasksCommand({ ...where, serviceName: "handson" }));
    assert.equal(taskArns?.length, 1);
    const none = await ecs.send(new ListTasksCommand({ ...where, family: "other" }));
    assert.deepEqual(none.taskArns, []);
    const { tasks } = await ecs.send(new DescribeTasksCommand({ ...where, tasks: taskArns }));
    assert.equal(tasks?.[0]?.lastStatus, "RUNNING");
    assert.equal(tasks[0].group, "service:handson");
    assert.equal(tasks[0].cpu, "256");
    assert.equal(tasks[0].containers?.[0]?.name, "nginx");
    const [binding] = tasks[0].containers[0].networkBindings ?? [];
    assert.equal(binding?.containerPort, 80);
    assert.equal((await fetch(`http://127.0.0.1:${binding.hostPort}/`)).status, 200);
    assert.ok(tasks[0].startedAt instanceof Date);
  });

  it("returns lists page by page", async () => {
    const pages: (string[] | undefined)[] = [];
    const paging = { client: ecs, pageSize: 1 };
    for await (const page of paginateListTaskDefinitions(paging, { familyPrefix: "handson" })) {
      pages.push(page.taskDefinitionArns);
    }
    assert.deepEqual(
      pages.map((arns) => arns?.map((arn) => arn.split("/")[1])),
      [["handson:1"], ["handson:2"]],
    );
    await assert.rejects(ecs.send(new ListClustersCommand({ nextToken: "nonsense" })), {
      name: "InvalidParameterException",
    });
  });

  it("describes a task definition with the defaults that ECS fills in", async () => {
    const { families } = await ecs.send(new ListTaskDefinitionFamiliesCommand({}));
    assert.deepEqual(families, ["handson"]);
    const { taskDefinition } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: "handson" }),
    );
    assert.equal(taskDefinition?.revision, 2);
    assert.equal(taskDefinition.containerDefinitions?.[0]?.essential, true);
    assert.equal(taskDefinition.containerDefinitions[0].portMappings?.[0]?.hostPort, 80);
    assert.deepEqual(taskDefinition.requiresCompatibilities, ["FARGATE"]);
  });

  it("scales a service, which is drift for its stack", async () => {
    await ecs.send(new UpdateServiceCommand({ ...where, service: "handson", desiredCount: 2 }));
    await waitUntilServicesStable({ client: ecs, ...waiting }, { ...where, services: ["handson"] });
    const { taskArns } = await ecs.send(new ListTasksCommand(where));
    assert.equal(taskArns?.length, 2);
    assert.equal(
      served.account.get(TYPES.service, served.world.service.id)?.inputs.desiredCount,
      2,
    );
  });

  it("registers a revision, and deploys it to a service", async () => {
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: "handson",
        cpu: "256",
        memory: "512",
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        containerDefinitions: [{ ...CONTAINER, environment: [{ name: "A", value: "b" }] }],
      }),
    );
    assert.equal(taskDefinition?.revision, 3);
    const { service } = await ecs.send(
      new UpdateServiceCommand({ ...where, service: "handson", taskDefinition: "handson" }),
    );
    assert.equal(service?.taskDefinition, taskDefinition.taskDefinitionArn);
    await waitUntilServicesStable({ client: ecs, ...waiting }, { ...where, services: ["handson"] });
    const { taskArns } = await ecs.send(new ListTasksCommand(where));
    const { tasks } = await ecs.send(new DescribeTasksCommand({ ...where, tasks: taskArns }));
    for (const task of tasks ?? []) {
      assert.equal(task.taskDefinitionArn, taskDefinition.taskDefinitionArn);
    }
  });

  it("replaces all tasks when a new deployment is forced", async () => {
    const before = await ecs.send(new ListTasksCommand(where));
    const forced = { ...where, service: "handson", forceNewDeployment: true };
    await ecs.send(new UpdateServiceCommand(forced));
    await waitUntilServicesStable({ client: ecs, ...waiting }, { ...where, services: ["handson"] });
    const after = await ecs.send(new ListTasksCommand(where));
    assert.equal(after.taskArns?.length, 2);
    assert.ok(after.taskArns.every((arn) => !before.taskArns?.includes(arn)));
    const record = served.account.get(TYPES.service, served.world.service.id);
    assert.notEqual(record?.inputs.forceNewDeployment, true);
  });

  it("describes a service's deployments, and stops one that is in progress", async () => {
    const service = served.world.service.id;
    const registered = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: "broken",
        cpu: "256",
        memory: "512",
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        containerDefinitions: [{ ...CONTAINER, image: "nowhere/at-all" }],
      }),
    );
    const taskDefinition = registered.taskDefinition?.taskDefinitionArn;
    await ecs.send(new UpdateServiceCommand({ ...where, service, taskDefinition }));
    const ongoing = { ...where, service, status: ["IN_PROGRESS" as const] };
    const { serviceDeployments } = await ecs.send(new ListServiceDeploymentsCommand(ongoing));
    const serviceDeploymentArn = serviceDeployments?.[0]?.serviceDeploymentArn ?? "";
    const described = await ecs.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [serviceDeploymentArn] }),
    );
    const [one] = described.serviceDeployments ?? [];
    const { createdAt = new Date(0) } = one ?? {};
    assert.deepEqual(one?.startedAt, createdAt);
    assert.equal(one.finishedAt, undefined);
    const [completed] = (
      await ecs.send(
        new ListServiceDeploymentsCommand({
          ...where,
          service,
          createdAt: { before: createdAt },
        }),
      )
    ).serviceDeployments ?? [undefined];
    assert.equal(completed?.status, "SUCCESSFUL");
    assert.ok(completed.finishedAt && completed.startedAt);
    assert.ok(completed.finishedAt > completed.startedAt);
    const later = { ...where, service, createdAt: { after: createdAt } };
    const none = await ecs.send(new ListServiceDeploymentsCommand(later));
    assert.deepEqual(none.serviceDeployments, []);
    const { arn = "" } = described.serviceDeployments?.[0]?.targetServiceRevision ?? {};
    const revisions = await ecs.send(
      new DescribeServiceRevisionsCommand({ serviceRevisionArns: [arn] }),
    );
    assert.equal(revisions.serviceRevisions?.[0]?.taskDefinition, taskDefinition);
    await ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn }));
    await waitUntilServicesStable({ client: ecs, ...waiting }, { ...where, services: ["handson"] });
    const { services } = await ecs.send(
      new DescribeServicesCommand({ ...where, services: ["handson"] }),
    );
    assert.match(services?.[0]?.taskDefinition ?? "", /handson:3$/);
    await assert.rejects(ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn })), {
      name: /ConflictException|ServiceDeploymentNotFoundException/,
    });
  });

  it("runs a task without a service, with its own command, and stops it", async () => {
    const { securityGroup, subnetA } = served.world;
    const awsvpcConfiguration = { subnets: [subnetA.id], securityGroups: [securityGroup.id] };
    const overrides = { containerOverrides: [{ name: "nginx", command: ["nginx"] }] };
    const request = {
      ...where,
      taskDefinition: "handson",
      launchType: "FARGATE" as const,
      overrides,
    };
    await assert.rejects(ecs.send(new RunTaskCommand(request)), {
      name: "InvalidParameterException",
      message: /Network Configuration must be provided/,
    });
    const networkConfiguration = { awsvpcConfiguration };
    const { tasks } = await ecs.send(
      new RunTaskCommand({ ...request, networkConfiguration, startedBy: "somebody" }),
    );
    const task = tasks?.[0]?.taskArn;
    assert.equal(tasks?.[0]?.group, "family:handson");
    const mine = await ecs.send(new ListTasksCommand({ ...where, startedBy: "somebody" }));
    assert.deepEqual(mine.taskArns, [task]);
    const stopped = await ecs.send(new StopTaskCommand({ ...where, task, reason: "enough" }));
    assert.equal(stopped.task?.taskArn, task);
    for (;;) {
      const described = await ecs.send(
        new DescribeTasksCommand({ ...where, tasks: [task?.split("/").at(-1) ?? ""] }),
      );
      const [one] = described.tasks ?? [];
      if (one?.lastStatus !== "STOPPED") continue;
      assert.equal(one.stoppedReason, "enough");
      assert.equal(one.stopCode, "UserInitiated");
      return;
    }
  });

  it("creates a cluster and a service outside any stack, and deletes them", async () => {
    const { cluster } = await ecs.send(new CreateClusterCommand({ clusterName: "mine" }));
    const { securityGroup, subnetA } = served.world;
    const awsvpcConfiguration = { subnets: [subnetA.id], securityGroups: [securityGroup.id] };
    const { service } = await ecs.send(
      new CreateServiceCommand({
        cluster: "mine",
        serviceName: "mine",
        taskDefinition: "handson",
        desiredCount: 1,
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration },
        tags: [{ key: "Owner", value: "me" }],
      }),
    );
    const mine = { cluster: "mine", services: ["mine"] };
    assert.equal(service?.clusterArn, cluster?.clusterArn);
    await waitUntilServicesStable({ client: ecs, ...waiting }, mine);
    await assert.rejects(
      ecs.send(new DeleteServiceCommand({ cluster: "mine", service: "mine" })),
      /scaled above 0/,
    );
    await assert.rejects(ecs.send(new DeleteClusterCommand({ cluster: "mine" })), {
      name: "ClusterContainsServicesException",
    });
    await ecs.send(new DeleteServiceCommand({ cluster: "mine", service: "mine", force: true }));
    await waitUntilServicesInactive({ client: ecs, ...waiting }, mine);
    await ecs.send(new DeleteClusterCommand({ cluster: "mine" }));
    const { clusterArns } = await ecs.send(new ListClustersCommand({}));
    assert.deepEqual(clusterArns, [served.world.cluster.id]);
  });

  it("refuses parameters that the lab would ignore", async () => {
    const serviceRegistries = [
      { registryArn: "arn:aws:servicediscovery:x:123456789012:service/a" },
    ];
    await assert.rejects(
      ecs.send(new UpdateServiceCommand({ ...where, service: "handson", serviceRegistries })),
      { name: "InvalidParameterException", message: /does not support serviceRegistries/ },
    );
  });

  it("refuses values that ECS does not accept", async () => {
    await assert.rejects(
      ecs.send(new UpdateServiceCommand({ ...where, service: "handson", desiredCount: -1 })),
      { name: "InvalidParameterException", message: /^desiredCount: / },
    );
  });

  it("answers ExecuteCommand with ECS's errors, or else with the lab's command that opens a shell", async () => {
    const { securityGroup, subnetA } = served.world;
    const awsvpcConfiguration = { subnets: [subnetA.id], securityGroups: [securityGroup.id] };
    const { tasks } = await ecs.send(
      new RunTaskCommand({
        ...where,
        taskDefinition: "handson",
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration },
      }),
    );
    const task = tasks?.[0]?.taskArn ?? "";
    await waitUntilTasksRunning({ client: ecs, ...waiting }, { ...where, tasks: [task] });
    const refused = (input: { task?: string; container?: string; cluster?: string }) =>
      ecs.send(
        new ExecuteCommandCommand({
          ...{ ...where, task, container: "nginx" },
          ...{ command: "/bin/sh", interactive: true, ...input },
        }),
      );
    await assert.rejects(refused({}), {
      name: "TargetNotConnectedException",
      message: new RegExp(`npm run lab -- exec ${task.split("/").at(-1)} --container nginx `),
    });
    const invalid = { name: "InvalidParameterException" };
    await assert.rejects(refused({ container: "none" }), {
      ...invalid,
      message: /no container none/,
    });
    await assert.rejects(refused({ task: "none" }), { ...invalid, message: /task was not found/ });
    await assert.rejects(refused({ cluster: "none" }), { name: "ClusterNotFoundException" });
    const { taskArns = [] } = await ecs.send(
      new ListTasksCommand({ ...where, serviceName: "handson" }),
    );
    await assert.rejects(refused({ task: taskArns[0] ?? "" }), {
      ...invalid,
      message: /execute command was not enabled/,
    });
    await ecs.send(new StopTaskCommand({ ...where, task }));
    await waitUntilTasksStopped({ client: ecs, ...waiting }, { ...where, tasks: [task] });
    await assert.rejects(refused({}), { ...invalid, message: /agent isn't running/ });
  });

  it("describes AWS's own capacity providers, and lists no instances if there are none", async () => {
    const { capacityProviders } = await ecs.send(new DescribeCapacityProvidersCommand({}));
    assert.deepEqual(
      capacityProviders?.map(({ name }) => name),
      ["FARGATE", "FARGATE_SPOT"],
    );
    const { containerInstanceArns } = await ecs.send(new ListContainerInstancesCommand(where));
    assert.deepEqual(containerInstanceArns, []);
  });

  it("deregisters a revision", async () => {
    const { taskDefinition } = await ecs.send(
      new DeregisterTaskDefinitionCommand({ taskDefinition: "broken:1" }),
    );
    assert.equal(taskDefinition?.status, "INACTIVE");
    const { taskDefinitionArns } = await ecs.send(
      new ListTaskDefinitionsCommand({ familyPrefix: "broken" }),
    );
    assert.deepEqual(taskDefinitionArns, []);
  });

  it("deregisters only the given revision of a family outside any stack", async () => {
    const image = "public.ecr.aws/nginx/nginx:1.28";
    for (let revision = 1; revision <= 2; revision += 1) {
      await ecs.send(
        new RegisterTaskDefinitionCommand({
          family: "by-hand",
          containerDefinitions: [{ name: "nginx", image, memory: 128 }],
        }),
      );
    }
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: "by-hand:1" }));
    const { taskDefinitionArns = [] } = await ecs.send(
      new ListTaskDefinitionsCommand({ familyPrefix: "by-hand" }),
    );
    assert.deepEqual(
      taskDefinitionArns.map((arn) => arn.split("/")[1]),
      ["by-hand:2"],
    );
  });
});
