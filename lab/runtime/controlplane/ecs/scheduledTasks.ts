import type { AccountView } from "../../../account/record";
import { nextTime } from "../../../shared/schedule";
import type { ReportEvent } from "../../dataplane/events";
import { EarliestTimer } from "../earliestTimer";
import type { TaskDefinition } from "./ecs";
import { scheduledRules, type ScheduledRule, type TaskTarget } from "./eventRecords";
import type { StandaloneTasks } from "./standaloneTasks";
import type { ScheduleStatus } from "./status";
import { overridden, parseOverrides } from "./taskOverrides";

/** What scheduled tasks need from their surroundings. */
export interface ScheduledTasksOptions {
  readonly account: AccountView;
  readonly tasks: Pick<StandaloneTasks, "start">;
  readonly taskDefinition: (reference: string) => TaskDefinition | undefined;
  readonly report: ReportEvent;
  /** Called when a schedule was due. */
  readonly onChange: () => void;
  /** @default the machine's clock */
  readonly now?: (() => Date) | undefined;
}

/** Maximum time a timer is set to, since Node.js's timers cannot wait for months. */
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Rules of EventBridge and schedules of EventBridge Scheduler that start tasks. Starts that were due while nothing was
 * served are not made up for.
 *
 * Source: Amazon ECS developer guide, "Using Amazon EventBridge Scheduler to schedule Amazon ECS tasks".
 */
export class ScheduledTasks {
  /** When each rule, by name and schedule, started counting, last started tasks, and is next due. */
  private readonly due = new Map<
    string,
    { readonly since: Date; last?: Date; next: Date | undefined }
  >();
  private readonly timer = new EarliestTimer(() => {
    this.run();
  });

  constructor(private readonly options: ScheduledTasksOptions) {}

  /** Follows the account. */
  sync(): void {
    const rules = this.rules();
    const now = this.now();
    for (const key of this.due.keys()) {
      if (!rules.some((rule) => keyOf(rule) === key)) this.due.delete(key);
    }
    for (const rule of rules) {
      if (this.due.has(keyOf(rule))) continue;
      const since = rule.since ?? now;
      const next = nextStart(rule, now, since);
      this.due.set(keyOf(rule), { since, next });
      const when = next === undefined ? "never" : `at ${next.toISOString()}`;
      this.say(rule, `starts tasks on the schedule ${rule.expression}, next ${when}`);
    }
    this.wake();
  }

  close(): void {
    this.timer.clear();
    this.due.clear();
  }

  /** The enabled rules and schedules, sorted by name. */
  status(): ScheduleStatus[] {
    return this.rules()
      .map((rule) => {
        const { last, next } = this.due.get(keyOf(rule)) ?? {};
        return {
          name: rule.name,
          expression: rule.expression,
          ...(last && { lastStart: last.toISOString() }),
          ...(next && { nextStart: next.toISOString() }),
        };
      })
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** Starts what is due, then waits for the next start. */
  private run(): void {
    const now = this.now();
    for (const rule of this.rules()) {
      const due = this.due.get(keyOf(rule));
      if (due?.next === undefined || due.next > now) continue;
      due.last = now;
      due.next = nextStart(rule, now, due.since);
      for (const target of rule.targets) this.start(rule, target);
    }
    this.wake();
    // Also if nothing could be started, since the times have changed.
    this.options.onChange();
  }

  private wake(): void {
    const times = [...this.due.values()].flatMap(({ next }) => next ?? []);
    if (times.length === 0) return;
    const wait = Math.min(...times.map((time) => time.getTime())) - this.now().getTime();
    this.timer.set(Math.min(Math.max(wait, 0), DAY_MS));
  }

  private start(rule: ScheduledRule, target: TaskTarget): void {
    const definition = this.options.taskDefinition(target.taskDefinitionArn);
    if (definition === undefined) {
      this.say(rule, `could not start ${target.taskDefinitionArn}: there is no such task`);
      return;
    }
    const { started, because } = this.options.tasks.start({
      ...target,
      definition: overridden(definition, parseOverrides(target.input)),
      count: target.taskCount,
      startedBy: rule.startedBy,
    });
    for (const why of because) this.say(rule, `could not start a task: ${why}`);
    if (started.length === 0) return;
    const names = started.map(({ id }) => `(task ${id})`).join(" ");
    this.say(rule, `has started ${started.length} tasks: ${names}`);
  }

  private rules(): ScheduledRule[] {
    return scheduledRules(this.options.account);
  }

  private now(): Date {
    return this.options.now?.() ?? new Date();
  }

  private say({ name, source }: ScheduledRule, message: string): void {
    this.options.report({ source, resource: name, message });
  }
}

/** The next start within the rule's start and end dates; undefined after the end. */
function nextStart({ schedule, since, until }: ScheduledRule, now: Date, begun: Date) {
  const next = nextTime(schedule, since !== undefined && since > now ? since : now, begun);
  return until !== undefined && next !== undefined && next > until ? undefined : next;
}

/** A rule whose schedule changes starts over. */
const keyOf = ({ name, expression, source }: ScheduledRule): string =>
  `${source} ${name} ${expression}`;
