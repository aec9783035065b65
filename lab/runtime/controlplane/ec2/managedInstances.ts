import { CAPACITY_TYPES, type InstanceDesign } from "./capacityRecords";
import type { Instance, PlacementRequest } from "./instance";
import { type InstanceSource, launchInstance, type SourceOptions } from "./instanceSource";
import { designsOf, type ManagedProvider } from "./managedRecords";
import { fits, minus } from "./managedScaling";

/** How long an Auto Scaling group's surplus lasts on AWS before it goes: what the lab's pace is measured by. */
const groupScaleInMs = 15 * 60_000;

/**
 * The instances of one capacity provider of Amazon ECS Managed Instances, simulated: launched for tasks that wait, of
 * the cheapest type that holds them, over the zones of its subnets, and ended when they have been idle.
 *
 * Of AWS's optimization it leaves out that tasks are moved off instances that are too large for them, and that each
 * instance drains after 14 days.
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

  /** Takes over the changed record: for instances that come later. */
  update(view: ManagedProvider): void {
    this.view = view;
  }

  /** A task waits for the instance that was launched for it. */
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

  /** Those of tasks that have been placed or are gone, and of instances that are. */
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

  /** Waiting tasks for which there is neither an instance under way nor room on one that is there. */
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

  /** Whether an instance that is still to register has room for one more task. */
  private mayPlan(instance: Instance, request: PlacementRequest): boolean {
    if (instance.status !== "REGISTERING" || isDistinct(request)) return false;
    const taken = this.options
      .waiting()
      .filter(({ taskArn }) => this.planned.get(taskArn) === instance);
    const free = taken.reduce((left, { size }) => minus(left, size), instance.design.resources);
    return hasArchitecture(instance.design, request) && fits(request.size, free);
  }

  /** The zone with the fewest tasks of the service, then with the fewest instances. */
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

  /** Launches as many instances in a zone as hold the tasks. Returns why it cannot. */
  private launchFor(requests: readonly PlacementRequest[], zone: string): string | undefined {
    let [first, ...left] = requests;
    while (first !== undefined) {
      const chosen = choose(this.view, first, left);
      if (chosen === undefined) {
        const { cpu, memory } = first.size;
        return (
          "cannot launch instances: no instance type of the lab's that it may launch has room for a task of " +
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

  /** Instances in subnets that are no longer the provider's: their tasks move, then they go. */
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
      // As much faster than AWS as a group's scaling in is.
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

/** The cheapest design that holds a task and the most of others, and those that it holds. */
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

/** Whether a task that wants an instance of its own, apart from its service's others, would have it. */
const isApart = (instance: Instance, request: PlacementRequest): boolean =>
  !isDistinct(request) ||
  ![...instance.tasks.values()].some(({ serviceArn }) => serviceArn === request.serviceArn);
