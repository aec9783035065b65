import { z } from "zod";
import type { AccountView } from "../../../account/record";
import { nextTime } from "../../../shared/schedule";
import { EarliestTimer } from "../earliestTimer";
import type { ContainerDefinition, Service, TaskDefinition } from "./ecs";
import { scheduledRules, type ScheduledRule, type TaskTarget } from "./eventRecords";
import type { TaskSurroundings } from "./scheduler/serviceTasks";
import type { ScheduleStatus } from "./status";
import { Task } from "./task";
import { nextCapacity, placementRequest } from "./taskCapacity";

/** What tasks on a schedule need around them. */
export interface ScheduledTasksOptions {
  readonly account: AccountView;
  readonly surroundings: () => Omit<TaskSurroundings, "serviceConnect" | "targetGroup">;
  readonly taskDefinition: (reference: string) => TaskDefinition | undefined;
  /** Called after every change of a task. */
  readonly onChange: () => void;
  /** @default the machine's clock */
  readonly now?: (() => Date) | undefined;
}

/** Longest time a timer is set to: it cannot hold months. */
const DAY_MS = 24 * 60 * 60 * 1000;
const STOPPED_TASKS_KEPT = 10;

/** What a target's constant input may say of containers: ECS API, "TaskOverride". */
const overrides = z.object({
  containerOverrides: z
    .array(
      z.object({
        name: z.string(),
        command: z.array(z.string()).optional(),
        environment: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
      }),
    )
    .default([]),
});

/**
 * Rules of EventBridge and schedules of EventBridge Scheduler that start tasks, and those tasks: they belong to no service, and
 * nobody starts another when one has ended. A rule that is due while nothing serves is not made up for.
 *
 * Source: Amazon ECS developer guide, "Using Amazon EventBridge Scheduler to schedule Amazon ECS tasks".
 */
