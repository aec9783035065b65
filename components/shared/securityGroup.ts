import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { physicalName } from "./names";
import { type Transform, transformed } from "./transform";

export interface NamedGroupArgs {
  /** Base of its name; the stack is added. */
  base: string;
  description: string;
  vpcId: pulumi.Input<string>;
  /** Overrides for the group's arguments. */
  transform?: Transform<aws.ec2.SecurityGroupArgs>;
}

/** A security group without rules, with its name as a tag for the console. */
export function createNamedGroup(
  name: string,
  { base, description, vpcId, transform }: NamedGroupArgs,
  parent: pulumi.Resource,
): aws.ec2.SecurityGroup {
  const physical = physicalName("securityGroup", base, pulumi.getStack());
  return new aws.ec2.SecurityGroup(
    name,
    transformed(name, { name: physical, description, vpcId, tags: { Name: physical } }, transform),
    { parent },
  );
}
