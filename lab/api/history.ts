import type { AccountView, ResourceRecord } from "../account/record";
import { SERVICE } from "../account/types/ecs/tokens";
import type { ControlPlane } from "../runtime/controlplane/controlPlane";
import type { PlaneEvent } from "../runtime/dataplane/events";

/** What a service used at a time, in percent of what its tasks reserve. */
export interface DataPoint {
  readonly at: Date;
  readonly cluster: string;
  readonly service: string;
  readonly metric: "CPUUtilization" | "MemoryUtilization";
  readonly value: number;
}

/** Kept: what is older is forgotten. */
const [MOST_EVENTS, MOST_POINTS] = [500, 5000];
/** Between two data points of a service, at least, in milliseconds. */
const POINTS_APART_MS = 5000;

/** What has happened since the lab is served, of which the account keeps nothing. */
export class History {
  private events: PlaneEvent[] = [];
  private points: DataPoint[] = [];
  private readonly lastPoint = new Map<string, number>();
  private readonly unfollow: (() => void)[];

  private readonly deleted = new Map<string, ResourceRecord>();

  constructor(
    account: Pick<AccountView, "onChange">,
    private readonly plane: Pick<ControlPlane, "onChange" | "onEvent" | "status">,
  ) {
    this.unfollow = [
      account.onChange(({ before, after }) => {
        if (before?.type === SERVICE && after === undefined) this.deleted.set(before.id, before);
      }),
      plane.onEvent((event) => {
        this.events = [...this.events, event].slice(-MOST_EVENTS);
      }),
      plane.onChange(() => {
        this.measure();
      }),
    ];
  }

  close(): void {
    for (const end of this.unfollow) end();
  }

  /** Services that were deleted, the last one first. */
  get deletedServices(): ResourceRecord[] {
    return [...this.deleted.values()].reverse();
  }

  /** Newest first. @param resource name of what it happened to */
  eventsOf(source: PlaneEvent["source"], resource?: string): PlaneEvent[] {
    return this.events
      .filter((one) => one.source === source && (resource ?? one.resource) === one.resource)
      .reverse();
  }

  /** Oldest first. */
  get dataPoints(): readonly DataPoint[] {
    return this.points;
  }

  /** Notes what services that somebody measures use now. */
  private measure(): void {
    const at = new Date();
    for (const { arn, cluster, name: service, utilization } of this.plane.status().services) {
      if (utilization === undefined) continue;
      if (at.getTime() - (this.lastPoint.get(arn) ?? 0) < POINTS_APART_MS) continue;
      this.lastPoint.set(arn, at.getTime());
      for (const metric of ["CPUUtilization", "MemoryUtilization"] as const) {
        const value = utilization[metric];
        if (value === undefined) continue;
        this.points.push({ at, cluster, service, metric, value });
      }
    }
    if (this.points.length > MOST_POINTS) this.points = this.points.slice(-MOST_POINTS);
  }
}
