import { z } from "zod";

import { type AccountView, type ResourceRecord, stackOf } from "../../account/record";
import type { PipelineStatus } from "../../delivery/pipeline/status";
import type { LabStatus } from "../../host/host";
import type { StackReport } from "../../host/stackReports";
import { CAPACITY_TYPES } from "../../runtime/controlplane/ec2/capacityRecords";
import { ECS_TYPES } from "../../runtime/controlplane/ecs/ecs";
import type { PaceName } from "../../runtime/controlplane/pace";
import { SCALING_TYPES } from "../../runtime/controlplane/ecs/scalingRecords";
import type {
  InstanceStatus,
  PlaneStatus,
  ServiceStatus,
} from "../../runtime/controlplane/ecs/status";
import type {
  LoadBalancerStatus,
  TargetGroupStatus,
} from "../../runtime/dataplane/alb/loadBalancerStatus";
import { ELB_TYPES, parseRecord } from "../../runtime/dataplane/alb/elb";
import type { ActionName } from "./actions";
import type { LoggedEvent } from "./recentEvents";
import type { Sample } from "./serviceHistory";
import { type NetworkView, networksOf } from "./networks";
import { type RevisionShare, type Rollout, rolloutOf, sharesOf } from "./rollout";

/**
 * Everything that the dashboard shows, as plain JSON. It is built from `lab status` and from the properties listed in
 * networks.ts and here. No record of the account is copied as a whole, so environment variables and secrets cannot leak
 * into it.
 */
export interface DashboardSnapshot {
  /** Distinguishes one start of the lab from another. */
  readonly start: string;
  /** What the page may do besides looking. */
  readonly actions: readonly ActionName[];
  /** How fast the lab runs; absent while nothing is served. */
  readonly pace?: PaceName;
  /** Samples of the last minutes, by service. */
  readonly history: Readonly<Record<string, readonly Sample[]>>;
  /** By name. */
  readonly stacks: readonly StackView[];
  readonly networks: readonly NetworkView[];
  readonly loadBalancers: readonly OfStack<LoadBalancerStatus>[];
  readonly targetGroups: readonly OfStack<TargetGroupStatus>[];
  readonly services: readonly ServiceView[];
  readonly instances: readonly OfStack<InstanceStatus>[];
  readonly pipelines: readonly OfStack<PipelineStatus>[];
  /** Oldest first. */
  readonly events: readonly LoggedEvent[];
}

/** An item with its stack; the stack is empty for an item that was deleted but is still ending. */
export type OfStack<T> = T & { readonly stack: string };

export interface StackView {
  readonly name: string;
  /** Number of resources in the account. */
  readonly resources: number;
  /** Report of its last operation; absent if none is known. */
  readonly report?: StackReport;
}

/** A service without its events, which are in the log. */
export type ServiceView = OfStack<Omit<ServiceStatus, "events">> & {
  readonly events?: undefined;
  /** Its revisions' shares of the requests, newest first. */
  readonly shares: readonly RevisionShare[];
  /** The deployment in progress; absent if there is none. */
  readonly rollout?: Rollout;
  /** Limits of its autoscaling; absent if it has none. */
  readonly scaling?: { readonly min: number; readonly max: number };
};

const scalingTarget = z.object({
  resourceId: z.string(),
  scalableDimension: z.string(),
  minCapacity: z.coerce.number(),
  maxCapacity: z.coerce.number(),
});

/** What a snapshot is made of. */
export interface SnapshotSources {
  readonly start: string;
  readonly actions: readonly ActionName[];
  readonly account: Pick<AccountView, "list">;
  readonly status: LabStatus;
  readonly events: readonly LoggedEvent[];
  readonly history: DashboardSnapshot["history"];
}

const nothing: PlaneStatus = {
  loadBalancers: [],
  targetGroups: [],
  services: [],
  instances: [],
  tasks: [],
  schedules: [],
};

export function takeSnapshot(sources: SnapshotSources): DashboardSnapshot {
  const { start, actions, account, status, events, history } = sources;
  const plane = status.plane ?? nothing;
  const stacksBy = (type: string, property: string) => {
    const stacks = new Map(
      account.list(type).map((record) => [record.outputs[property] ?? record.id, stackOf(record)]),
    );
    return (key: string) => stacks.get(key) ?? "";
  };
  const stackOfService = stacksBy(ECS_TYPES.service, "arn");
  const stackOfBalancer = stacksBy(ELB_TYPES.loadBalancer, "arn");
  const stackOfTargetGroup = stacksBy(ELB_TYPES.targetGroup, "arn");
  const stackOfGroup = stacksBy(CAPACITY_TYPES.group, "name");
  const stackOfProvider = stacksBy(CAPACITY_TYPES.capacityProvider, "name");
  const stackOfPipeline = stacksBy("aws:codepipeline/pipeline:Pipeline", "name");
  const limits = account.list(SCALING_TYPES.target).flatMap(toLimits);

  return {
    start,
    actions,
    ...(plane.pace === undefined ? {} : { pace: plane.pace }),
    history,
    stacks: stacksOf(status),
    networks: networksOf(account),
    loadBalancers: byName(plane.loadBalancers).map((balancer) => ({
      stack: stackOfBalancer(balancer.arn),
      ...balancer,
    })),
    targetGroups: byName(plane.targetGroups).map((group) => ({
      stack: stackOfTargetGroup(group.arn),
      ...group,
    })),
    services: byName(plane.services).map((service) => {
      const id = `service/${service.cluster}/${service.name}`;
      const rollout = rolloutOf(service);
      const scaling = limits.find(({ resourceId }) => resourceId === id);
      return {
        stack: stackOfService(service.arn),
        ...service,
        events: undefined,
        shares: sharesOf(service, plane.targetGroups),
        ...(rollout && { rollout }),
        ...(scaling && { scaling: { min: scaling.min, max: scaling.max } }),
      };
    }),
    instances: plane.instances.map((instance) => ({
      stack:
        instance.autoScalingGroup === undefined
          ? stackOfProvider(instance.capacityProvider ?? "")
          : stackOfGroup(instance.autoScalingGroup),
      ...instance,
    })),
    pipelines: (status.pipelines ?? []).map((pipeline) => ({
      stack: stackOfPipeline(pipeline.name),
      ...pipeline,
    })),
    events,
  };
}

/** Sorts by name, independent of the order of creation. */
const byName = <T extends { readonly name: string }>(things: readonly T[]): T[] =>
  [...things].sort((one, other) => one.name.localeCompare(other.name));

/** Stacks with resources, and those whose first operation was rejected. */
function stacksOf({ stacks, reports }: LabStatus): StackView[] {
  const names = new Set([...Object.keys(stacks), ...reports.map(({ stack }) => stack)]);
  return [...names].sort().map((name) => {
    const report = reports.find(({ stack }) => stack === name);
    return { name, resources: stacks[name] ?? 0, ...(report && { report }) };
  });
}

function toLimits(record: ResourceRecord) {
  const { resourceId, scalableDimension, minCapacity, maxCapacity } = parseRecord(
    scalingTarget,
    record,
  );
  if (scalableDimension !== "ecs:service:DesiredCount") return [];
  return [{ resourceId, min: minCapacity, max: maxCapacity }];
}
