import type { AccountView } from "../../../account/record";
import type { Report } from "../../dataplane/events";
import { Alarm } from "../alarm";
import { isAllowed, place, type PlacementConstraint } from "../ecs/placement";
import type { InstanceStatus } from "../ecs/status";
import {
  CAPACITY_TYPES,
  designOf,
  providerOf,
  toGroup,
  zonesOf,
  type AutoScalingGroup,
  type GroupProvider,
} from "./capacityRecords";
import { Instance, type Daemon, type PlacementRequest } from "./instance";
import {
  capacityProviderReservation,
  desiredInstances,
  instancesNeeded,
  minus,
  type WaitingTask,
} from "./managedScaling";

/** What the instances need around them. All times in milliseconds. */
export interface InstancesOptions {
  readonly account: AccountView;
  /** From an instance's launch to its registration with its cluster. */
  readonly warmUpMs: number;
  /** How long a group must have more instances than its tasks need before it shrinks. */
  readonly scaleInAfterMs: number;
  /** Tasks of all services that wait for an instance. */
  readonly waiting: () => readonly PlacementRequest[];
  /** The daemons of all clusters. */
  readonly daemons: () => readonly Daemon[];
  readonly report: Report;
  /** Called when there may be room for tasks, or an instance with tasks drains. */
  readonly onChange: () => void;
}

/** A task's place on an instance, until it is given back. */
export interface Place {
  readonly instanceId: string;
  /** Whether the instance is about to leave. */
  readonly isDraining: () => boolean;
  /** To be called when the task has ended; again is harmless. */
  readonly release: () => void;
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
    const daemons = request.isDaemon ? [] : this.options.daemons();
    const candidates = this.instances
      .filter((instance) => this.isMeant(instance, request))
      .map((instance) => ({
        ...instance.asCandidate(request.serviceArn),
        free: instance.freeBeside(daemons),
      }));
    const answer = place(request, candidates);
    if ("because" in answer) return answer;
    const instance = this.find(answer.id);
    instance.tasks.set(request.taskArn, request);
    return {
      instanceId: instance.id,
      // A daemon's task is the last to stop.
      isDraining: () => instance.status === "DRAINING" && !(request.isDaemon && instance.isBusy),
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
      .filter((instance) => isAllowed(instance.asCandidate(""), constraints))
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
      const provider = this.groups.get(instance.groupKey)?.provider;
      return instance.toStatus({
        autoScalingGroup: this.groupName(instance),
        ...(provider === undefined ? {} : { capacityProvider: provider.name }),
      });
    });
  }

  /** Forgets all instances; their tasks must have ended. */
  close(): void {
    this.isClosed = true;
    clearImmediate(this.scheduled);
    this.alarm.off();
    for (const instance of this.instances) instance.end();
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
    const room = this.options
      .daemons()
      .filter(({ clusterName }) => clusterName === design.clusterName)
      .reduce((free, { size }) => minus(free, size), design.resources);
    const needed = instancesNeeded(staying.filter(({ isBusy }) => isBusy).length, waiting, room);
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
      .filter((instance) => !isProtected || !instance.isBusy)
      // Idle ones first, then the oldest.
      .sort((one, other) => Number(one.isBusy) - Number(other.isBusy))
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
    const zone = this.emptiestZone(view);
    const instance = new Instance(view.key, zone, design, warmUpMs, () => {
      const { cpu, memory, interfaces } = design.resources;
      this.say(
        view.name,
        `${instance.id} registered with cluster ${design.clusterName}: ${cpu} CPU units, ` +
          `${memory} MiB, ${interfaces} network interfaces for tasks`,
      );
      onChange();
      this.wake();
    });
    this.instances.push(instance);
    this.say(view.name, `launched ${instance.id}, a simulated ${design.instanceType} in ${zone}`);
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
    this.instances = this.instances.filter((one) => one !== instance);
    this.say(this.groupName(instance), `terminated ${instance.id}: ${why}`);
    instance.end();
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
