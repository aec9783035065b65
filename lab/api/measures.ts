import type { PlaneStatus } from "../runtime/controlplane/ecs/status";
import type { MetricName } from "../shared/metric";

/** A value of a metric. */
export interface DataPoint extends MetricName {
  readonly at: Date;
  readonly value: number;
  /** As CloudWatch names it, e.g. `Percent`. */
  readonly unit: string;
}

/** Maximum number of data points kept; older ones are forgotten. */
const MOST_POINTS = 5000;
/** Minimum time between two data points of a service or target group, in milliseconds. */
const POINTS_APART_MS = 5000;

/** The metrics that services scale by, recorded from the control plane's status. */
export class Measures {
  private points: DataPoint[] = [];
  /** Time of the last data point of services and target groups, by ARN, in milliseconds since 1970. */
  private readonly lastPoint = new Map<string, number>();
  /** Requests to target groups that are already in data points, by ARN. */
  private readonly told = new Map<string, number>();

  /** Oldest first. */
  get dataPoints(): readonly DataPoint[] {
    return this.points;
  }

  /** Records the utilization of measured services, and the requests to target groups since the last call. */
  note(status: PlaneStatus, at: Date): void {
    this.noteUtilization(status, at);
    this.noteRequests(status, at);
    if (this.points.length > MOST_POINTS) this.points = this.points.slice(-MOST_POINTS);
  }

  /** Records data points of custom metrics. */
  put(points: readonly DataPoint[]): void {
    this.points = [...this.points, ...points].slice(-MOST_POINTS);
  }

  private noteUtilization({ services }: PlaneStatus, at: Date): void {
    for (const { arn, cluster, name, utilization } of services) {
      if (utilization === undefined || !this.isTime(arn, at)) continue;
      const dimensions = { ClusterName: cluster, ServiceName: name };
      for (const metric of ["CPUUtilization", "MemoryUtilization"] as const) {
        const value = utilization[metric];
        if (value === undefined) continue;
        this.points.push({ namespace: "AWS/ECS", metric, dimensions, at, value, unit: "Percent" });
      }
    }
  }

  /**
   * Records `RequestCountPerTarget`, whose sum over a minute is the metric `ALBRequestCountPerTarget`. As on AWS, there
   * are no data points without requests. Source: ELB user guide, "CloudWatch metrics for your Application Load
   * Balancer".
   */
  private noteRequests({ loadBalancers, targetGroups }: PlaneStatus, at: Date): void {
    for (const { arn, requestCount = 0, targets } of targetGroups) {
      const before = this.told.get(arn) ?? 0;
      if (requestCount === before || !this.isTime(arn, at)) continue;
      this.told.set(arn, requestCount);
      // A lower count means a new target group with the same name.
      const requests = requestCount < before ? requestCount : requestCount - before;
      const healthy = targets.filter(({ state }) => state === "healthy").length;
      const value = requests / Math.max(healthy, 1);
      const TargetGroup = arn.split(":").at(-1) ?? "";
      const balancers = loadBalancers.filter(({ listeners }) =>
        listeners.some(({ rules }) =>
          rules.some(({ targetGroups: to }) => to.some((one) => one.arn === arn)),
        ),
      );
      const named = balancers.map((one) => ({
        TargetGroup,
        LoadBalancer: one.arn.split(":loadbalancer/").at(-1) ?? "",
      }));
      for (const dimensions of [{ TargetGroup }, ...named]) {
        const metric = "RequestCountPerTarget";
        this.points.push({
          namespace: "AWS/ApplicationELB",
          metric,
          dimensions,
          at,
          value,
          unit: "None",
        });
      }
    }
  }

  private isTime(arn: string, at: Date): boolean {
    if (at.getTime() - (this.lastPoint.get(arn) ?? 0) < POINTS_APART_MS) return false;
    this.lastPoint.set(arn, at.getTime());
    return true;
  }
}
