import { randomBytes } from "node:crypto";
import type { AccountView } from "../account/record";
import type { Report } from "../dataplane/events";
import { Alarm } from "./alarm";
import {
  CAPACITY_TYPES,
  designOf,
  providerOf,
  toGroup,
  zonesOf,
  type AutoScalingGroup,
  type GroupProvider,
  type InstanceDesign,
} from "./capacityRecords";
import {
  capacityProviderReservation,
  desiredInstances,
  instancesNeeded,
  minus,
  type WaitingTask,
} from "./managedScaling";
import {
  isAllowed,
  place,
  type Candidate,
  type PlacementConstraint,
  type PlacementQuestion,
  type Resources,
} from "./placement";
import type { InstanceStatus } from "./status";

/** What the instances need around them. All times in milliseconds. */
export interface InstancesOptions {
  readonly account: AccountView;
  /** From an instance's launch to its registration with its cluster. */
  readonly warmUpMs: number;
  /** How long a group must have more instances than its tasks need before it shrinks. */
  readonly scaleInAfterMs: number;
  /** Tasks of all services that wait for an instance. */
  readonly waiting: () => readonly PlacementRequest[];
  readonly report: Report;
  /** Called when there may be room for tasks, or an instance with tasks drains. */
  readonly onChange: () => void;
}

/** A task that looks for an instance. */
export interface PlacementRequest extends PlacementQuestion {
  readonly taskArn: string;
  readonly serviceArn: string;
  readonly clusterName: string;
  /** Only instances of this provider's group. @default any instance of the cluster */
  readonly capacityProvider?: string;
  /** Only this instance. @default any */
  readonly instanceId?: string;
  /** Whether it is a daemon's: managed scaling reckons without those. */
  readonly isDaemon: boolean;
  /** Called when the instance is terminated under the task. */
  readonly onLost: (reason: string) => void;
}

/** A task's place on an instance, until it is given back. */
export interface Place {
  readonly instanceId: string;
  /** Whether the instance is about to leave. */
  readonly isDraining: () => boolean;
  /** To be called when the task has ended; again is harmless. */
  readonly release: () => void;
}

interface Instance {
  readonly id: string;
  readonly containerInstanceId: string;
  readonly groupKey: string;
  readonly zone: string;
  readonly design: InstanceDesign;
  status: InstanceStatus["status"];
  readonly tasks: Map<string, PlacementRequest>;
  warmUp: NodeJS.Timeout | undefined;
}

interface Group {
  view: AutoScalingGroup;
  provider: GroupProvider | undefined;
  desired: number;
  /** Since when fewer instances would do; undefined while they would not. */
  surplusSince: number | undefined;
  /** Why it cannot launch, as last reported. */
  problem: string | undefined;
}

/**
 * The container instances of all Auto Scaling groups: simulated, for the lab has one machine, but
 * with the room, the zones and the life of real ones. Tasks on them are the same processes as
 * on Fargate. A group's size is kept here: the account records only what stacks ask for.
 * Source: EC2 Auto Scaling user guide; ECS developer guide, "Amazon ECS cluster auto scaling" and
 * "Safely stop Amazon ECS workloads running on EC2 instances".
 */
export class Instances {
  private readonly groups = new Map<string, Group>();
  private instances: Instance[] = [];
  private scheduled: NodeJS.Immediate | undefined;
  private isClosed = false;
  private readonly alarm = new Alarm(() => {
    this.wake();
  });

  constructor(private readonly options: InstancesOptions) {}

  /** Follows the account. */
  sync(): void {
    const { account } = this.options;
    const views = account.list(CAPACITY_TYPES.group).map(toGroup);
    for (const key of this.groups.keys()) {
      if (views.some((view) => view.key === key)) continue;
      for (const instance of this.of(key)) this.remove(instance, "its group was deleted");
      this.groups.delete(key);
    }
    for (const view of views) {
      const group = this.groups.get(view.key);
      const provider = providerOf(account, view);
      const first = view.desiredCapacity ?? view.minSize;
      if (group === undefined) {
        const desired = within(first, view);
        this.groups.set(view.key, {
          view,
          provider,
          desired,
          surplusSince: undefined,
          problem: undefined,
        });
        continue;
      }
      // Only a change of what the stack asks for undoes what managed scaling chose.
      const isNew = view.asked !== undefined && view.asked !== group.view.asked;
      group.desired = within(isNew ? first : group.desired, view);
      group.view = view;
      group.provider = provider;
    }
    this.wake();
  }

  /** Looks soon at groups and waiting tasks; to be called whenever tasks changed. */
  wake(): void {
    if (this.isClosed) return;
    this.scheduled ??= setImmediate(() => {
      this.scheduled = undefined;
      for (const instance of this.instances) {
        const isDrained = instance.status === "DRAINING" && instance.tasks.size === 0;
        if (isDrained) this.remove(instance, "it has drained");
      }
      for (const group of this.groups.values()) {
        this.chooseDesired(group);
        this.refresh(group);
        this.adjust(group);
      }
    });
  }

