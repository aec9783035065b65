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

/** Any other than these two starts by the cluster's default here. */
const launchType = z
  .string()
  .nullish()
  .transform((type) => (type === "FARGATE" || type === "EC2" ? type : undefined));

const target = z.object({
  rule: z.string(),
  arn: z.string(),
  input: z.string().nullish(),
  ecsTarget: z
    .object({
      taskDefinitionArn: z.string(),
      taskCount: z.coerce
        .number()
        .nullish()
        .transform((count) => count ?? 1),
      launchType,
      capacityProviderStrategies: capacityProviderStrategy,
      orderedPlacementStrategies: z
        .array(z.object({ type: z.string(), field: z.string().nullish() }))
        .nullish()
        .transform((strategies) => strategies ?? []),
      placementConstraints: z
        .array(z.object({ type: z.string(), expression: z.string().nullish() }))
        .nullish()
        .transform((constraints) => constraints ?? []),
    })
    .nullish(),
});

/** What a rule starts: tasks of a cluster. */
export type TaskTarget = NonNullable<z.infer<typeof target>["ecsTarget"]> & {
  readonly clusterArn: string;
  /** Overrides of the containers, as the target's constant input has them: JSON. */
  readonly input?: string | undefined;
};

/** A rule that is on, and starts tasks on a schedule. */
export interface ScheduledRule {
  readonly source: "event-rule" | "schedule";
  readonly name: string;
  /** As ECS's tasks say who started them. */
  readonly startedBy: string;
  /** When it began, if it says so. */
  readonly since?: Date | undefined;
  readonly expression: string;
  readonly schedule: Schedule;
  readonly targets: readonly TaskTarget[];
}

/** @throws {Error} when a record is not what @pulumi/aws gives */
export function scheduledRules(account: AccountView): ScheduledRule[] {
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
