import * as aws from "@pulumi/aws";
import type { types } from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";

import { refuseTwo } from "./args";
import { shortHash } from "./names";

type LogGroupArgs = types.input.awsx.DefaultLogGroupArgs;
type RoleArgs = types.input.awsx.DefaultRoleWithPolicyArgs;

/** Where containers' logs go. */
export interface LogGroupId {
  readonly name: string;
  readonly region: string;
}

const EXECUTION_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";

/** Lets ECS's tasks assume a role: pulumi-awsx, awsx/role.ts, `defaultRoleAssumeRolePolicy`. */
const ASSUMED_BY_TASKS = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Action: "sts:AssumeRole",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
      Effect: "Allow",
      Sid: "",
    },
  ],
});

/**
 * The log group of a task definition: a new one unless one is named or none is wanted.
 *
 * Source: pulumi-awsx, awsx/cloudwatch/logGroup.ts, `defaultLogGroup`.
 *
 * @throws Error if an existing group is given as well as arguments of a new one, or without its name.
 */
export function logGroupOf(
  name: string,
  { args, existing, skip }: LogGroupArgs = {},
  parent: pulumi.Resource,
): { readonly logGroup?: aws.cloudwatch.LogGroup; readonly id?: pulumi.Output<LogGroupId> } {
  if (skip === true) return {};
  refuseTwo({ "logGroup.existing": existing, "logGroup.args": args });
  if (existing !== undefined) return { id: existingLogGroup(existing, parent) };
  const logGroup = new aws.cloudwatch.LogGroup(name, { ...args }, { parent });
  return { logGroup, id: logGroupId(logGroup.name, regionOf(logGroup)) };
}

function existingLogGroup(
  { arn, name, region }: types.input.awsx.ExistingLogGroupArgs,
  parent: pulumi.Resource,
): pulumi.Output<LogGroupId> {
  if (arn !== undefined) {
    return pulumi.output(arn).apply((known = "") => {
      const [, , service, itsRegion = "", , kind, itsName = ""] = known.split(":");
      if (service !== "logs" || kind !== "log-group") throw new Error("Invalid log group ARN");
      return { name: itsName, region: itsRegion };
    });
  }
  if (name === undefined) {
    throw new Error("One of an existing log group name or ARN must be specified");
  }
  return logGroupId(
    pulumi.output(name).apply((known = "") => known),
    pulumi.all([region, regionOf(parent)]).apply(([given, own]) => given ?? own),
  );
}

function logGroupId(
  name: pulumi.Output<string>,
  region: pulumi.Output<string>,
): pulumi.Output<LogGroupId> {
  return pulumi.all([name, region]).apply(([knownName, knownRegion]) => ({
    name: knownName,
    region: knownRegion,
  }));
}

function regionOf(parent: pulumi.Resource): pulumi.Output<string> {
  return aws.getRegionOutput({}, { parent }).region;
}

/**
 * A role of a task definition: a new one, unless one is given or none is wanted.
 *
 * Source: pulumi-awsx, awsx/role.ts, `defaultRoleWithPolicies`.
 *
 * @param kind the execution role gets AWS's managed policy, unless other policies are named.
 * @throws Error if a role is given as well as arguments of a new one.
 */
export function roleOf(
  name: string,
  kind: "task" | "execution",
  { args = {}, roleArn, skip }: RoleArgs = {},
  parent: pulumi.Resource,
): { readonly role?: aws.iam.Role; readonly arn?: pulumi.Input<string | undefined> } {
  const isNew = Object.keys(args).length > 0;
  if (isNew) refuseTwo({ roleArn, args });
  if (skip === true) return {};
  if (roleArn !== undefined) return { arn: roleArn };
  const roleName = `${name}-${kind}`;
  const { policyArns = kind === "execution" ? [EXECUTION_POLICY] : [], ...roleArgs } = args;
  const role = new aws.iam.Role(
    roleName,
    { assumeRolePolicy: ASSUMED_BY_TASKS, ...roleArgs },
    { parent },
  );
  for (const policyArn of policyArns) {
    new aws.iam.RolePolicyAttachment(
      `${roleName}-${shortHash(policyArn)}`,
      { role: role.name, policyArn },
      { parent },
    );
  }
  return { role, arn: role.arn };
}
