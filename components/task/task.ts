import * as aws from "@pulumi/aws";

import { createNamedGroup } from "../shared/securityGroup";
import { transformed } from "../shared/transform";
import { createLogGroup } from "./logGroup";
import type { Egress, TaskSettings, TaskStep } from "./taskArgs";
import { createTaskDefinition, type TaskShape } from "./taskDefinition";
import { createTaskRoles, type TaskRoles } from "./taskRoles";
import type { SecretSource } from "./taskSecrets";

/** The resources of a task, whatever starts it. */
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
  const logGroup = createLogGroup(name, settings, parent);
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

/** Secrets that the agent reads for all containers. */
function secretSourcesOf(settings: TaskSettings): SecretSource[] {
  return [settings, ...settings.sidecars].flatMap(({ secrets = {}, logConfiguration }) => [
    ...Object.values(secrets),
    ...Object.values(logConfiguration?.secretOptions ?? {}),
  ]);
}

/** The tasks' security group. It lets nothing in, and out whatever `egress` allows, by default everything. */
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
  const everything = {
    description: "Image pulls, logs and whatever the application calls",
    ipProtocol: "-1",
    cidrIpv4: "0.0.0.0/0",
  };
  const rules: Record<string, EgressRule> = settings.egress
    ? egressRules(settings.egress)
    : { out: everything };
  for (const [rule, what] of Object.entries(rules)) {
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-ecs-${rule}`,
      transformed(
        `${name}-ecs-${rule}`,
        { securityGroupId: securityGroup.id, ...what },
        transform?.securityGroupEgressRule,
      ),
      { parent },
    );
  }
  return securityGroup;
  // #endregion
}

type EgressRule = Omit<aws.vpc.SecurityGroupEgressRuleArgs, "securityGroupId">;

/** The egress rules, by the suffix of their names. */
function egressRules(egress: Readonly<Record<string, Egress>>): Record<string, EgressRule> {
  return Object.fromEntries(
    Object.entries(egress).map(([key, { port, protocol = "tcp", ...to }]) => [
      `to-${key}`,
      {
        description: `To ${key}`,
        ipProtocol: protocol,
        fromPort: port,
        toPort: port,
        ...(to.securityGroupId === undefined
          ? { cidrIpv4: to.cidrIpv4 ?? "0.0.0.0/0" }
          : { referencedSecurityGroupId: to.securityGroupId }),
      },
    ]),
  );
}
