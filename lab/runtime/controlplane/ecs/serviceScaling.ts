import type { z } from "zod";

import { lastPart } from "../../../shared/lastPart";
import type { MetricName, Statistic } from "../../../shared/metric";
import { parseSchedule } from "../../../shared/schedule";
import { ELB_TYPES, parseRecord } from "../../dataplane/alb/elb";
import type { TargetGroup } from "../../dataplane/alb/targetGroup";
import type { Pace, PacedWait } from "../pace";
import { alarmActionsOf, type ScalingSurroundings, type Utilization } from "./alarmScaling";
import { OwnMetrics } from "./ownMetrics";
import { SCALING_TYPES, scalableTarget, scalingPolicy, scheduledAction } from "./scalingRecords";
import { POINTS_TO_SHRINK, trackedCount, type TrackingRule } from "./targetTracking";

/** What scaling by metrics needs from its surroundings. */
export interface ServiceScalingOptions extends ScalingSurroundings {
  readonly pace: Pace;
  readonly targetGroup: (arn: string) => TargetGroup | undefined;
  /** Called after services were measured. */
  readonly onMeasured: () => void;
}

/** The metrics that the lab measures, by Application Auto Scaling's names. */
type Metric =
  | "ALBRequestCountPerTarget"
  | "ECSServiceAverageCPUUtilization"
  | "ECSServiceAverageMemoryUtilization";

const METRICS: readonly Metric[] = [
  "ALBRequestCountPerTarget",
  "ECSServiceAverageCPUUtilization",
  "ECSServiceAverageMemoryUtilization",
];

const IN_WORDS: Readonly<Record<Metric, (value: number) => string>> = {
  ALBRequestCountPerTarget: (value) => `${Math.round(value)} requests a minute to each target`,
  ECSServiceAverageCPUUtilization: (value) => `${Math.round(value)} percent of the tasks' CPU`,
  ECSServiceAverageMemoryUtilization: (value) =>
    `${Math.round(value)} percent of the tasks' memory`,
};

/** A custom metric, and the statistic that counts. */
interface OwnTracked extends MetricName {
  readonly statistic: Statistic;
}

interface Tracker {
  readonly id: string;
  readonly rule: TrackingRule;
  readonly clusterName: string;
  readonly serviceName: string;
  /** `service/CLUSTER/SERVICE`. */
  readonly serviceKey: string;
  readonly metric: Metric | OwnTracked;
  /** Last part of the target group's ARN, `targetgroup/…`, for requests. */
  readonly groupSuffix: string;
}

/**
 * Application Auto Scaling for services, as far as the lab can measure: target tracking of requests per target, of the
 * CPU and memory that the tasks' processes use, and of custom metrics. Alarms are in `alarmScaling.ts`, schedules in
 * `scheduledScaling.ts`. For other AWS metrics and for expressions, an event says that they are not simulated. Instead
 * of cooldowns, data points are collected afresh after a change. Source: ECS developer guide, "Automatically scale your
 * Amazon ECS service".
 */
export class ServiceScaling {
  private readonly points = new Map<string, number[]>();
  /** Number of requests of each target group at the last data point. */
  private readonly counted = new Map<string, number>();
  private readonly mentioned = new Set<string>();
  private readonly own = new OwnMetrics();
  private timer: PacedWait | undefined;
  /** Ensures that only one measurement runs at a time. */
  private measuring: Promise<void> = Promise.resolve();

  constructor(private readonly options: ServiceScalingOptions) {}

  /** Follows the account. */
  sync(): void {
    this.noteNotSimulated();
    const ids = this.trackers().map(({ id }) => id);
    for (const id of this.points.keys()) if (!ids.includes(id)) this.points.delete(id);
    if (ids.length === 0) {
      this.close();
    } else {
      this.timer ??= this.nextPoint();
    }
  }

  close(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.counted.clear();
  }

  /** Takes data points of a custom metric. */
  put(metric: MetricName, values: readonly number[]): void {
    this.own.put(metric, values);
  }

  private nextPoint(): PacedWait {
    return this.options.pace.after(
      ({ scalingPeriodMs }) => scalingPeriodMs,
      () => {
        this.timer = this.nextPoint();
        this.measuring = this.measuring.then(() => this.measure()).catch(() => undefined);
      },
    );
  }

  /** Takes a data point for each policy and scales the services that need it. */
  private async measure(): Promise<void> {
    const trackers = this.trackers();
    const used = await this.utilizations(trackers);
    const requests = new Map<string, number | undefined>();
    const put = this.own.takePeriod();
    for (const tracker of trackers) {
      const { groupSuffix, metric, serviceKey } = tracker;
      if (typeof metric === "object") {
        this.follow(tracker, put(metric, metric.statistic));
      } else if (metric === "ALBRequestCountPerTarget") {
        if (!requests.has(groupSuffix)) {
          requests.set(groupSuffix, this.requestsPerTarget(groupSuffix));
        }
        this.follow(tracker, requests.get(groupSuffix));
      } else {
        const isCpu = metric === "ECSServiceAverageCPUUtilization";
        const { CPUUtilization, MemoryUtilization } = used.get(serviceKey) ?? {};
        this.follow(tracker, isCpu ? CPUUtilization : MemoryUtilization);
      }
    }
    if (used.size > 0) this.options.onMeasured();
  }

  /** Takes a data point, and scales the service if the points so far require it. */
  private follow(tracker: Tracker, value: number | undefined): void {
    const { id, metric, rule, clusterName, serviceName } = tracker;
    const service = this.options.service(clusterName, serviceName);
    if (value === undefined || service === undefined) return;
    const points = [...(this.points.get(id) ?? []), value].slice(-POINTS_TO_SHRINK);
    const wanted = trackedCount(points, service.desiredCount, rule);
    this.points.set(id, wanted === service.desiredCount ? points : []);
    if (wanted === service.desiredCount) return;
    this.say(
      serviceName,
      `Message: Successfully set desired count to ${wanted}: ${inWords(metric, value)}, where ` +
        `the target is ${rule.targetValue}.`,
    );
    service.scaleTo(wanted);
  }

