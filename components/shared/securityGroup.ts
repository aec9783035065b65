import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { physicalName } from "./names";

export interface NamedGroupArgs {
  /** Base of its name, to which the stack is added. */
  base: string;
  description: string;
  vpcId: pulumi.Input<string>;
}

/** A security group with no rules yet, which the console shows by its name too. */
export function createNamedGroup(
  name: string,
  { base, description, vpcId }: NamedGroupArgs,
  parent: pulumi.Resource,
): aws.ec2.SecurityGroup {
  const physical = physicalName("securityGroup", base, pulumi.getStack());
  return new aws.ec2.SecurityGroup(
    name,
    { name: physical, description, vpcId, tags: { Name: physical } },
    { parent },
  );
}
