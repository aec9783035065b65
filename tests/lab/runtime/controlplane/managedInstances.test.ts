import assert from "node:assert/strict";
import type { ControlPlane } from "../../../../lab/runtime/controlplane/controlPlane";
import type { InstanceStatus } from "../../../../lab/runtime/controlplane/ecs/status";
import { PATIENCE_MS } from "../patience";
import { MemoryAccount } from "./memoryAccount";
import { endPlanes, runningTasks, service, startPlane, steady, until } from "./plane";

const PROVIDER = "aws:ecs/capacityProvider:CapacityProvider";

/** Puts a capacity provider of managed instances into `account`; `requirements` overrides its requirements. */
function provider(
  account: MemoryAccount,
  requirements: Record<string, unknown> = {},
  { zones = ["a"], scaleInAfter = 300 }: { zones?: string[]; scaleInAfter?: number } = {},
): void {
  for (const zone of zones) {
    const availabilityZone = `ap-northeast-1${zone}`;
    account.put("aws:ec2/subnet:Subnet", `subnet-${zone}`, { availabilityZone });
  }
  account.put(PROVIDER, "managed", {
    name: "managed",
    cluster: "handson",
    managedInstancesProvider: {
      infrastructureOptimization: { scaleInAfter },
      instanceLaunchTemplate: {
        networkConfiguration: { subnets: zones.map((zone) => `subnet-${zone}`) },
        instanceRequirements: {
          vcpuCount: { min: 1 },
          memoryMib: { min: 1024 },
          allowedInstanceTypes: ["t3.*", "t4g.*", "m6i.large"],
          burstablePerformance: "included",
          ...requirements,
        },
      },
    },
  });
}

/** A service on them, whose tasks take 0.25 vCPU and 512 MiB unless `definition` says otherwise. */
function onManaged(
  account: MemoryAccount,
  changes: Record<string, unknown> = {},
  definition: Record<string, unknown> = {},
): void {
  const taskDefinition = account.instanceTask("managed");
  account.put("aws:ecs/taskDefinition:TaskDefinition", taskDefinition, {
    cpu: "256",
    memory: "512",
    ...definition,
  });
  account.service("managed", {
    taskDefinition,
    capacityProviderStrategies: [{ capacityProvider: "managed", weight: 1, base: 0 }],
    ...changes,
  });
}

const instances = (plane: ControlPlane): readonly InstanceStatus[] => plane.status().instances;
const types = (plane: ControlPlane) => instances(plane).map(({ instanceType }) => instanceType);