  /** Finds a task its instance and reserves its room there, or tells why not in ECS's words. */
  place(request: PlacementRequest): Place | { readonly because: string } {
    const candidates = this.instances
      .filter((instance) => this.isMeant(instance, request))
      .map((instance) => this.candidate(instance, request.serviceArn));
    const answer = place(request, candidates);
    if ("because" in answer) return answer;
    const instance = this.find(answer.id);
    instance.tasks.set(request.taskArn, request);
    return {
      instanceId: instance.id,
      isDraining: () => instance.status === "DRAINING",
      release: () => {
        if (!instance.tasks.delete(request.taskArn)) return;
        this.options.onChange();
        this.wake();
      },
    };
  }

  /** Ids of a cluster's active instances that satisfy constraints: where a daemon runs. */
  active(clusterName: string, constraints: readonly PlacementConstraint[]): string[] {
    return this.instances
      .filter(({ status, design }) => status === "ACTIVE" && design.clusterName === clusterName)
      .filter((instance) => isAllowed(this.candidate(instance, ""), constraints))
      .map(({ id }) => id);
  }

  /**
   * Ends an instance as `aws ec2 terminate-instances` does: its tasks die with it, and its group
   * launches another.
   * @throws {Error} when there is no such instance
   */
  terminate(instanceId: string): void {
    this.remove(this.find(instanceId), "somebody terminated it");
    this.wake();
  }

  /** The group whose instances have not all registered yet, in words; undefined if there is none. */
  notSteadyBecause(): string | undefined {
    for (const { view, desired, problem } of this.groups.values()) {
      const ready = this.of(view.key).filter(({ status }) => status === "ACTIVE").length;
      if (ready < desired && problem === undefined) {
        return `${view.name}: ${ready} of ${desired} instances are registered`;
      }
    }
    return undefined;
  }

  status(): InstanceStatus[] {
    return this.instances.map((instance) => {
      const { design } = instance;
      const group = this.groups.get(instance.groupKey);
      const free = freeOf(instance);
      const used = minus(design.resources, free);
      return {
        id: instance.id,
        containerInstanceId: instance.containerInstanceId,
        autoScalingGroup: group?.view.name ?? instance.groupKey,
        ...(group?.provider === undefined ? {} : { capacityProvider: group.provider.name }),
        cluster: design.clusterName,
        instanceType: design.instanceType,
        zone: instance.zone,
        status: instance.status,
        cpu: { used: used.cpu, free: free.cpu },
        memory: { used: used.memory, free: free.memory },
        interfaces: { used: used.interfaces, free: free.interfaces },
        tasks: [...instance.tasks.keys()],
      };
    });
  }

  /** Forgets all instances; their tasks must have ended. */
  close(): void {
    this.isClosed = true;
    clearImmediate(this.scheduled);
    this.alarm.off();
    for (const { warmUp } of this.instances) clearTimeout(warmUp);
    this.instances = [];
  }

  /** Managed scaling: grows at once, shrinks when the surplus has lasted. */
  private chooseDesired(group: Group): void {
    const { view, provider } = group;
    const design = designOf(this.options.account, view);
    if (provider?.managedScaling === undefined || typeof design === "string") return;
    const waiting = this.options
      .waiting()
      .filter(({ capacityProvider }) => capacityProvider === provider.name)
      .map(({ size, constraints }): WaitingTask => ({
        size,
        distinct: constraints.some(({ type }) => type === "distinctInstance"),
      }));
    const staying = this.of(view.key).filter(({ status }) => status !== "DRAINING");
    const needed = instancesNeeded(staying.filter(isBusy).length, waiting, design.resources);
    const desired = desiredInstances(needed, group.desired, view, provider.managedScaling);
    if (desired >= group.desired) group.surplusSince = undefined;
    else if (!this.surplusIsOld(group)) return;
    if (desired === group.desired) return;
    const reservation = capacityProviderReservation(needed, staying.length);
    this.say(
      view.name,
      `managed scaling of ${provider.name} sets the desired capacity from ${group.desired} to ` +
        `${desired} (CapacityProviderReservation ${Math.round(reservation)} %)`,
    );
    group.desired = desired;
    group.surplusSince = undefined;
  }

  private surplusIsOld(group: Group): boolean {
    group.surplusSince ??= Date.now();
    const leftMs = group.surplusSince + this.options.scaleInAfterMs - Date.now();
    if (leftMs > 0) this.alarm.in(leftMs);
    return leftMs <= 0;
  }

  /** Instance refresh: instances of an old template leave one after the other. */
  private refresh({ view, provider }: Group): void {
    const design = designOf(this.options.account, view);
    if (view.instanceRefresh == null || typeof design === "string") return;
    const all = this.of(view.key);
    if (all.some(({ status }) => status !== "ACTIVE")) return;
    const outdated = all.find((one) => one.design.fingerprint !== design.fingerprint);
    if (outdated) this.retire(outdated, provider, "the instance refresh replaces it");
  }

