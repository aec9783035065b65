import type { PlaneStatus } from "../../runtime/controlplane/ecs/status";
import { METER_SECONDS } from "../../runtime/dataplane/alb/requestMeter";

/** A service at one moment. */
export interface Sample {
  /** Seconds since 1970. */
  readonly at: number;
  /** Requests per second, averaged over the last seconds. */
  readonly requests: number;
  readonly running: number;
  readonly desired: number;
}

/** How far back the history goes, in seconds. */
const KEPT_SECONDS = 300;

/** The services' last minutes: a sample for each change, so none while nothing happens. */
export class ServiceHistory {
  private readonly samples = new Map<string, Sample[]>();

  /** By the service's ARN, oldest first. */
  get byService(): Readonly<Record<string, readonly Sample[]>> {
    return Object.fromEntries(this.samples);
  }

  note({ services, targetGroups }: PlaneStatus, now: number): void {
    const at = Math.floor(now / 1000);
    const targets = targetGroups.flatMap((group) => group.targets);
    for (const { arn, desiredCount, runningCount, tasks } of services) {
      const own = new Set(tasks.map((task) => task.arn));
      const requests = targets
        .filter(({ taskArn }) => own.has(taskArn))
        .reduce((sum, target) => sum + (target.requests ?? 0), 0);
      this.add(arn, {
        at,
        requests: Math.round((10 * requests) / METER_SECONDS) / 10,
        running: runningCount,
        desired: desiredCount,
      });
    }
    const known = new Set(services.map(({ arn }) => arn));
    for (const arn of this.samples.keys()) if (!known.has(arn)) this.samples.delete(arn);
  }

  private add(arn: string, sample: Sample): void {
    const before = this.samples.get(arn) ?? [];
    const last = before.at(-1);
    if (last !== undefined && isSame(last, sample)) return;
    const kept = last?.at === sample.at ? before.slice(0, -1) : before;
    const first = kept.findLastIndex(({ at }) => at <= sample.at - KEPT_SECONDS);
    this.samples.set(arn, [...kept.slice(Math.max(first, 0)), sample]);
  }
}

const isSame = (one: Sample, other: Sample): boolean =>
  one.requests === other.requests && one.running === other.running && one.desired === other.desired;
