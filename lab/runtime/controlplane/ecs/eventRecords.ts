import { z } from "zod";
import type { AccountView } from "../../../account/record";
import { type Schedule, parseSchedule, parseSchedulerExpression } from "../../../shared/schedule";
import { parseRecord } from "../../dataplane/alb/elb";
import { capacityProviderStrategy } from "../ec2/capacityRecords";

const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const SCHEDULE = "aws:scheduler/schedule:Schedule";

const rule = z.object({
  name: z.string(),
  scheduleExpression: z.string().nullish(),
  state: z.string().nullish(),
});

const placementStrategies = z
  .array(z.object({ type: z.string(), field: z.string().nullish() }))
  .nullish()
  .transform((strategies) => strategies ?? []);

const ecsTarget = z.object({
  taskDefinitionArn: z.string(),
  taskCount: z.coerce
    .number()
    .nullish()
    .transform((count) => count ?? 1),
  launchType: z.string().nullish(),
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
  ecsTarget: ecsTarget.nullish(),
});

/** A schedule of EventBridge Scheduler, whose target has another word for the strategies. */
const schedule = z.object({
  name: z.string(),
  scheduleExpression: z.string(),
  scheduleExpressionTimezone: z.string(),
  state: z.string().nullish(),
  target: z.object({
    arn: z.string(),
    input: z.string().nullish(),
    ecsParameters: ecsTarget
      .omit({ orderedPlacementStrategies: true })
      .extend({ placementStrategies })
      .nullish(),
  }),
});

/** What a rule starts: tasks of a cluster. */
export type TaskTarget = z.infer<typeof ecsTarget> & {
  readonly clusterArn: string;
  /** Overrides of the containers, as the target's constant input has them: JSON. */
  readonly input?: string | undefined;
};

/** A rule that is on, and starts tasks on a schedule. */
export interface ScheduledRule {
  readonly name: string;
  /** Who starts them, as ECS tells of a task (`startedBy`). */
  readonly startedBy: string;
  readonly expression: string;
  readonly schedule: Schedule;
  readonly targets: readonly TaskTarget[];
}

/**
 * Rules of EventBridge and schedules of EventBridge Scheduler that are on and start tasks.
 *
 * @throws {Error} when a record is not what @pulumi/aws gives
 */
export function scheduledRules(account: AccountView): ScheduledRule[] {
  return [...eventRules(account), ...schedules(account)];
}

function schedules(account: AccountView): ScheduledRule[] {
  return account.list(SCHEDULE).flatMap((record) => {
    const { name, scheduleExpression: expression, state, ...given } = parseRecord(schedule, record);
    const parsed = parseSchedulerExpression(expression, given.scheduleExpressionTimezone);
    const { arn: clusterArn, input, ecsParameters } = given.target;
    if (parsed === undefined || state === "DISABLED" || !ecsParameters) return [];
    const { placementStrategies: orderedPlacementStrategies, ...ecs } = ecsParameters;
    return [
      {
        name,
        startedBy: `chronos-schedule/${name}`,
        expression,
        schedule: parsed,
        targets: [{ ...ecs, orderedPlacementStrategies, clusterArn, input: input ?? undefined }],
      },
    ];
  });
}

function eventRules(account: AccountView): ScheduledRule[] {
  const targets = account.list(TARGET).map((record) => parseRecord(target, record));
  return account.list(RULE).flatMap((record) => {
    const { name, scheduleExpression: expression, state } = parseRecord(rule, record);
    const parsed = expression ? parseSchedule(expression) : undefined;
    if (!expression || parsed === undefined || state === "DISABLED") return [];
    const own = targets.flatMap(({ arn: clusterArn, ecsTarget: ecs, input, rule: ruleName }) =>
      ecs && ruleName === name ? [{ ...ecs, clusterArn, input: input ?? undefined }] : [],
    );
    if (own.length === 0) return [];
    const startedBy = `events-rule/${name}`;
    return [{ name, startedBy, expression, schedule: parsed, targets: own }];
  });
}
