import * as aws from "@pulumi/aws";

import { createNamedGroup } from "../shared/securityGroup";
import { transformed } from "../shared/transform";
import type { TaskSettings, TaskStep } from "./taskArgs";
import { createTaskDefinition, type TaskShape } from "./taskDefinition";
import { logGroupName } from "./taskNames";
import { createTaskRoles, type TaskRoles } from "./taskRoles";
import type { SecretSource } from "./taskSecrets";

/** What a task consists of, whoever starts it. */
export interface TaskParts {
  logGroup: aws.cloudwatch.LogGroup;
  roles: TaskRoles;
  taskDefinition: aws.ecs.TaskDefinition;
}

/** A task's log group, its roles and its definition. */
export function createTask(
  step: TaskStep,
  shape: TaskShape,
  roleNames: { executionRoleName: string; taskRoleName: string },
): TaskParts {
  const { name, settings, parent } = step;
  const logGroup = createLogGroup(step);
  const roles = createTaskRoles(
    name,
    {
      ...settings,
      ...roleNames,
      logGroupArn: logGroup.arn,
      secretSources: secretSourcesOf(settings),
    },
    parent,
  );
  return { logGroup, roles, taskDefinition: createTaskDefinition(step, shape, roles, logGroup) };
}

function createLogGroup({ name, settings, parent }: TaskStep): aws.cloudwatch.LogGroup {
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

/** What the agent reads for all containers. */
function secretSourcesOf(settings: TaskSettings): SecretSource[] {
  return [settings, ...settings.sidecars].flatMap(({ secrets = {}, logConfiguration }) => [
    ...Object.values(secrets),
    ...Object.values(logConfiguration?.secretOptions ?? {}),
  ]);
}

/** The tasks' security group, which lets everything out and nothing in. */
export function createTaskSecurityGroup({
  name,
  settings,
  parent,
}: TaskStep): aws.ec2.SecurityGroup {
  const { transform } = settings;
  // #region security-group
  const securityGroup = createNamedGroup(
    `${name}-ecs`,
    {
      base: `${settings.name}-ecs`,
      description: `${settings.name} ecs`,
      vpcId: settings.network.vpcId,
      transform: transform?.securityGroup,
    },
    parent,
  );
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-ecs-out`,
    transformed(
      `${name}-ecs-out`,
      {
        securityGroupId: securityGroup.id,
        description: "Image pulls, logs and whatever the application calls",
        ipProtocol: "-1",
        cidrIpv4: "0.0.0.0/0",
      },
      transform?.securityGroupEgressRule,
    ),
    { parent },
  );
  return securityGroup;
  // #endregion
}
