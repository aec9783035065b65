import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { physicalName } from "../shared/names";

export interface InstanceRoleArgs {
  /** Base of the role's and the profile's names, e.g. `ecsHandsOnInstanceRole`. */
  instanceRoleName: string;
  /** Whether instances must be able to opt in to ENI trunking. */
  eniTrunking: boolean;
}

export interface InstanceRole {
  /** What hands the role to instances. */
  profile: aws.iam.InstanceProfile;
  /** What the role may do: instances must not start before it. */
  permissions: pulumi.Resource[];
}

/**
 * The second tutorial's instance role: what the ECS agent on an instance does for the instance
 * (join the cluster, report its state), and Session Manager in place of SSH. It is another than the
 * task execution role because it is shared: what it may do, whoever gets onto the instance may do,
 * for every task there. The execution role is one task definition's, holds only what that one
 * needs, and is on Fargate too, where there is no instance.
 *
 * Source: the second tutorial, "ECSインスタンス用ロール"; Amazon ECS developer guide, "Amazon ECS container
 * instance IAM role".
 */
export function createInstanceRole(
  name: string,
  { instanceRoleName, eniTrunking }: InstanceRoleArgs,
  parent: pulumi.Resource,
): InstanceRole {
  const stack = pulumi.getStack();
  const role = new aws.iam.Role(
    `${name}-instance`,
    {
      name: physicalName("role", instanceRoleName, stack),
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "sts:AssumeRole",
            Principal: { Service: "ec2.amazonaws.com" },
          },
        ],
      }),
    },
    { parent },
  );
  const permissions: pulumi.Resource[] = Object.entries(managedPolicies).map(
    ([suffix, policyArn]) =>
      new aws.iam.RolePolicyAttachment(
        `${name}-instance-${suffix}`,
        { role: role.name, policyArn },
        { parent },
      ),
  );
  if (eniTrunking) {
    permissions.push(
      new aws.iam.RolePolicy(
        `${name}-instance-trunking`,
        { role: role.id, policy: JSON.stringify(trunkingPolicy) },
        { parent },
      ),
    );
  }
  const profile = new aws.iam.InstanceProfile(
    `${name}-instance`,
    { name: physicalName("instanceProfile", instanceRoleName, stack), role: role.name },
    { parent },
  );
  return { profile, permissions };
}

const managedPolicies = {
  ecs: "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role",
  ssm: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
};

/** Account settings have no ARN; without the permission for the account's defaults this is the role's own. */
const trunkingPolicy = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "ecs:PutAccountSetting", Resource: "*" }],
};