  /** Launches and ends instances until there are as many as the group wants. */
  private adjust(group: Group): void {
    const { view, provider } = group;
    const staying = this.of(view.key).filter(({ status }) => status !== "DRAINING");
    for (let count = staying.length; count < group.desired; count++) {
      if (!this.launch(group)) return;
    }
    const surplus = staying.length - group.desired;
    if (surplus <= 0) return;
    const isProtected = provider?.managedTerminationProtection ?? false;
    const leaving = staying
      .filter((instance) => !isProtected || !isBusy(instance))
      // Idle ones first, then the oldest.
      .sort((one, other) => Number(isBusy(one)) - Number(isBusy(other)))
      .slice(0, surplus);
    for (const instance of leaving) this.retire(instance, provider, "its group shrinks");
  }

  private launch(group: Group): boolean {
    const { account, warmUpMs, onChange } = this.options;
    const { view } = group;
    const design = designOf(account, view);
    if (typeof design === "string") {
      if (group.problem !== design) this.say(view.name, `cannot launch instances: ${design}`);
      group.problem = design;
      return false;
    }
    group.problem = undefined;
    const instance: Instance = {
      id: `i-0${randomBytes(8).toString("hex")}`,
      containerInstanceId: randomBytes(16).toString("hex"),
      groupKey: view.key,
      zone: this.emptiestZone(view),
      design,
      status: "REGISTERING",
      tasks: new Map(),
      warmUp: setTimeout(() => {
        instance.status = "ACTIVE";
        this.say(
          view.name,
          `${instance.id} registered with cluster ${design.clusterName}: ` +
            `${design.resources.cpu} CPU units, ${design.resources.memory} MiB, ` +
            `${design.resources.interfaces} network interfaces for tasks`,
        );
        onChange();
        this.wake();
      }, warmUpMs),
    };
    this.instances.push(instance);
    this.say(
      view.name,
      `launched ${instance.id}, a simulated ${design.instanceType} in ${instance.zone}`,
    );
    return true;
  }

  /** The zone with the fewest instances of the group, as Auto Scaling balances them. */
  private emptiestZone(view: AutoScalingGroup): string {
    const zones = zonesOf(this.options.account, view);
    const count = (zone: string) => this.of(view.key).filter((one) => one.zone === zone).length;
    return zones.sort((one, other) => count(one) - count(other))[0] ?? "no-zone";
  }

  /** Lets an instance go: with managed draining once its tasks have moved, otherwise at once. */
  private retire(instance: Instance, provider: GroupProvider | undefined, why: string): void {
    const drains = (provider?.managedDraining ?? false) && instance.tasks.size > 0;
    if (!drains) {
      this.remove(instance, why);
      return;
    }
    instance.status = "DRAINING";
    this.say(this.groupName(instance), `${instance.id} drains: ${why}`);
    this.options.onChange();
  }

  /** Ends an instance and with it the tasks that it still has. */
  private remove(instance: Instance, why: string): void {
    clearTimeout(instance.warmUp);
    this.instances = this.instances.filter((one) => one !== instance);
    this.say(this.groupName(instance), `terminated ${instance.id}: ${why}`);
    for (const { onLost } of [...instance.tasks.values()]) {
      onLost(`Host EC2 (instance ${instance.id}) terminated.`);
    }
    this.options.onChange();
  }

  private isMeant(instance: Instance, request: PlacementRequest): boolean {
    const { clusterName, capacityProvider, instanceId } = request;
    return (
      instance.status === "ACTIVE" &&
      instance.design.clusterName === clusterName &&
      (instanceId === undefined || instance.id === instanceId) &&
      (capacityProvider === undefined ||
        this.groups.get(instance.groupKey)?.provider?.name === capacityProvider)
    );
  }

  private candidate(instance: Instance, serviceArn: string): Candidate {
    const { id, containerInstanceId, zone, design, tasks } = instance;
    return {
      id,
      containerInstanceId,
      attributes: {
        "ecs.availability-zone": zone,
        "ecs.instance-type": design.instanceType,
        "ecs.cpu-architecture": design.architecture,
        "ecs.os-type": "linux",
      },
      free: freeOf(instance),
      tasksOfService: [...tasks.values()].filter((task) => task.serviceArn === serviceArn).length,
    };
  }

  private of(groupKey: string): Instance[] {
    return this.instances.filter((instance) => instance.groupKey === groupKey);
  }

  private find(id: string): Instance {
    const instance = this.instances.find((one) => one.id === id);
    if (instance !== undefined) return instance;
    throw new Error(`There is no instance ${id}. Look at those that run: lab status`);
  }

  private groupName({ groupKey }: Instance): string {
    return this.groups.get(groupKey)?.view.name ?? groupKey;
  }

  private say(resource: string, message: string): void {
    this.options.report({ source: "auto-scaling-group", resource, message });
  }
}

function within(desired: number, { minSize, maxSize }: AutoScalingGroup): number {
  return Math.min(Math.max(desired, minSize), maxSize);
}

/** Whether it runs more than daemons. */
function isBusy({ tasks }: Instance): boolean {
  return [...tasks.values()].some(({ isDaemon }) => !isDaemon);
}

function freeOf({ design, tasks }: Instance): Resources {
  return [...tasks.values()].reduce((free, { size }) => minus(free, size), design.resources);
}
