import { CAPACITY_TYPES, type InstanceDesign } from "./capacityRecords";
import type { Instance, PlacementRequest } from "./instance";
import { type InstanceSource, launchInstance, type SourceOptions } from "./instanceSource";
import { designsOf, type ManagedProvider } from "./managedRecords";
import { fits, minus } from "./managedScaling";

/** How long an Auto Scaling group's surplus lasts on AWS before it scales in; the lab's pace is relative to it. */
const groupScaleInMs = 15 * 60_000;

/**
 * The simulated instances of one capacity provider of Amazon ECS Managed Instances: launched for waiting tasks, of the
 * cheapest type that holds them, spread over the zones of its subnets, and ended when they have been idle.
 *
 * Not simulated: moving tasks off instances that are too large for them, and draining each instance after 14 days.
 *
 * Source: ECS developer guide, "Amazon ECS Managed Instances auto scaling and task placement", "Amazon ECS Managed
 * Instances infrastructure optimization".
 */
export class ManagedInstances implements InstanceSource {
  readonly autoScalingGroup = undefined;
  /** Tasks for which an instance was launched that has not registered yet. */
  private readonly planned = new Map<string, Instance>();
  private readonly idleSince = new Map<string, number>();
  /** Why it cannot launch, as last reported. */
  private problem: string | undefined;

  constructor(
    private view: ManagedProvider,
    private readonly options: SourceOptions,
  ) {}

  get name(): string {
    return this.view.name;
  }

  get capacityProvider(): string {
    return this.view.name;
  }

  /** Applies the changed record to instances launched from now on. */
  update(view: ManagedProvider): void {
    this.view = view;
  }

  /** A task only takes the instance that was launched for it, if there is one. */
  takes(instance: Instance, request: PlacementRequest): boolean {
    const own = this.planned.get(request.taskArn);
    return (
      request.capacityProvider === this.name &&
      (own === undefined || own === instance) &&
      hasArchitecture(instance.design, request)
    );
  }

  reconcile(): void {
    this.forgetPlans();
    this.launchForWaiting();
    this.leaveForeignZones();
    this.endIdle();
  }

  notSteadyBecause(): string | undefined {
    const coming = this.instances.filter(({ status }) => status === "REGISTERING").length;
    return coming === 0 ? undefined : `${this.name}: ${coming} instances are registering`;
  }

  terminate(instance: Instance, why: string): void {
    this.options.fleet.remove(instance);
    this.idleSince.delete(instance.id);
    this.say(`terminated ${instance.id}: ${why}`);
    instance.end();
    this.options.onChange();
  }

  close(): void {
    for (const instance of this.instances) {
      this.terminate(instance, "its capacity provider was deleted");
    }
  }

  private get instances(): Instance[] {
    return this.options.fleet.of(this.view.key);
  }

  /** Forgets plans for tasks that have been placed or are gone, and for instances that are gone. */
  private forgetPlans(): void {
    const waiting = new Set(this.options.waiting().map(({ taskArn }) => taskArn));
    const { instances } = this;
    for (const [taskArn, instance] of this.planned) {
      if (!waiting.has(taskArn) || !instances.includes(instance)) this.planned.delete(taskArn);
    }
  }

  private launchForWaiting(): void {
    const byZone = new Map<string, PlacementRequest[]>();
    for (const request of this.withoutPlace()) {
      const zone = this.zoneFor(request, byZone);
      const coming = this.instances.find((one) => one.zone === zone && this.mayPlan(one, request));
      if (coming) this.planned.set(request.taskArn, coming);
      else byZone.set(zone, [...(byZone.get(zone) ?? []), request]);
    }
    let problem: string | undefined;
    for (const [zone, requests] of byZone) problem = this.launchFor(requests, zone) ?? problem;
    if (problem !== undefined && problem !== this.problem) this.say(problem);
    this.problem = problem;
  }

  /** Waiting tasks that have neither an instance being launched nor capacity on an existing one. */
  private withoutPlace(): PlacementRequest[] {
    const room = this.instances
      .filter(({ status }) => status === "ACTIVE")
      .map((instance) => ({ instance, free: instance.free }));
    return this.options
      .waiting()
      .filter(
        ({ capacityProvider, taskArn }) =>
          capacityProvider === this.name && !this.planned.has(taskArn),
      )
      .filter((request) => {
        const place = room.find(
          ({ instance, free }) =>
            fits(request.size, free) && this.takes(instance, request) && isApart(instance, request),
        );
        if (place) place.free = minus(place.free, request.size);
        return place === undefined;
      });
  }

  /** Whether an instance that has not registered yet has capacity for one more task. */
  private mayPlan(instance: Instance, request: PlacementRequest): boolean {
    if (instance.status !== "REGISTERING" || isDistinct(request)) return false;
    const taken = this.options
      .waiting()
      .filter(({ taskArn }) => this.planned.get(taskArn) === instance);
    const free = taken.reduce((left, { size }) => minus(left, size), instance.design.resources);
    return hasArchitecture(instance.design, request) && fits(request.size, free);
  }