export class ScheduledTasks {
  /** When rules with that name and schedule began, last started tasks, and are due. */
  private readonly due = new Map<
    string,
    { readonly since: Date; last?: Date; next: Date | undefined }
  >();
  private tasks: Task[] = [];
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
      const next = nextTime(rule.schedule, now, now);
      this.due.set(keyOf(rule), { since: now, next });
      const when = next === undefined ? "never" : `at ${next.toISOString()}`;
      this.say(rule.name, `starts tasks on the schedule ${rule.expression}, next ${when}`);
    }
    this.wake();
  }

  /** Stops all. Resolves when they have ended. */
  async shutDown(): Promise<void> {
    this.timer.clear();
    this.due.clear();
    const live = this.tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED");
    await Promise.all(live.map((task) => task.stop("UserInitiated", "The lab has ended.")));
  }

  /** The rules that are on, by name. */
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

  /** One that runs, or was among the last that stopped. */
  find(taskArn: string): Task | undefined {
    return this.tasks.find(({ arn }) => arn === taskArn);
  }

  /** Starts what is due, and waits for the next. */
  private run(): void {
    const now = this.now();
    for (const rule of this.rules()) {
      const due = this.due.get(keyOf(rule));
      if (due?.next === undefined || due.next > now) continue;
      due.last = now;
      due.next = nextTime(rule.schedule, now, due.since);
      for (const target of rule.targets) this.start(rule, target);
    }
    this.wake();
    // Also where nothing could be started, the times are others.
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
    const [first] = definition?.containerDefinitions ?? [];
    if (definition === undefined || first === undefined) {
      this.say(rule.name, `could not start ${target.taskDefinitionArn}: there is no such task`);
      return;
    }
    const started: Task[] = [];
    for (let i = 0; i < target.taskCount; i++) {
      const task = this.newTask(rule, target, definition, started);
      const because = this.begin(task, target);
      if (because === undefined) started.push(task);
      else this.say(rule.name, `could not start a task: ${because}`);
    }
    if (started.length === 0) return;
    const names = started.map(({ id }) => `(task ${id})`).join(" ");
    this.say(rule.name, `has started ${started.length} tasks: ${names}`);
  }

  private newTask(
    rule: ScheduledRule,
    target: TaskTarget,
    definition: TaskDefinition,
    siblings: readonly Task[],
  ): Task {
    const { surroundings } = this.options;
    const { defaultStrategy, maximumStopMs, report, runtime, secrets, settleMs } = surroundings();
    const container = overridden(definition, target.input);
    const clusterName = clusterNameOf(target);
    return new Task({
      serviceArn: target.clusterArn,
      clusterName,
      deploymentId: rule.startedBy,
      definition,
      container,
      containerPort: container.portMappings?.[0]?.containerPort ?? 80,
      targetGroupArns: [],
      targetGroup: () => undefined,
      runtime,
      surroundings: () => ({ secrets: secrets(container) }),
      settleMs,
      maximumStopMs,
      ...nextCapacity(capacityOf(target), defaultStrategy(clusterName), siblings),
      onStatus: ({ arn, lastStatus, stoppedReason }) => {
        const isStopped = lastStatus === "STOPPED";
        const message = isStopped ? `STOPPED: ${stoppedReason ?? ""}` : lastStatus;
        report({ source: "task", resource: arn, message });
        if (isStopped) this.forget();
        this.options.onChange();
      },
      onSettled: this.options.onChange,
    });
  }

  /** Begins a task, on an instance if it needs one. Returns why it could not. */
  private begin(task: Task, target: TaskTarget): string | undefined {
    if (task.options.launchType === "FARGATE") {
      this.tasks.push(task);
      void task.start();
      return undefined;
    }
    const asked = {
      ...target,
      arn: target.clusterArn,
      clusterName: clusterNameOf(target),
      schedulingStrategy: "REPLICA",
    };
    const place = this.options.surroundings().instances.place(placementRequest(asked, task));
    if ("because" in place) return place.because;
    this.tasks.push(task);
    void task.start(place);
    return undefined;
  }

  private forget(): void {
    const stopped = this.tasks.filter(({ lastStatus }) => lastStatus === "STOPPED");
    const forgotten = new Set(stopped.slice(0, -STOPPED_TASKS_KEPT));
    this.tasks = this.tasks.filter((task) => !forgotten.has(task));
  }

  private rules(): ScheduledRule[] {
    return scheduledRules(this.options.account);
  }

  private now(): Date {
    return this.options.now?.() ?? new Date();
  }

  private say(rule: string, message: string): void {
    this.options.surroundings().report({ source: "event-rule", resource: rule, message });
  }
}

/** A rule whose schedule changes begins anew. */
const keyOf = ({ startedBy, expression }: ScheduledRule): string => `${startedBy} ${expression}`;

const clusterNameOf = ({ clusterArn }: TaskTarget): string =>
  clusterArn.split("/").at(-1) ?? "default";

function capacityOf({
  capacityProviderStrategies,
  launchType,
}: TaskTarget): Pick<Service, "capacityProviderStrategies" | "launchType"> {
  return launchType === "FARGATE" || launchType === "EC2"
    ? { capacityProviderStrategies, launchType }
    : { capacityProviderStrategies };
}

/** The container that runs, with what the target's input overrides of it. */
function overridden(
  { containerDefinitions: containers }: TaskDefinition,
  input: string | undefined,
): ContainerDefinition {
  const container = containers.find(({ portMappings }) => portMappings?.length) ?? containers[0];
  if (container === undefined) throw new Error("a task definition has at least one container");
  const given = overrides.safeParse(jsonOf(input));
  const own = given.data?.containerOverrides.find(({ name }) => name === container.name);
  if (own === undefined) return container;
  const kept = (container.environment ?? []).filter(
    ({ name }) => own.environment?.some((variable) => variable.name === name) !== true,
  );
  return {
    ...container,
    ...(own.command && { command: own.command }),
    environment: [...kept, ...(own.environment ?? [])],
  };
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "{}") as unknown;
  } catch {
    return {};
  }
}
