import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { physicalName } from "../shared/names";
import { type Transform, transformed } from "../shared/transform";

/** Name of the log group that a task's containers write to, by the base of its names. */
export const logGroupName = ({ name }: { name: string }) =>
  `/ecs/${physicalName("service", name, pulumi.getStack())}`;

/** The log group, and its region. */
export const logTarget = (settings: { name: string; region: string }) => ({
  group: logGroupName(settings),
  region: settings.region,
});

/** Created here with a retention period, because a log group that ECS or the agent creates keeps logs forever. */
export function createLogGroup(
  name: string,
  settings: {
    name: string;
    logRetentionDays: number;
    transform?: { logGroup?: Transform<aws.cloudwatch.LogGroupArgs> };
  },
  parent: pulumi.Resource,
): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    transformed(
      `${name}-logs`,
      { name: logGroupName(settings), retentionInDays: settings.logRetentionDays },
      settings.transform?.logGroup,
    ),
    { parent },
  );
}
