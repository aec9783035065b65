import type { AccountView, ResourceRecord } from "../account/record";
import { SERVICE } from "../account/types/ecs/tokens";
import type { ControlPlane } from "../runtime/controlplane/controlPlane";
import type { PlaneEvent } from "../runtime/dataplane/events";
import { type DataPoint, Measures } from "./measures";

/** Maximum number of events kept; older ones are forgotten. */
const MOST_EVENTS = 500;

/** What has happened since the lab started serving, which the account does not store. */
export class ActivityHistory {
  private events: PlaneEvent[] = [];
  private readonly measures = new Measures();
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
        this.measures.note(this.plane.status(), new Date());
      }),
    ];
  }

  close(): void {
    for (const end of this.unfollow) end();
  }

  /** Deleted services, most recent first. */
  get deletedServices(): ResourceRecord[] {
    return [...this.deleted.values()].reverse();
  }

  /** Newest first. @param resource name of the resource it happened to */
  eventsOf(source: PlaneEvent["source"], resource?: string): PlaneEvent[] {
    return this.events
      .filter((one) => one.source === source && (resource ?? one.resource) === one.resource)
      .reverse();
  }

  /** Records data points of custom metrics. */
  putDataPoints(points: readonly DataPoint[]): void {
    this.measures.put(points);
  }

  /** Oldest first. */
  get dataPoints(): readonly DataPoint[] {
    return this.measures.dataPoints;
  }
}