  /** The zone with the fewest tasks of the service; among equals, the one with the fewest instances. */
  private zoneFor(request: PlacementRequest, byZone: ReadonlyMap<string, PlacementRequest[]>) {
    const { serviceArn } = request;
    const ofService = (requests: readonly PlacementRequest[]) =>
      requests.filter((one) => one.serviceArn === serviceArn).length;
    const waiting = this.options.waiting();
    const tasksIn = (zone: string) =>
      this.instances
        .filter((instance) => instance.zone === zone)
        .map((instance) => {
          const coming = waiting.filter(({ taskArn }) => this.planned.get(taskArn) === instance);
          return ofService([...instance.tasks.values(), ...coming]);
        })
        .reduce((sum, count) => sum + count, ofService(byZone.get(zone) ?? []));
    const instancesIn = (zone: string) => this.instances.filter((one) => one.zone === zone).length;
    const [zone = "no-zone"] = this.zones.sort(
      (one, other) => tasksIn(one) - tasksIn(other) || instancesIn(one) - instancesIn(other),
    );
    return zone;
  }

  private get zones(): string[] {
    return this.view.subnets.flatMap((id) => {
      const zone = this.options.account.get(CAPACITY_TYPES.subnet, id)?.outputs.availabilityZone;
      return typeof zone === "string" ? zone : [];
    });
  }

  /** Launches as many instances in a zone as the tasks need. Returns why it cannot, if so. */
  private launchFor(requests: readonly PlacementRequest[], zone: string): string | undefined {
    let [first, ...left] = requests;
    while (first !== undefined) {
      const chosen = choose(this.view, first, left);
      if (chosen === undefined) {
        const { cpu, memory } = first.size;
        return (
          "cannot launch instances: none of the lab's instance types that it allows has room for a task of " +
          `${cpu} CPU units and ${memory} MiB`
        );
      }
      const instance = this.launch(chosen.design, zone);
      for (const { taskArn } of chosen.tasks) this.planned.set(taskArn, instance);
      [first, ...left] = left.filter((request) => !chosen.tasks.includes(request));
    }
    return undefined;
  }

  private launch(design: InstanceDesign, zone: string): Instance {
    return launchInstance(this.options, { key: this.view.key, zone, design }, (message) => {
      this.say(message);
    });
  }

  /** Drains and ends instances in subnets that are no longer the provider's. */
  private leaveForeignZones(): void {
    const { zones } = this;
    for (const instance of this.instances) {
      if (instance.status === "DRAINING" || zones.includes(instance.zone)) continue;
      if (instance.tasks.size === 0) {
        this.terminate(instance, "its subnet is no longer the capacity provider's");
        continue;
      }
      instance.status = "DRAINING";
      this.say(`${instance.id} drains: its subnet is no longer the capacity provider's`);
      this.options.onChange();
    }
  }

  private endIdle(): void {
    const { pace, wakeIn } = this.options;
    const awaited = new Set(this.planned.values());
    const { scaleInAfter } = this.view;
    for (const instance of this.instances) {
      const isIdle =
        instance.status === "ACTIVE" && instance.tasks.size === 0 && !awaited.has(instance);
      if (!isIdle || scaleInAfter < 0) {
        this.idleSince.delete(instance.id);
        continue;
      }
      const since = this.idleSince.get(instance.id) ?? Date.now();
      this.idleSince.set(instance.id, since);
      // Faster than AWS by the same factor as a group's scale-in.
      const delayMs = (scaleInAfter * 1000 * pace.now.scaleInAfterMs) / groupScaleInMs;
      const leftMs = since + delayMs - Date.now();
      if (leftMs > 0) wakeIn(leftMs);
      else this.terminate(instance, `it was idle for ${scaleInAfter} seconds`);
    }
  }

  private say(message: string): void {
    this.options.report({ source: "capacity-provider", resource: this.name, message });
  }
}

/** The cheapest design that holds the first task and the most others, with the tasks that it holds. */
function choose(
  view: ManagedProvider,
  first: PlacementRequest,
  others: readonly PlacementRequest[],
): { design: InstanceDesign; tasks: PlacementRequest[] } | undefined {
  let best: { design: InstanceDesign; tasks: PlacementRequest[] } | undefined;
  for (const design of designsOf(view, first.architecture)) {
    if (!fits(first.size, design.resources)) continue;
    let free = minus(design.resources, first.size);
    const tasks = [first];
    for (const request of isDistinct(first) ? [] : others) {
      if (isDistinct(request) || !hasArchitecture(design, request) || !fits(request.size, free)) {
        continue;
      }
      free = minus(free, request.size);
      tasks.push(request);
    }
    if (best === undefined || tasks.length > best.tasks.length) best = { design, tasks };
  }
  return best;
}

const hasArchitecture = (design: InstanceDesign, { architecture }: PlacementRequest): boolean =>
  architecture === undefined || design.architecture === architecture;

const isDistinct = ({ constraints }: PlacementRequest): boolean =>
  constraints.some(({ type }) => type === "distinctInstance");

/** Whether the instance has no other task of the service, for a task with the `distinctInstance` constraint. */
const isApart = (instance: Instance, request: PlacementRequest): boolean =>
  !isDistinct(request) ||
  ![...instance.tasks.values()].some(({ serviceArn }) => serviceArn === request.serviceArn);
