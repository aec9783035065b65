import { z } from "zod";
import type { AccountView } from "../../../account/record";
import { type Schedule, parseSchedule } from "../../../shared/schedule";
import { parseRecord } from "../../dataplane/alb/elb";
import { capacityProviderStrategy } from "../ec2/capacityRecords";

const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";

const rule = z.object({
  name: z.string(),
  scheduleExpression: z.string().nullish(),
  state: z.string().nullish(),
});

/** Any launch type but these two uses the cluster's default. */
const launchType = z
  .string()
  .nullish()
  .transform((type) => (type === "FARGATE" || type === "EC2" ? type : undefined));

const placementStrategies = z
  .array(z.object({ type: z.string(), field: z.string().nullish() }))
  .nullish()
  .transform((strategies) => strategies ?? []);

/** How tasks are started. */
const ecsParameters = z.object({
  taskDefinitionArn: z.string(),
  taskCount: z.coerce
    .number()
    .nullish()
    .transform((count) => count ?? 1),
  launchType,
  capacityProviderStrategies: capacityProviderStrategy,
  orderedPlacementStrategies: placementStrategies,
  placementConstraints: z
    .array(z.object({ type: z.string(), expression: z.string().nullish() }))
    .nullish()
    .transform((constraints) => constraints ?? []),
});

const target = z.object({
  rule: z.string(),
  arn: z.string(),
  input: z.string().nullish(),
  ecsTarget: ecsParameters.nullish(),
});

const SCHEDULE = "aws:scheduler/schedule:Schedule";

const schedulerSchedule = z.object({
  name: z.string(),
  scheduleExpression: z.string(),
  scheduleExpressionTimezone: z.string().nullish(),
  startDate: z.string().nullish(),
  endDate: z.string().nullish(),
  state: z.string().nullish(),
  target: z.object({
    arn: z.string(),
    input: z.string().nullish(),
    ecsParameters: ecsParameters
      .omit({ orderedPlacementStrategies: true })
      .extend({ placementStrategies: placementStrategies })
      .nullish(),
  }),
});

/** What a rule starts: tasks in a cluster. */
export type TaskTarget = NonNullable<z.infer<typeof target>["ecsTarget"]> & {
  readonly clusterArn: string;
  /** Container overrides from the target's constant input, as JSON. */
  readonly input?: string | undefined;
};

/** An enabled rule that starts tasks on a schedule. */
export interface ScheduledRule {
  readonly source: "event-rule" | "schedule";
  readonly name: string;
  /** The tasks' `startedBy`. */
  readonly startedBy: string;
  /** Its start date, if it has one. */
  readonly since?: Date | undefined;
  /** Its end date, if it has one. */
  readonly until?: Date | undefined;
  readonly expression: string;
  readonly schedule: Schedule;
  readonly targets: readonly TaskTarget[];
}

/**
 * Rules of EventBridge, and schedules of its Scheduler.
 * @throws {Error} when a record is not what @pulumi/aws gives
 */
export function scheduledRules(account: AccountView): ScheduledRule[] {
  return [...rulesOf(account), ...schedulesOf(account)];
}

/** A flexible time window is ignored, so that nobody has to wait for it. */
function schedulesOf(account: AccountView): ScheduledRule[] {
  return account.list(SCHEDULE).flatMap((record) => {
    const {
      name,
      scheduleExpression: expression,
      ...rest
    } = parseRecord(schedulerSchedule, record);
    const { arn: clusterArn, ecsParameters: ecs, input } = rest.target;
    const schedule = parseSchedule(expression, rest.scheduleExpressionTimezone ?? "UTC");
    if (!ecs || schedule === undefined || rest.state === "DISABLED") return [];
    const { placementStrategies: orderedPlacementStrategies, ...parameters } = ecs;
    const common = { clusterArn, input: input ?? undefined, orderedPlacementStrategies };
    return [
      {
        source: "schedule" as const,
        name,
        startedBy: `chronos-schedule/${name}`,
        expression,
        schedule,
        since: rest.startDate ? new Date(rest.startDate) : undefined,
        until: rest.endDate ? new Date(rest.endDate) : undefined,
        targets: [{ ...parameters, ...common }],
      },
    ];
  });
}

function rulesOf(account: AccountView): ScheduledRule[] {
  const targets = account.list(TARGET).map((record) => parseRecord(target, record));
  return account.list(RULE).flatMap((record) => {
    const { name, scheduleExpression: expression, state } = parseRecord(rule, record);
    const schedule = expression ? parseSchedule(expression) : undefined;
    if (!expression || schedule === undefined || state === "DISABLED") return [];
    const own = targets.flatMap(({ arn: clusterArn, ecsTarget, input, rule: ruleName }) =>
      ecsTarget && ruleName === name
        ? [{ ...ecsTarget, clusterArn, input: input ?? undefined }]
        : [],
    );
    return own.length === 0
      ? []
      : [
          {
            source: "event-rule",
            name,
            startedBy: `events-rule/${name}`,
            expression,
            schedule,
            targets: own,
          },
        ];
  });
}