  /** Utilization of the services that a policy follows, each measured once. */
  private async utilizations(trackers: readonly Tracker[]): Promise<Map<string, Utilization>> {
    const all = new Map<string, Utilization>();
    for (const { clusterName, metric, serviceKey, serviceName } of trackers) {
      if (typeof metric === "object" || metric === "ALBRequestCountPerTarget") continue;
      if (all.has(serviceKey)) continue;
      const used = await this.options.service(clusterName, serviceName)?.measure();
      if (used !== undefined) all.set(serviceKey, used);
    }
    return all;
  }

  /** Requests per minute and target since the last measurement; undefined at the first. */
  private requestsPerTarget(groupSuffix: string): number | undefined {
    const { account, pace, targetGroup } = this.options;
    const record = account.list(ELB_TYPES.targetGroup).find(({ id }) => id.endsWith(groupSuffix));
    const group = record && targetGroup(record.id);
    if (group === undefined) return undefined;
    const before = this.counted.get(groupSuffix);
    this.counted.set(groupSuffix, group.requestCount);
    const healthy = group.status().filter(({ state }) => state === "healthy").length;
    if (before === undefined || healthy === 0) return undefined;
    return ((group.requestCount - before) * (60_000 / pace.now.scalingPeriodMs)) / healthy;
  }

  /** The policies that the lab follows. */
  private trackers(): Tracker[] {
    const { account } = this.options;
    const targets = account
      .list(SCALING_TYPES.target)
      .map((record) => parseRecord(scalableTarget, record))
      .filter(({ scalableDimension }) => scalableDimension === "ecs:service:DesiredCount");
    return account.list(SCALING_TYPES.policy).flatMap((record) => {
      const { resourceId, targetTrackingScalingPolicyConfiguration: tracking } = parseRecord(
        scalingPolicy,
        record,
      );
      const limits = targets.find((one) => one.resourceId === resourceId);
      const { predefinedMetricType, resourceLabel } = tracking?.predefinedMetricSpecification ?? {};
      const metric =
        METRICS.find((one) => one === predefinedMetricType) ??
        ownMetricOf(tracking?.customizedMetricSpecification);
      const groupSuffix = /targetgroup\/.+$/.exec(resourceLabel ?? "")?.[0] ?? "";
      if (tracking == null || limits === undefined || metric === undefined) return [];
      if (metric === "ALBRequestCountPerTarget" && groupSuffix === "") return [];
      const [, clusterName = "", serviceName = ""] = resourceId.split("/");
      const { minCapacity, maxCapacity } = limits;
      return {
        id: record.id,
        rule: {
          targetValue: tracking.targetValue,
          disableScaleIn: tracking.disableScaleIn ?? false,
          minCapacity,
          maxCapacity,
        },
        clusterName,
        serviceName,
        serviceKey: resourceId,
        metric,
        groupSuffix,
      };
    });
  }

  private noteNotSimulated(): void {
    const { account } = this.options;
    const followed = this.trackers().map(({ id }) => id);
    const actions = alarmActionsOf(account);
    for (const record of account.list(SCALING_TYPES.policy)) {
      if (followed.includes(record.id)) continue;
      const { arn, name, resourceId, ...rest } = parseRecord(scalingPolicy, record);
      const tracking = rest.targetTrackingScalingPolicyConfiguration;
      if (tracking == null) {
        if (actions.has(arn ?? "")) continue;
        this.mention(record.id, resourceId, `policy ${name}: no alarm refers to it`);
        continue;
      }
      const metric =
        tracking.predefinedMetricSpecification?.predefinedMetricType ??
        tracking.customizedMetricSpecification?.metricName ??
        "its metric";
      this.mention(record.id, resourceId, `policy ${name}: the lab does not measure ${metric}`);
    }
    for (const record of account.list(SCALING_TYPES.scheduledAction)) {
      const { name, resourceId, schedule = "", timezone } = parseRecord(scheduledAction, record);
      if (parseSchedule(schedule, timezone ?? "UTC") !== undefined) continue;
      this.mention(record.id, resourceId, `scheduled action ${name}: its schedule ${schedule}`);
    }
  }

  private mention(id: string, resourceId: string, what: string): void {
    if (this.mentioned.has(id)) return;
    this.mentioned.add(id);
    this.say(lastPart(resourceId), `does not simulate ${what}`);
  }

  private say(resource: string, message: string): void {
    this.options.report({ source: "service-scaling", resource, message });
  }
}

const inWords = (metric: Tracker["metric"], value: number) =>
  typeof metric === "object"
    ? `${metric.statistic} ${value} of ${metric.namespace} ${metric.metric}`
    : IN_WORDS[metric](value);

type Customized = NonNullable<
  z.output<typeof scalingPolicy>["targetTrackingScalingPolicyConfiguration"]
>["customizedMetricSpecification"];

/** A single custom metric; undefined for AWS's own metrics, and for an expression over several. */
function ownMetricOf(customized: Customized | undefined): OwnTracked | undefined {
  const { namespace, metricName, dimensions, statistic } = customized ?? {};
  if (namespace == null || metricName == null || namespace.startsWith("AWS/")) return undefined;
  return {
    namespace,
    metric: metricName,
    dimensions: Object.fromEntries((dimensions ?? []).map(({ name, value }) => [name, value])),
    statistic: statistic ?? "Average",
  };
}
