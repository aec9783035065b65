import assert from "node:assert/strict";
import fc from "fast-check";
import { PATIENCE_MS } from "../patience";
import { InProcessRuntime } from "./inProcess";
import { MemoryAccount } from "./memoryAccount";
import { active, daemonOn, instances, onInstances, places, said } from "./onInstances";
import {
  endPlanes,
  nginxOnly,
  runningTasks,
  service,
  startPlane,
  steady,
  turns,
  until,
} from "./plane";

const SERVICE = "aws:ecs/service:Service";

describe("Instances", function () {
  this.timeout(PATIENCE_MS);
  afterEach(endPlanes);

  it("scales out for five tasks on t3.micro, which holds one each, and in when they stop", async () => {
    const account = new MemoryAccount();
    account.cluster();
    onInstances(account, { desiredCount: 5 });
    const plane = await startPlane(account);
    let mostWaiting = 0;
    plane.onEvent(() => {
      const { tasks } = service(plane, "nginx");
      const waiting = tasks.filter(({ lastStatus }) => lastStatus === "PROVISIONING");
      mostWaiting = Math.max(mostWaiting, waiting.length);
    });
    await steady(plane);

    assert.ok(mostWaiting > 0);
    assert.match(
      said(plane),
      /\(service nginx\) was unable to place a task because no container instance met all of its requirements\./,
    );
    assert.equal(active(plane).length, 5);
    assert.equal(new Set(places(plane)).size, 5);
    for (const instance of active(plane)) {
      assert.match(instance.id, /^i-[0-9a-f]{17}$/);
      assert.deepEqual(instance.interfaces, { used: 1, free: 0 });
      assert.deepEqual(instance.memory, { used: 128, free: 921 - 128 });
      assert.equal(instance.tasks.length, 1);
    }
    const zones = active(plane).map(({ zone }) => zone.slice(-1));
    assert.deepEqual(zones.sort().join(""), "aaacc");

    account.service("nginx", { desiredCount: 1 });
    await until(plane, () => instances(plane).length === 2);
    await steady(plane);
    const [place] = places(plane);
    assert.ok(instances(plane).some(({ id }) => id === place));
  });

  it("stops at the group's limit and says what is missing until there is room", async () => {
    const account = new MemoryAccount();
    account.cluster({ group: { minSize: 1, maxSize: 2 } });
    onInstances(account, { desiredCount: 3 });
    const plane = await startPlane(account);
    await until(plane, () => service(plane, "nginx").runningCount === 2);
    await until(plane, () => {
      const because = service(plane, "nginx").notSteadyBecause ?? "";
      return /2 of 3 tasks are healthy.*RESOURCE:ENI/.test(because);
    });
    assert.equal(service(plane, "nginx").pendingCount, 1);
    assert.equal(active(plane).length, 2);
    assert.match(said(plane), /closest matching \(container-instance [0-9a-f]{32}\) encountered/);

    account.put("aws:autoscaling/group:Group", "nginx", { maxSize: 3 });
    await steady(plane);
    assert.equal(active(plane).length, 3);
  });

  it("updates tasks on two t3.micro without stalling, with one task fewer when the minimum allows", async () => {
    const account = new MemoryAccount();
    account.cluster({ group: { maxSize: 2 } });
    onInstances(account);
    const plane = await startPlane(account);
    await steady(plane);
    account.service("nginx", { taskDefinition: account.instanceTask("nginx-task") });
    await steady(plane);
    assert.equal(runningTasks(plane, "nginx")[0]?.revision, 2);

    account.service("nginx", { desiredCount: 2, deploymentMinimumHealthyPercent: 50 });
    await steady(plane);
    account.service("nginx", { taskDefinition: account.instanceTask("nginx-task") });
    await steady(plane);
    assert.deepEqual(
      runningTasks(plane, "nginx").map(({ revision }) => revision),
      [3, 3],
    );
    assert.equal(active(plane).length, 2);
  });

  it("packs many tasks onto one instance with trunking", async () => {
    const account = new MemoryAccount();
    account.cluster({ instanceType: "m5.large", trunking: true, group: { maxSize: 2 } });
    onInstances(account, {
      desiredCount: 4,
      orderedPlacementStrategies: [{ type: "binpack", field: "memory" }],
    });
    const plane = await startPlane(account);
    await steady(plane);
    assert.equal(new Set(places(plane)).size, 1);
    const packed = active(plane).find(({ tasks }) => tasks.length > 0);
    assert.deepEqual(packed?.interfaces, { used: 4, free: 6 });
    assert.deepEqual(packed.cpu, { used: 0, free: 2048 });
  });

  it("replaces a terminated instance and its tasks", async () => {
    const account = new MemoryAccount();
    account.cluster();
    onInstances(account, { desiredCount: 2 });
    const plane = await startPlane(account, { runtime: "static" });
    await steady(plane);
    const [victim] = runningTasks(plane, "nginx");
    assert.ok(victim?.pid && victim.instanceId);

    plane.terminateInstance(victim.instanceId);
    await until(plane, () => service(plane, "nginx").runningCount === 1);
    await steady(plane);

    const dead = service(plane, "nginx").tasks.find(({ arn }) => arn === victim.arn);
    assert.equal(dead?.stoppedReason, `Host EC2 (instance ${victim.instanceId}) terminated.`);
    assert.equal(dead.stopCode, "TerminationNotice");
    assert.throws(() => process.kill(victim.pid ?? 0, 0), { code: "ESRCH" });
    assert.equal(places(plane).length, 2);
    assert.ok(!instances(plane).some(({ id }) => id === victim.instanceId));
    assert.throws(() => {
      plane.terminateInstance("i-0");
    }, /There is no instance i-0\./);
  });

  it("moves tasks off an instance before replacing it after its template changed", async () => {
    const account = new MemoryAccount();
    account.cluster({ group: { minSize: 1, instanceRefresh: { strategy: "Rolling" } } });
    onInstances(account);
    const plane = await startPlane(account);
    await steady(plane);
    const [old] = runningTasks(plane, "nginx");
    let fewest = 1;
    plane.onEvent(() => (fewest = Math.min(fewest, service(plane, "nginx").runningCount)));

    account.put("aws:ec2/launchTemplate:LaunchTemplate", "lt-nginx", { instanceType: "t3.small" });
    account.put("aws:autoscaling/group:Group", "nginx", {
      launchTemplate: { id: "lt-nginx", version: "2" },
    });
    await until(plane, () => instances(plane).some(({ status }) => status === "DRAINING"));
    await until(plane, () => !instances(plane).some(({ id }) => id === old?.instanceId));
    await steady(plane);

    assert.equal(fewest, 1);
    assert.deepEqual(
      active(plane).map(({ instanceType }) => instanceType),
      ["t3.small"],
    );
    const moved = service(plane, "nginx").tasks.find(({ arn }) => arn === old?.arn);
    assert.equal(moved?.stopCode, "ServiceSchedulerInitiated");
  });

  it("replaces instances outside their group's subnets, if a change of subnets triggers a refresh", async () => {
    const places = async (triggers?: string[]) => {
      const account = new MemoryAccount();
      const instanceRefresh = { strategy: "Rolling", triggers };
      account.cluster({ group: { minSize: 1, vpcZoneIdentifiers: ["subnet-a"], instanceRefresh } });
      onInstances(account);
      const plane = await startPlane(account);
      await steady(plane);
      account.put("aws:autoscaling/group:Group", "nginx", { vpcZoneIdentifiers: ["subnet-c"] });
      if (triggers) {
        await until(plane, () => active(plane).some(({ zone }) => zone.endsWith("c")));
        await until(plane, () => instances(plane).length === 1);
      }
      await steady(plane);
      return active(plane).map(({ zone }) => zone.slice(-1));
    };
    assert.deepEqual(await places(["vpc_zone_identifier"]), ["c"]);
    assert.deepEqual(await places(), ["a"]);
  });

  it("follows a new desired capacity, and terminates instances with their tasks if draining is disabled", async () => {
    const account = new MemoryAccount();
    account.cluster({
      group: { minSize: 0, desiredCapacity: 2 },
      provider: { managedScaling: { status: "DISABLED" }, managedDraining: "DISABLED" },
    });
    onInstances(account, { desiredCount: 2 });
    const plane = await startPlane(account);
    await steady(plane);
    account.put("aws:autoscaling/group:Group", "nginx", { desiredCapacity: 1 });
    await until(plane, () => instances(plane).length === 1);
    await until(plane, () =>
      service(plane, "nginx").tasks.some(({ stopCode }) => stopCode === "TerminationNotice"),
    );
    await until(plane, () => service(plane, "nginx").pendingCount === 1);
    assert.equal(instances(plane).length, 1);
  });

  it("keeps exactly one daemon task on each instance as instances come and go", async () => {
    const account = new MemoryAccount();
    account.cluster({ group: { desiredCapacity: 2 } });
    daemonOn(account);
    const plane = await startPlane(account);
    await steady(plane);
    const onEach = () => {
      assert.deepEqual(
        places(plane, "daemon").sort(),
        active(plane)
          .map(({ id }) => id)
          .sort(),
      );
    };
    onEach();
    assert.equal(places(plane, "daemon").length, 2);

    account.put("aws:autoscaling/group:Group", "nginx", { minSize: 3 });
    await until(plane, () => places(plane, "daemon").length === 3);
    await steady(plane);
    onEach();

    plane.terminateInstance(active(plane)[0]?.id ?? "");
    await until(plane, () => places(plane, "daemon").length === 2);
    await steady(plane);
    onEach();
    assert.equal(places(plane, "daemon").length, 3);

    account.service("daemon", { taskDefinition: account.instanceTask("daemon") });
    await steady(plane);
    onEach();
    assert.ok(runningTasks(plane, "daemon").every(({ revision }) => revision === 2));

    // Managed scaling ignores daemons: only the minimum is left.
    account.put("aws:autoscaling/group:Group", "nginx", { minSize: 1 });
    await until(plane, () => instances(plane).length === 1);
    await steady(plane);
    onEach();
  });

  it("keeps room for a daemon's task that has yet to start, and adds no instance that it would fill", async () => {
    const account = new MemoryAccount();
    account.cluster({ group: { minSize: 1, maxSize: 3 } });
    onInstances(account, { desiredCount: 1 });
    daemonOn(account);
    const plane = await startPlane(account);
    await until(plane, () => service(plane, "daemon").runningCount === 1);
    await until(plane, () => {
      const because = service(plane, "nginx").notSteadyBecause ?? "";
      return /0 of 1 tasks are healthy.*RESOURCE:ENI/.test(because);
    });
    await turns(100); // enough for managed scaling to run
    assert.equal(instances(plane).length, 1);

    account.put("aws:ec2/launchTemplate:LaunchTemplate", "lt-nginx", { instanceType: "t3.small" });
    plane.terminateInstance(instances(plane)[0]?.id ?? "");
    await until(plane, () => service(plane, "nginx").runningCount === 1);
    await steady(plane);
    assert.deepEqual(places(plane), places(plane, "daemon"));
  });

  it("stops a daemon's task last on an instance that drains", async () => {
    const account = new MemoryAccount();
    const type = { instanceType: "t3.small" };
    account.cluster({ ...type, group: { minSize: 1, instanceRefresh: { strategy: "Rolling" } } });
    onInstances(account);
    daemonOn(account);
    const plane = await startPlane(account);
    await steady(plane);
    const [old] = places(plane);
    const stopping: string[] = [];
    plane.onEvent(({ source, resource, message }) => {
      const here = instances(plane).find(({ id }) => id === old);
      if (source === "task" && message === "DEACTIVATING" && here?.tasks.includes(resource)) {
        stopping.push(resource);
      }
    });
    const [site] = runningTasks(plane, "nginx");
    const [agent] = runningTasks(plane, "daemon");
    account.put("aws:autoscaling/group:Group", "nginx", {
      launchTemplate: { id: "lt-nginx", version: "2" },
    });
    await until(plane, () => instances(plane).every(({ id }) => id !== old));
    await steady(plane);
    assert.deepEqual(stopping, [site?.arn, agent?.arn]);
  });

  it("splits tasks over Fargate and Fargate Spot by base and weight, also when the service scales", async () => {
    const account = new MemoryAccount();
    account.service("web", {
      taskDefinition: account.taskDefinition("web"),
      desiredCount: 5,
      capacityProviderStrategies: [
        { capacityProvider: "FARGATE", weight: 1, base: 1 },
        { capacityProvider: "FARGATE_SPOT", weight: 3, base: 0 },
      ],
    });
    const plane = await startPlane(account);
    const split = () => {
      const tasks = runningTasks(plane, "web");
      assert.ok(tasks.every(({ launchType }) => launchType === "FARGATE"));
      const of = (name: string) =>
        tasks.filter(({ capacityProvider }) => capacityProvider === name).length;
      return [of("FARGATE"), of("FARGATE_SPOT")];
    };
    await steady(plane);
    assert.deepEqual(split(), [2, 3]);
    account.service("web", { desiredCount: 2 });
    await steady(plane);
    assert.deepEqual(split(), [1, 1]);
  });

  it("splits tasks over two groups, each of which grows for its own share", async () => {
    const account = new MemoryAccount();
    account.cluster({ group: { minSize: 0 } });
    account.cluster({ group: { minSize: 0 } }, "spare");
    onInstances(account, {
      desiredCount: 4,
      capacityProviderStrategies: [
        { capacityProvider: "nginx", weight: 1, base: 2 },
        { capacityProvider: "spare", weight: 1, base: 0 },
      ],
    });
    const plane = await startPlane(account);
    await steady(plane);
    const groups = active(plane).map(({ autoScalingGroup }) => autoScalingGroup);
    assert.deepEqual(groups.sort(), ["nginx", "nginx", "nginx", "spare"]);
    for (const { capacityProvider, instanceId } of runningTasks(plane, "nginx")) {
      const instance = instances(plane).find(({ id }) => id === instanceId);
      assert.equal(instance?.capacityProvider, capacityProvider);
    }
  });

  it("spares protected instances with tasks when the group shrinks", async () => {
    const account = new MemoryAccount();
    account.cluster({
      group: { minSize: 0, desiredCapacity: 3 },
      provider: {
        managedScaling: { status: "ENABLED", targetCapacity: 100 },
        managedTerminationProtection: "ENABLED",
      },
    });
    onInstances(account, { desiredCount: 2 });
    const plane = await startPlane(account, { times: { scaleInAfterMs: 60_000 } });
    await steady(plane);
    const before = places(plane).sort();
    account.put("aws:autoscaling/group:Group", "nginx", { maxSize: 1, desiredCapacity: 1 });
    await until(plane, () => instances(plane).length === 2);
    await steady(plane);
    assert.deepEqual(places(plane).sort(), before);
  });

  it("uses the cluster's default strategy for a service without one", async () => {
    const account = new MemoryAccount();
    account.cluster();
    account.put("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "handson", {
      clusterName: "handson",
      capacityProviders: ["nginx"],
      defaultCapacityProviderStrategies: [{ capacityProvider: "nginx", weight: 1 }],
    });
    onInstances(account, { capacityProviderStrategies: [] });
    const plane = await startPlane(account);
    await steady(plane);
    assert.equal(runningTasks(plane, "nginx")[0]?.capacityProvider, "nginx");
  });

  it("keeps the size that managed scaling chose when the group's limits change", async () => {
    const account = new MemoryAccount();
    account.cluster({ group: { minSize: 1 } });
    const group = "aws:autoscaling/group:Group";
    account.put(group, "nginx", {}, { desiredCapacity: 1 });
    onInstances(account, { desiredCount: 3 });
    const plane = await startPlane(account);
    await steady(plane);
    const before = places(plane).sort();
    // The account raises a desired capacity below the new minimum; the stack did not ask for that.
    account.put(group, "nginx", { minSize: 2 }, { desiredCapacity: 2 });
    await steady(plane);
    assert.equal(active(plane).length, 3);
    assert.deepEqual(places(plane).sort(), before);
  });

  it("reports an instance type that it cannot launch", async () => {
    const account = new MemoryAccount();
    const events: string[] = [];
    const plane = await startPlane(account);
    plane.onEvent(({ source, message }) => {
      if (source === "auto-scaling-group") events.push(message);
    });
    account.cluster({ instanceType: "x9.huge" });
    await until(plane, () => events.length > 0);
    assert.match(events[0] ?? "", /cannot launch instances: the lab has no instance type x9\.huge/);
    await steady(plane);
  });

  it("becomes steady without overbooked instances after any mix of changes and terminations", async () => {
    const change = fc.oneof(
      fc.record({ kind: fc.constant("scale"), count: fc.integer({ min: 0, max: 4 }) }),
      fc.record({ kind: fc.constant("limit"), count: fc.integer({ min: 0, max: 3 }) }),
      fc.record({
        kind: fc.constantFrom("terminate", "deploy", "wait"),
        count: fc.nat({ max: 3 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const account = new MemoryAccount();
        // Room for three tasks by memory, one of which is the daemon's.
        account.cluster({ instanceType: "t3.small", group: { minSize: 1 } });
        const taskDefinition = account.instanceTask("nginx-task", { memory: 600 });
        onInstances(account, { desiredCount: 1, taskDefinition });
        daemonOn(account, { taskDefinition: account.instanceTask("daemon", { memory: 500 }) });
        const plane = await startPlane(account);
        const overbooked: string[] = [];
        plane.onEvent(() => {
          for (const { id, cpu, memory, interfaces } of instances(plane)) {
            if (Math.min(cpu.free, memory.free, interfaces.free) < 0) overbooked.push(id);
          }
        });
        let desiredCount = 1;
        for (const { kind, count } of changes) {
          if (kind === "scale") {
            desiredCount = count;
            account.service("nginx", { desiredCount });
          } else if (kind === "limit") {
            account.put("aws:autoscaling/group:Group", "nginx", { minSize: count });
          } else if (kind === "deploy") {
            const next = account.instanceTask("nginx-task", { memory: 600 });
            account.service("nginx", { taskDefinition: next });
          } else if (kind === "terminate") {
            const victim = instances(plane)[count];
            if (victim) plane.terminateInstance(victim.id);
          } else {
            await steady(plane);
          }
        }
        await steady(plane);

        assert.equal(places(plane).length, desiredCount);
        const ids = active(plane).map(({ id }) => id);
        assert.deepEqual(places(plane, "daemon").sort(), ids.sort());
        assert.ok(places(plane).every((id) => ids.includes(id ?? "")));
        assert.deepEqual(overbooked, []);
        await endPlanes();
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });

  it("ends every task and instance when service and group are deleted, in either order", async () => {
    for (const first of ["service", "group"]) {
      const account = new MemoryAccount();
      account.cluster();
      const arn = onInstances(account, { desiredCount: 2 });
      const runtime = new InProcessRuntime(nginxOnly);
      const plane = await startPlane(account, { runtime });
      await steady(plane);
      assert.equal(runtime.addresses.length, 2);
      const removals = [
        () => {
          account.remove(SERVICE, arn);
        },
        () => {
          account.remove("aws:autoscaling/group:Group", "nginx");
        },
      ];
      for (const remove of first === "group" ? removals.reverse() : removals) remove();
      await until(plane, () => {
        const { services, instances } = plane.status();
        return services.length + instances.length === 0;
      });
      assert.deepEqual(runtime.addresses, []);
    }
  });
});