describe("Managed instances", function () {
  this.timeout(PATIENCE_MS);
  afterEach(endPlanes);

  it("are launched for waiting tasks, with the cheapest type that fits them, outside any group", async () => {
    const account = new MemoryAccount();
    provider(account);
    onManaged(account);
    const plane = await startPlane(account);
    await steady(plane);

    const [instance, ...others] = instances(plane);
    assert.equal(others.length, 0);
    assert.equal(instance?.instanceType, "t3.small");
    assert.equal(instance.capacityProvider, "managed");
    assert.equal(instance.autoScalingGroup, undefined);
    assert.equal(instance.cluster, "handson");
    assert.deepEqual(instance.interfaces, { used: 1, free: 1 });
    assert.deepEqual(
      runningTasks(plane, "managed").map(({ instanceId }) => instanceId),
      [instance.id],
    );
  });

  it("hold several tasks if they have room for them", async () => {
    const account = new MemoryAccount();
    provider(account);
    onManaged(account, { desiredCount: 2 });
    const plane = await startPlane(account);
    await steady(plane);
    assert.deepEqual(types(plane), ["t3.small"]);
    assert.equal(instances(plane)[0]?.tasks.length, 2);
  });

  it("spread a service's tasks over the zones of the subnets", async () => {
    const account = new MemoryAccount();
    provider(account, {}, { zones: ["a", "c", "d"] });
    onManaged(account, { desiredCount: 3 });
    const plane = await startPlane(account);
    await steady(plane);
    const zones = instances(plane).map(({ zone }) => zone.slice(-1));
    assert.deepEqual(zones.sort(), ["a", "c", "d"]);
    for (const { tasks } of instances(plane)) assert.equal(tasks.length, 1);
  });

  it("have the CPU architecture of the task definition", async () => {
    const account = new MemoryAccount();
    provider(account);
    onManaged(account, {}, { runtimePlatform: { cpuArchitecture: "ARM64" } });
    const plane = await startPlane(account);
    await steady(plane);
    assert.deepEqual(types(plane), ["t4g.small"]);
  });

  it("are as large as both the requirements and the tasks demand", async () => {
    const account = new MemoryAccount();
    provider(account, { memoryMib: { min: 8192 } });
    onManaged(account, {}, { memory: "4096" });
    const plane = await startPlane(account);
    await steady(plane);
    assert.deepEqual(types(plane), ["t3.large"]);
  });

  it("are not burstable unless the requirements say so", async () => {
    const account = new MemoryAccount();
    provider(account, { burstablePerformance: undefined });
    onManaged(account);
    const plane = await startPlane(account);
    await steady(plane);
    assert.deepEqual(types(plane), ["m6i.large"]);
  });

  it("are not launched if no type is allowed, which is reported once", async () => {
    const account = new MemoryAccount();
    provider(account, { allowedInstanceTypes: ["p5.48xlarge"] });
    onManaged(account);
    const plane = await startPlane(account);
    const said: string[] = [];
    plane.onEvent(({ source, message }) => {
      if (source === "capacity-provider") said.push(message);
    });
    await until(plane, () => said.length > 0);
    account.service("managed", { desiredCount: 2 });
    await until(plane, () => service(plane, "managed").pendingCount === 2);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /^cannot launch instances: .* 256 CPU units and 512 MiB$/);
    assert.equal(instances(plane).length, 0);

    provider(account);
    await steady(plane);
    assert.deepEqual(types(plane), ["t3.small"]);
  });

  it("are terminated once idle for long enough, unless the provider keeps idle ones", async () => {
    const account = new MemoryAccount();
    provider(account, {}, { scaleInAfter: -1 });
    onManaged(account);
    const plane = await startPlane(account);
    await steady(plane);
    const [{ id } = { id: "" }] = instances(plane);

    account.service("managed", { desiredCount: 0 });
    await until(plane, () => instances(plane)[0]?.tasks.length === 0);
    await steady(plane);
    assert.deepEqual(
      instances(plane).map((one) => one.id),
      [id],
    );

    const said: string[] = [];
    plane.onEvent(({ message }) => said.push(message));
    provider(account, {}, { scaleInAfter: 60 });
    await until(plane, () => instances(plane).length === 0);
    assert.ok(said.includes(`terminated ${id}: it was idle for 60 seconds`));
  });

  it("are replaced when someone terminates one that has tasks", async () => {
    const account = new MemoryAccount();
    provider(account);
    onManaged(account);
    const plane = await startPlane(account);
    await steady(plane);
    const [{ id } = { id: "" }] = instances(plane);
    plane.terminateInstance(id);
    await until(plane, () => service(plane, "managed").runningCount === 0);
    await steady(plane);
    assert.equal(instances(plane).length, 1);
    assert.notEqual(instances(plane)[0]?.id, id);
  });

  it("leave a subnet that their provider no longer has once their tasks have moved", async () => {
    const account = new MemoryAccount();
    provider(account, {}, { zones: ["a"] });
    onManaged(account);
    const plane = await startPlane(account);
    await steady(plane);
    provider(account, {}, { zones: ["c"] });
    await until(plane, () => instances(plane).some(({ zone }) => zone.endsWith("c")));
    await until(plane, () => instances(plane).length === 1);
    await steady(plane);
    assert.deepEqual(
      instances(plane).map(({ zone }) => zone.slice(-1)),
      ["c"],
    );
  });

  it("take no task with the launch type EC2", async () => {
    const account = new MemoryAccount();
    provider(account, {}, { scaleInAfter: -1 });
    onManaged(account);
    const plane = await startPlane(account);
    await steady(plane);
    account.service("other", {
      taskDefinition: account.instanceTask("other"),
      launchType: "EC2",
    });
    await until(plane, () =>
      plane
        .status()
        .services.some(({ name, pendingCount }) => name === "other" && pendingCount === 1),
    );
    assert.equal(instances(plane)[0]?.tasks.length, 1);
  });

  it("are terminated with their capacity provider", async () => {
    const account = new MemoryAccount();
    provider(account, {}, { scaleInAfter: -1 });
    onManaged(account);
    const plane = await startPlane(account);
    await steady(plane);
    account.service("managed", { desiredCount: 0 });
    await until(plane, () => instances(plane)[0]?.tasks.length === 0);
    account.remove(PROVIDER, "managed");
    await until(plane, () => instances(plane).length === 0);
  });
});
