import {
  designOf,
  providerOf,
  zonesOf,
  type AutoScalingGroup,
  type GroupProvider,
} from "./capacityRecords";
import type { Instance, PlacementRequest } from "./instance";
import { type InstanceSource, launchInstance, type SourceOptions } from "./instanceSource";
import {
  capacityProviderReservation,
  desiredInstances,
  instancesNeeded,
  minus,
  type WaitingTask,
} from "./managedScaling";

/**
 * One simulated Auto Scaling group: launches and ends its instances, and chooses their number if a capacity provider
 * manages its scaling. The present size is kept here, since the account only records what stacks set. Source: EC2 Auto
 * Scaling user guide; ECS developer guide, "Amazon ECS cluster auto scaling".
 */
export class InstanceGroup implements InstanceSource {
  private managedBy: GroupProvider | undefined;
  private desired: number;
  /** Since when fewer instances have been enough; undefined while they are not. */
  private surplusSince: number | undefined;
  /** Why it cannot launch, as last reported. */
  private problem: string | undefined;

  constructor(
    private view: AutoScalingGroup,
    private readonly options: SourceOptions,
  ) {
    this.managedBy = providerOf(options.account, view);
    this.desired = within(sizeOf(view), view);
  }

  get name(): string {
    return this.view.name;
  }

  get capacityProvider(): string | undefined {
    return this.managedBy?.name;
  }

  get autoScalingGroup(): string {
    return this.view.name;
  }

  takes(_instance: Instance, { capacityProvider }: PlacementRequest): boolean {
    return capacityProvider === undefined || capacityProvider === this.capacityProvider;
  }

  /** Applies the changed record. */
  update(view: AutoScalingGroup): void {
    // Only a change by the stack overrides the size that managed scaling chose.
    const isNew = view.asked !== undefined && view.asked !== this.view.asked;
    this.desired = within(isNew ? sizeOf(view) : this.desired, view);
    this.view = view;
    this.managedBy = providerOf(this.options.account, view);
  }

  reconcile(): void {
    this.scale();
    this.refresh();
    this.adjust();
  }

  notSteadyBecause(): string | undefined {
    const ready = this.instances.filter(({ status }) => status === "ACTIVE").length;
    if (ready >= this.desired || this.problem !== undefined) return undefined;
    return `${this.name}: ${ready} of ${this.desired} instances are registered`;
  }

  terminate(instance: Instance, why: string): void {
    this.options.fleet.remove(instance);
    this.say(`terminated ${instance.id}: ${why}`);
    instance.end();
    this.options.onChange();
  }

  close(): void {
    for (const instance of this.instances) this.terminate(instance, "its group was deleted");
  }

  private get instances(): Instance[] {
    return this.options.fleet.of(this.view.key);
  }

  private get staying(): Instance[] {
    return this.instances.filter(({ status }) => status !== "DRAINING");
  }

  /** Managed scaling: grows at once, shrinks after a surplus has lasted. */
  private scale(): void {
    const { account, daemons } = this.options;
    const { managedBy: provider, view } = this;
    const design = designOf(account, view);
    if (provider?.managedScaling === undefined || typeof design === "string") return;
    const { staying } = this;
    const room = daemons()
      .filter(({ clusterName }) => clusterName === design.clusterName)
      .reduce((free, { size }) => minus(free, size), design.resources);
    const busy = staying.filter(({ isBusy }) => isBusy).length;
    const needed = instancesNeeded(busy, this.waitingFor(provider), room);
    const desired = desiredInstances(needed, this.desired, view, provider.managedScaling);
    if (desired >= this.desired) this.surplusSince = undefined;
    else if (!this.isSurplusOld()) return;
    if (desired === this.desired) return;
    const reservation = capacityProviderReservation(needed, staying.length);
    this.say(
      `managed scaling of ${provider.name} sets the desired capacity from ${this.desired} to ` +
        `${desired} (CapacityProviderReservation ${Math.round(reservation)} %)`,
    );
    this.desired = desired;
    this.surplusSince = undefined;
  }

  private waitingFor(provider: GroupProvider): WaitingTask[] {
    return this.options
      .waiting()
      .filter(({ capacityProvider }) => capacityProvider === provider.name)
      .map(({ size, constraints }) => ({
        size,
        distinct: constraints.some(({ type }) => type === "distinctInstance"),
      }));
  }

  private isSurplusOld(): boolean {
    this.surplusSince ??= Date.now();
    const leftMs = this.surplusSince + this.options.pace.now.scaleInAfterMs - Date.now();
    if (leftMs > 0) this.options.wakeIn(leftMs);
    return leftMs <= 0;
  }

  /** Instance refresh: replaces instances of an old template one at a time. */
  private refresh(): void {
    const { instances, view } = this;
    const design = designOf(this.options.account, view);
    if (view.instanceRefresh == null || typeof design === "string") return;
    if (instances.some(({ status }) => status !== "ACTIVE")) return;
    const outdated = instances.find((one) => one.design.fingerprint !== design.fingerprint);
    if (outdated) this.retire(outdated, "the instance refresh replaces it");
  }

  /** Launches and ends instances until the group has its desired capacity. */
  private adjust(): void {
    const { staying } = this;
    for (let count = staying.length; count < this.desired; count++) {
      if (!this.launch()) return;
    }
    const surplus = staying.length - this.desired;
    if (surplus <= 0) return;
    const isProtected = this.managedBy?.managedTerminationProtection ?? false;
    const leaving = staying
      .filter((instance) => !isProtected || !instance.isBusy)
      // Idle ones first, then the oldest.
      .sort((one, other) => Number(one.isBusy) - Number(other.isBusy))
      .slice(0, surplus);
    for (const instance of leaving) this.retire(instance, "its group scaled in");
  }

  private launch(): boolean {
    const design = designOf(this.options.account, this.view);
    if (typeof design === "string") {
      if (this.problem !== design) this.say(`cannot launch instances: ${design}`);
      this.problem = design;
      return false;
    }
    this.problem = undefined;
    const what = { key: this.view.key, zone: this.emptiestZone(), design };
    launchInstance(this.options, what, (message) => {
      this.say(message);
    });
    return true;
  }

  /** The zone with the fewest instances of the group, as Auto Scaling balances them. */
  private emptiestZone(): string {
    const zones = zonesOf(this.options.account, this.view);
    const count = (zone: string) => this.instances.filter((one) => one.zone === zone).length;
    return zones.sort((one, other) => count(one) - count(other))[0] ?? "no-zone";
  }

  /** Lets an instance go: with managed draining once its tasks have moved, otherwise at once. */
  private retire(instance: Instance, why: string): void {
    const drains = (this.managedBy?.managedDraining ?? false) && instance.tasks.size > 0;
    if (!drains) {
      this.terminate(instance, why);
      return;
    }
    instance.status = "DRAINING";
    this.say(`${instance.id} drains: ${why}`);
    this.options.onChange();
  }

  private say(message: string): void {
    this.options.report({ source: "auto-scaling-group", resource: this.name, message });
  }
}

/** The initial size, from the record. */
const sizeOf = ({ desiredCapacity, minSize }: AutoScalingGroup): number =>
  desiredCapacity ?? minSize;

function within(desired: number, { minSize, maxSize }: AutoScalingGroup): number {
  return Math.min(Math.max(desired, minSize), maxSize);
}
