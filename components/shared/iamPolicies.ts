import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { physicalName } from "./names";
import { type Transform, transformed } from "./transform";

/** One permission: some actions on some resources. */
export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | { Service: string };
  Action: string | string[];
  Resource: pulumi.Input<string> | pulumi.Input<string>[];
  Condition?: Record<string, Record<string, pulumi.Input<string | pulumi.Input<string>[]>>>;
}

/** Allows `actions` on `resources`, only under `condition` if given. */
export function allow(
  actions: string | string[],
  resources: Statement["Resource"],
  condition?: Statement["Condition"],
): Statement {
  return {
    Effect: "Allow",
    Action: actions,
    Resource: resources,
    ...(condition && { Condition: condition }),
  };
}

/** An IAM policy document, as JSON. */
export function policyDocument(statements: Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

/**
 * Lets one AWS service start tasks with roles, which cannot be passed to any other service.
 *
 * Source: IAM user guide, "Grant a user permissions to pass a role to an AWS service".
 */
export function passRoles(roleArns: pulumi.Input<string>[], service: string): Statement {
  return allow("iam:PassRole", roleArns, { StringEquals: { "iam:PassedToService": service } });
}

export interface ServiceRoleArgs {
  /** Base of the role's name; the stack is added. */
  base: string;
  /** Who assumes the role, e.g. `codebuild.amazonaws.com`. */
  service: string;
  /**
   * The resource of this account that the service must act for, by the parts of its ARN, so that nobody else can make
   * it assume the role. Only set if the service's documentation names the condition: other services would be locked
   * out.
   */
  source?: { service: string; region: string; resource: string };
  /** Overrides for the role's arguments. */
  transform?: Transform<aws.iam.RoleArgs>;
}

/**
 * A role that one AWS service assumes.
 *
 * Source: IAM user guide, "The confused deputy problem", "Cross-service confused deputy prevention".
 */
export function createServiceRole(
  name: string,
  { base, service, source, transform }: ServiceRoleArgs,
  parent: pulumi.Resource,
): aws.iam.Role {
  return new aws.iam.Role(
    name,
    transformed(
      name,
      {
        name: physicalName("role", base, pulumi.getStack()),
        assumeRolePolicy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Action: "sts:AssumeRole",
              Principal: { Service: service },
              ...(source && { Condition: sourceCondition(source, parent) }),
            },
          ],
        }),
      },
      transform,
    ),
    { parent },
  );
}

function sourceCondition(
  { service, region, resource }: NonNullable<ServiceRoleArgs["source"]>,
  parent: pulumi.Resource,
) {
  const account = aws.getCallerIdentityOutput({}, { parent }).accountId;
  return {
    StringEquals: { "aws:SourceAccount": account },
    ArnLike: {
      "aws:SourceArn": pulumi.interpolate`arn:aws:${service}:${region}:${account}:${resource}`,
    },
  };
}
