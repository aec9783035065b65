import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { allow, createServiceRole, policyDocument } from "../shared/iamPolicies";
import { physicalName } from "../shared/names";
import { type Transform, transformed } from "../shared/transform";
import { containerInstancesOf } from "./containerInstances";

export interface InstanceRoleArgs {
  /** Base of the role's and the profile's names, e.g. `ecsHandsOnInstanceRole`. */
  instanceRoleName: string;
  /** ARN of the cluster that instances join. */
  clusterArn: pulumi.Input<string>;
  /** Whether instances must be able to opt in to ENI trunking. */
  eniTrunking: boolean;
  transform: InstanceRoleTransform | undefined;
}

/** Overrides for the arguments of each resource of the instances' role. */
export interface InstanceRoleTransform {
  instanceRole?: Transform<aws.iam.RoleArgs>;
  /** `…-instance-agent`, `…-instance-session` and with `eniTrunking` `…-instance-trunking`. */
  instanceRolePolicy?: Transform<aws.iam.RolePolicyArgs>;
  instanceProfile?: Transform<aws.iam.InstanceProfileArgs>;
}

export interface InstanceRole {
  /** The profile that gives instances the role. */
  profile: aws.iam.InstanceProfile;
  /** What the role may do: instances must not start before it. */
  permissions: pulumi.Resource[];
}

/**
 * The second tutorial's instance role: what the ECS agent on an instance does for the instance
 * (join the cluster, report its state), and Session Manager in place of SSH. It is separate from the task execution
 * role because it is shared: anyone who gets onto the instance may do what it may do. The execution role belongs to one
 * task definition, has only the permissions that this one needs, and exists on Fargate too, where there is no instance.
 *
 * It replaces the tutorial's two managed policies with what these instances need on their own cluster: those policies
 * would let anyone on an instance read every parameter and pull every image of the account. Images and logs need no
 * permission here, as the agent of Amazon Linux uses the execution role for both.
 *
 * Source: the second tutorial, "ECSインスタンス用ロール"; Amazon ECS developer guide, "Amazon ECS container
 * instance IAM role" and "Identity-based policy examples for Amazon ECS"; AWS Systems Manager user guide, "Create a
 * custom IAM role for Session Manager"; amazon-ecs-agent, ecs-init/docker, `getPlatformSpecificEnvVariables`.
 */
export function createInstanceRole(
  name: string,
  { instanceRoleName, clusterArn, eniTrunking, transform }: InstanceRoleArgs,
  parent: pulumi.Resource,
): InstanceRole {
  const role = createServiceRole(
    `${name}-instance`,
    {
      base: instanceRoleName,
      service: "ec2.amazonaws.com",
      transform: transform?.instanceRole,
    },
    parent,
  );
  const attach = (suffix: string, policy: pulumi.Input<string>) =>
    new aws.iam.RolePolicy(
      `${name}-instance-${suffix}`,
      transformed(
        `${name}-instance-${suffix}`,
        { role: role.id, policy },
        transform?.instanceRolePolicy,
      ),
      { parent },
    );
  const permissions = [
    attach("agent", agentPolicy(clusterArn)),
    attach("session", sessionPolicy()),
  ];
  if (eniTrunking) permissions.push(attach("trunking", trunkingPolicy()));
  const profile = new aws.iam.InstanceProfile(
    `${name}-instance`,
    transformed(
      `${name}-instance`,
      {
        name: physicalName("instanceProfile", instanceRoleName, pulumi.getStack()),
        role: role.name,
      },
      transform?.instanceProfile,
    ),
    { parent },
  );
  return { profile, permissions };
}

/** What the ECS agent does: join the cluster, receive tasks to start, report. */
function agentPolicy(clusterArn: pulumi.Input<string>): pulumi.Output<string> {
  const instances = containerInstancesOf(clusterArn);
  // #region agent-policy
  return policyDocument([
    // AWS defines no resources for this to be limited to.
    allow("ecs:DiscoverPollEndpoint", "*"),
    allow(
      [
        "ecs:DeregisterContainerInstance",
        "ecs:RegisterContainerInstance",
        "ecs:SubmitAttachmentStateChanges",
        "ecs:SubmitContainerStateChange",
        "ecs:SubmitTaskStateChange",
      ],
      clusterArn,
    ),
    allow(["ecs:Poll", "ecs:StartTelemetrySession"], instances),
  ]);
  // #endregion
}

/** What the SSM agent does for a session; AWS defines no resources that it could be limited to. */
const sessionPolicy = () =>
  policyDocument([
    allow(
      [
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ],
      "*",
    ),
  ]);

/**
 * Account settings have no ARN; without the permission for the account's defaults, it only covers the role's own
 * setting.
 */
const trunkingPolicy = () => policyDocument([allow("ecs:PutAccountSetting", "*")]);
