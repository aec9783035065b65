import { lastPart } from "../../../shared/lastPart";
import { messageOf } from "../../../shared/messageOf";
import { nextTime, parseSchedule, type Schedule } from "../../../shared/schedule";
import type { LiveAccount } from "../../../account/record";
import { parseRecord } from "../../dataplane/alb/elb";
import { EarliestTimer } from "../earliestTimer";
import type { ScalingSurroundings } from "./alarmScaling";
import { SCALING_TYPES, scalableTarget, scheduledAction } from "./scalingRecords";

/** Maximum time a timer is set to, since Node.js's timers cannot wait for months. */
const DAY_MS = 24 * 60 * 60 * 1000;

export interface ScheduledScalingOptions extends ScalingSurroundings {
  readonly account: LiveAccount;
  /** @default the machine's clock */
  readonly now?: (() => Date) | undefined;
}

interface Action {
  readonly key: string;
  readonly name: string;
  readonly resourceId: string;
  readonly schedule: Schedule;
  readonly since: Date | undefined;
  readonly until: Date | undefined;
  readonly minCapacity: number | undefined;
  readonly maxCapacity: number | undefined;
}

/**
 * Scheduled actions: when one is due, it changes the limits of a service's autoscaling, in the account's record as on
 * AWS, and the service is scaled to within them. Source: Application Auto Scaling user guide, "Scheduled scaling".
 */
export class ScheduledScaling {
  /** When each action started counting, and when it is next due. */
  private readonly due = new Map<string, { readonly since: Date; next: Date | undefined }>();
  private readonly timer = new EarliestTimer(() => {
    this.run();
  });

  constructor(private readonly options: ScheduledScalingOptions) {}

  /** Follows the account. */
  sync(): void {
    const actions = this.actions();
    const now = this.now();
    for (const key of this.due.keys()) {
      if (!actions.some((action) => action.key === key)) this.due.delete(key);
    }
    for (const action of actions) {
      if (this.due.has(action.key)) continue;
      const since = action.since ?? now;
      this.due.set(action.key, { since, next: nextOf(action, now, since) });
    }
    this.wake();
  }

  close(): void {
    this.timer.clear();
    this.due.clear();
  }

  private run(): void {
    const now = this.now();
    for (const action of this.actions()) {
      const due = this.due.get(action.key);
      if (due?.next === undefined || due.next > now) continue;
      due.next = nextOf(action, now, due.since);
      void this.act(action).catch((error: unknown) => {
        this.say(action, `could not run scheduled action ${action.name}: ${messageOf(error)}`);
      });
    }
    this.wake();
  }

  private async act(action: Action): Promise<void> {
    const { account, service } = this.options;
    const record = account.get(SCALING_TYPES.target, action.resourceId);
    if (record === undefined) return;
    const now = parseRecord(scalableTarget, record);
    const { minCapacity = now.minCapacity, maxCapacity = now.maxCapacity } = action;
    await account.modify(SCALING_TYPES.target, action.resourceId, { minCapacity, maxCapacity });
    this.say(
      action,
      `Message: Successfully set min capacity to ${minCapacity} and max capacity to ${maxCapacity}: ` +
        `scheduled action name ${action.name} was triggered.`,
    );
    const [, clusterName = "", serviceName = ""] = action.resourceId.split("/");
    const scaled = service(clusterName, serviceName);
    if (scaled === undefined) return;
    const wanted = Math.min(Math.max(scaled.desiredCount, minCapacity), maxCapacity);
    if (wanted !== scaled.desiredCount) scaled.scaleTo(wanted);
  }

  private wake(): void {
    const times = [...this.due.values()].flatMap(({ next }) => next ?? []);
    if (times.length === 0) return;
    const wait = Math.min(...times.map((time) => time.getTime())) - this.now().getTime();
    this.timer.set(Math.min(Math.max(wait, 0), DAY_MS));
  }

  private actions(): Action[] {
    return this.options.account.list(SCALING_TYPES.scheduledAction).flatMap((record) => {
      const parsed = parseRecord(scheduledAction, record);
      const { name, resourceId, schedule: expression = "", timezone, ...rest } = parsed;
      const schedule = parseSchedule(expression, timezone ?? "UTC");
      if (schedule === undefined) return [];
      return [
        {
          key: `${record.id} ${expression} ${timezone ?? ""}`,
          name,
          resourceId,
          schedule,
          since: rest.startTime ? new Date(rest.startTime) : undefined,
          until: rest.endTime ? new Date(rest.endTime) : undefined,
          minCapacity: rest.scalableTargetAction?.minCapacity,
          maxCapacity: rest.scalableTargetAction?.maxCapacity,
        },
      ];
    });
  }

  private now(): Date {
    return this.options.now?.() ?? new Date();
  }

  private say({ resourceId }: Action, message: string): void {
    const resource = lastPart(resourceId);
    this.options.report({ source: "service-scaling", resource, message });
  }
}

function nextOf({ schedule, since, until }: Action, now: Date, begun: Date): Date | undefined {
  const next = nextTime(schedule, since !== undefined && since > now ? since : now, begun);
  return until !== undefined && next !== undefined && next > until ? undefined : next;
}
