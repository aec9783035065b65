import { isAllowed, place, type PlacementConstraint } from "../ecs/placement";
import type { InstanceStatus } from "../ecs/status";
import { ReconcileLoop } from "../reconcileLoop";
import { CAPACITY_TYPES, toGroup } from "./capacityRecords";
import { Fleet } from "./fleet";
import type { Instance, PlacementRequest } from "./instance";
import { InstanceGroup } from "./instanceGroup";
import type { InstanceSource, SourceOptions, SourceSurroundings } from "./instanceSource";
import { ManagedInstances } from "./managedInstances";
import { managedProviders } from "./managedRecords";

/** A task's place on an instance, until it is given back. */
export interface InstanceReservation {
  readonly instanceId: string;
  readonly zone: string;
  /** Whether the instance is draining. */
  readonly isDraining: () => boolean;
  /** Call it when the task has ended; calling it again has no effect. */
  readonly release: () => void;
}

/**
 * The container instances of all Auto Scaling groups and capacity providers. They are simulated, since the lab has one
 * machine, but have the capacity, zones and lifecycle of real ones. Their tasks run as the same processes as on
 * Fargate. Source: ECS developer guide, "Safely stop Amazon ECS workloads running on EC2 instances".
 */
export class Instances {
  private readonly groups = new Map<string, InstanceGroup>();
  private readonly managed = new Map<string, ManagedInstances>();
  private readonly fleet = new Fleet();
  private readonly loop = new ReconcileLoop(() => {
    this.reconcile();
  });

  constructor(private readonly options: SourceSurroundings) {}

  /** Follows the account. */
  sync(): void {
    const { account } = this.options;
    const options = this.sourceOptions();
    const groups = account.list(CAPACITY_TYPES.group).map(toGroup);
    follow(this.groups, groups, (view) => new InstanceGroup(view, options));
    const providers = managedProviders(account);
    follow(this.managed, providers, (view) => new ManagedInstances(view, options));
    this.wake();
  }

  /** Reconciles groups and waiting tasks soon; call it whenever tasks have changed. */
  wake(): void {
    this.loop.wake();
  }

  /** Finds an instance for a task and reserves its capacity there, or says why not in ECS's words. */
  place(request: PlacementRequest): InstanceReservation | { readonly because: string } {
    const daemons = request.isDaemon ? [] : this.options.daemons();
    const candidates = this.fleet.all
      .filter((instance) => this.isMeant(instance, request))
      .map((instance) => ({
        ...instance.asCandidate(request.serviceArn),
        free: instance.freeBeside(daemons),
      }));
    const answer = place(request, candidates);
    if ("because" in answer) return answer;
    const instance = this.fleet.find(answer.id);
    instance.tasks.set(request.taskArn, request);
    return {
      instanceId: instance.id,
      zone: instance.zone,
      // A daemon's task is the last to stop.
      isDraining: () => instance.status === "DRAINING" && !(request.isDaemon && instance.isBusy),
      release: () => {
        if (!instance.tasks.delete(request.taskArn)) return;
        this.options.onChange();
        this.wake();
      },
    };
  }

  /** IDs of a cluster's active instances that satisfy the constraints, i.e. where a daemon runs. */
  active(clusterName: string, constraints: readonly PlacementConstraint[]): string[] {
    return this.fleet.all
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
    const instance = this.fleet.find(instanceId);
    this.sourceOf(instance)?.terminate(instance, "somebody terminated it");
    this.wake();
  }

  /** Names, in words, a group or provider whose instances have not all registered yet; undefined if there is none. */
  notSteadyBecause(): string | undefined {
    for (const group of this.sources) {
      const because = group.notSteadyBecause();
      if (because !== undefined) return because;
    }
    return undefined;
  }

  status(): InstanceStatus[] {
    return this.fleet.all.map((instance) => {
      const { autoScalingGroup, capacityProvider } = this.sourceOf(instance) ?? {};
      return instance.toStatus({
        ...(autoScalingGroup === undefined ? {} : { autoScalingGroup }),
        ...(capacityProvider === undefined ? {} : { capacityProvider }),
      });
    });
  }

  /** Forgets all instances; their tasks must have ended. */
  close(): void {
    this.loop.stop();
    this.fleet.close();
  }

  private sourceOptions(): SourceOptions {
    return {
      ...this.options,
      fleet: this.fleet,
      wake: () => {
        this.wake();
      },
      wakeIn: (milliseconds) => {
        this.loop.wakeIn(milliseconds);
      },
    };
  }

  private get sources(): InstanceSource[] {
    return [...this.groups.values(), ...this.managed.values()];
  }

  private sourceOf({ groupKey }: Instance): InstanceSource | undefined {
    return this.groups.get(groupKey) ?? this.managed.get(groupKey);
  }

  private reconcile(): void {
    for (const instance of this.fleet.all) {
      const isDrained = instance.status === "DRAINING" && instance.tasks.size === 0;
      if (isDrained) this.sourceOf(instance)?.terminate(instance, "it has drained");
    }
    for (const source of this.sources) source.reconcile();
  }

  private isMeant(instance: Instance, request: PlacementRequest): boolean {
    const { clusterName, instanceId } = request;
    return (
      instance.status === "ACTIVE" &&
      instance.design.clusterName === clusterName &&
      (instanceId === undefined || instance.id === instanceId) &&
      this.sourceOf(instance)?.takes(instance, request) === true
    );
  }
}

/**
 * Keeps one source for each record: creates new ones, updates existing ones, and removes those whose record is gone.
 */
function follow<
  View extends { readonly key: string },
  Source extends InstanceSource & { update: (view: View) => void },
>(sources: Map<string, Source>, views: readonly View[], make: (view: View) => Source): void {
  for (const [key, source] of sources) {
    if (views.some((view) => view.key === key)) continue;
    source.close();
    sources.delete(key);
  }
  for (const view of views) {
    const source = sources.get(view.key);
    if (source === undefined) sources.set(view.key, make(view));
    else source.update(view);
  }
}
