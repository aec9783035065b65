import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { physicalName } from "./names";

/** One permission: some actions on some resources. */
export interface Statement {
  Effect: "Allow" | "Deny";
  Principal?: "*" | { Service: string };
  Action: string | string[];
  Resource: pulumi.Input<string> | pulumi.Input<string>[];
  Condition?: Record<string, Record<string, pulumi.Input<string | string[]>>>;
}

/** Lets a role do `actions` on `resources`, where it matters only under `condition`. */
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

/** A policy document of IAM, as text. */
export function policyDocument(statements: Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

/**
 * Lets one service of AWS start tasks with roles, and nobody use them otherwise.
 *
 * Source: IAM user guide, "Grant a user permissions to pass a role to an AWS service".
 */
export function passRoles(roleArns: pulumi.Input<string>[], service: string): Statement {
  return allow("iam:PassRole", roleArns, { StringEquals: { "iam:PassedToService": service } });
}

/** A role that one service of AWS acts as. */
export function createServiceRole(
  name: string,
  args: { base: string; service: string },
  parent: pulumi.Resource,
): aws.iam.Role {
  return new aws.iam.Role(
    name,
    {
      name: physicalName("role", args.base, pulumi.getStack()),
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: args.service } },
        ],
      }),
    },
    { parent },
  );
}
