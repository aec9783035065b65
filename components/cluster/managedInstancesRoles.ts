import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { allow, createServiceRole, policyDocument } from "../shared/iamPolicies";
import { physicalName } from "../shared/names";
import { type Transform, transformed } from "../shared/transform";
import { containerInstancesOf } from "./containerInstances";

export interface ManagedRolesArgs {
  /** Base of the names of the cluster's resources. */
  name: string;
  /** Base of the instance role's and the profile's names. */
  instanceRoleName: string;
  /** ARN of the cluster that instances join. */
  clusterArn: pulumi.Input<string>;
  transform?: ManagedRolesTransform;
}

/** Overrides for the arguments of each resource of the two roles. */
export interface ManagedRolesTransform {
  infrastructureRole?: Transform<aws.iam.RoleArgs>;
  infrastructureRolePolicyAttachment?: Transform<aws.iam.RolePolicyAttachmentArgs>;
  instanceRole?: Transform<aws.iam.RoleArgs>;
  instanceRolePolicy?: Transform<aws.iam.RolePolicyArgs>;
  instanceProfile?: Transform<aws.iam.InstanceProfileArgs>;
}

export interface ManagedRoles {
  /** The role as which ECS launches, describes and ends instances. */
  infrastructureRole: aws.iam.Role;
  /** The profile that gives instances their role. */
  profile: aws.iam.InstanceProfile;
  /** What the roles may do: instances must not start before it. */
  permissions: pulumi.Resource[];
}

/** AWS's own policy for what ECS does to instances: those that it has tagged, with roles named `ecsInstanceRole…`. */
const infrastructurePolicy =
  "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForManagedInstances";

/**
 * The two roles of Amazon ECS Managed Instances. ECS launches and ends instances with the first, which has AWS's own
 * policy, as AWS keeps extending what ECS does there. The agent on an instance runs with the second, which has the
 * permissions of AmazonECSInstanceRolePolicyForManagedInstances, on this cluster only. The execution role covers images
 * and logs, and there is no Session Manager, as nobody can log in to an instance.
 *
 * Source: Amazon ECS developer guide, "Amazon ECS infrastructure IAM role", "Amazon ECS Managed Instances instance
 * profile"; AWS managed policy reference, AmazonECSInstanceRolePolicyForManagedInstances.
 */
export function createManagedRoles(
  name: string,
  { name: base, instanceRoleName, clusterArn, transform }: ManagedRolesArgs,
  parent: pulumi.Resource,
): ManagedRoles {
  const infrastructureRole = createServiceRole(
    `${name}-infrastructure-role`,
    {
      base: `${base}-instances-infrastructure`,
      service: "ecs.amazonaws.com",
      transform: transform?.infrastructureRole,
    },
    parent,
  );
  const attachment = new aws.iam.RolePolicyAttachment(
    `${name}-infrastructure-role`,
    transformed(
      `${name}-infrastructure-role`,
      { role: infrastructureRole.name, policyArn: infrastructurePolicy },
      transform?.infrastructureRolePolicyAttachment,
    ),
    { parent },
  );
  const instanceRole = createServiceRole(
    `${name}-instance-role`,
    { base: instanceRoleName, service: "ec2.amazonaws.com", transform: transform?.instanceRole },
    parent,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-instance-role-agent`,
    transformed(
      `${name}-instance-role-agent`,
      { role: instanceRole.id, policy: agentPolicy(clusterArn) },
      transform?.instanceRolePolicy,
    ),
    { parent },
  );
  const profile = new aws.iam.InstanceProfile(
    `${name}-instance-role`,
    transformed(
      `${name}-instance-role`,
      {
        name: physicalName("instanceProfile", instanceRoleName, pulumi.getStack()),
        role: instanceRole.name,
      },
      transform?.instanceProfile,
    ),
    { parent },
  );
  return { infrastructureRole, profile, permissions: [attachment, policy] };
}

/** What the ECS agent on a managed instance does: join the cluster, receive tasks to start, report. */
function agentPolicy(clusterArn: pulumi.Input<string>): pulumi.Output<string> {
  const instances = containerInstancesOf(clusterArn);
  // #region agent-policy
  return policyDocument([
    // AWS defines no resources for this to be limited to.
    allow("ecs:DiscoverPollEndpoint", "*"),
    allow(
      [
        "ecs:RegisterContainerInstance",
        "ecs:SubmitAttachmentStateChanges",
        "ecs:SubmitTaskStateChange",
      ],
      clusterArn,
    ),
    allow(["ecs:Poll", "ecs:PutSystemLogEvents", "ecs:StartTelemetrySession"], instances),
  ]);
  // #endregion
}
