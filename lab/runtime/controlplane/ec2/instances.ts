import { isAllowed, place, type PlacementConstraint } from "../ecs/placement";
import type { InstanceStatus } from "../ecs/status";
import { ReconcileLoop } from "../reconcileLoop";
import { CAPACITY_TYPES, toGroup, type AutoScalingGroup } from "./capacityRecords";
import { Fleet } from "./fleet";
import type { Instance, PlacementRequest } from "./instance";
import { InstanceGroup, type GroupSurroundings } from "./instanceGroup";

/** A task's place on an instance, until it is given back. */
export interface Place {
  readonly instanceId: string;
  readonly zone: string;
  /** Whether the instance is about to leave. */
  readonly isDraining: () => boolean;
  /** To be called when the task has ended; again is harmless. */
  readonly release: () => void;
}

/**
 * The container instances of all Auto Scaling groups: simulated, for the lab has one machine, but
 * with the room, the zones and the life of real ones. Tasks on them are the same processes as
 * on Fargate.
 * Source: ECS developer guide, "Safely stop Amazon ECS workloads running on EC2 instances".
 */
export class Instances {
  private readonly groups = new Map<string, InstanceGroup>();
  private readonly fleet = new Fleet();
  private readonly loop = new ReconcileLoop(() => {
    this.reconcile();
  });

  constructor(private readonly options: GroupSurroundings) {}

  /** Follows the account. */
  sync(): void {
    const views = this.options.account.list(CAPACITY_TYPES.group).map(toGroup);
    for (const [key, group] of this.groups) {
      if (views.some((view) => view.key === key)) continue;
      group.close();
      this.groups.delete(key);
    }
    for (const view of views) {
      const group = this.groups.get(view.key);
      if (group === undefined) this.groups.set(view.key, this.newGroup(view));
      else group.update(view);
    }
    this.wake();
  }

  /** Looks soon at groups and waiting tasks; to be called whenever tasks changed. */
  wake(): void {
    this.loop.wake();
  }

  /** Finds a task its instance and reserves its room there, or tells why not in ECS's words. */
  place(request: PlacementRequest): Place | { readonly because: string } {
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

  /** Ids of a cluster's active instances that satisfy constraints: where a daemon runs. */
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
    this.groups.get(instance.groupKey)?.terminate(instance, "somebody terminated it");
    this.wake();
  }

  /** The group whose instances have not all registered yet, in words; undefined if there is none. */
  notSteadyBecause(): string | undefined {
    for (const group of this.groups.values()) {
      const because = group.notSteadyBecause();
      if (because !== undefined) return because;
    }
    return undefined;
  }

  status(): InstanceStatus[] {
    return this.fleet.all.map((instance) => {
      const { name = instance.groupKey, provider } = this.groups.get(instance.groupKey) ?? {};
      return instance.toStatus({
        autoScalingGroup: name,
        ...(provider === undefined ? {} : { capacityProvider: provider.name }),
      });
    });
  }

  /** Forgets all instances; their tasks must have ended. */
  close(): void {
    this.loop.stop();
    this.fleet.close();
  }

  private newGroup(view: AutoScalingGroup): InstanceGroup {
    return new InstanceGroup(view, {
      ...this.options,
      fleet: this.fleet,
      wake: () => {
        this.wake();
      },
      wakeIn: (milliseconds) => {
        this.loop.wakeIn(milliseconds);
      },
    });
  }

  private reconcile(): void {
    for (const instance of this.fleet.all) {
      const isDrained = instance.status === "DRAINING" && instance.tasks.size === 0;
      if (isDrained) this.groups.get(instance.groupKey)?.terminate(instance, "it has drained");
    }
    for (const group of this.groups.values()) group.reconcile();
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
}
