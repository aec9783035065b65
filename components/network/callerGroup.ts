import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { baseNameProblem } from "../shared/names";
import { about, rejectProblems } from "../shared/problems";
import { createNamedGroup } from "../shared/securityGroup";
import type { Transform } from "../shared/transform";
import type { Network } from "./network";

/** What a group of callers takes in any language. */
export interface CallerGroupInputs {
  /**
   * Base of the physical name; the stack is added.
   * @throws if it is not 1 to 20 lower-case letters, digits and single hyphens with a letter first, or begins with
   * `internal-`, `aws` or `sg-`
   */
  name: string;
  /** The network that its members are in. */
  network: Pick<Network, "vpcId">;
}

export interface CallerGroupArgs extends CallerGroupInputs {
  /** Overrides for the resources' arguments, for what this component does not offer. @default none */
  transform?: { securityGroup?: Transform<aws.ec2.SecurityGroupArgs> };
}

/**
 * A security group that only marks its members, for services that let nobody else in (`allowedSecurityGroups`). It has
 * no rules, so that members keep what their other groups allow.
 *
 * A rule for each pair of services would soon exceed the limit of a security group (60).
 *
 * Source: Amazon VPC user guide, "Security group rules" (a group as source), "Amazon VPC quotas".
 *
 * @throws pulumi.ResourceError naming every argument that is wrong.
 */
export class CallerGroup extends pulumi.ComponentResource {
  /** Id of the security group. */
  readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: CallerGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ecs-handson:ec2:CallerGroup", name, {}, opts);
    rejectProblems(this, [about("name", baseNameProblem(args.name))]);
    const { name: base, network } = args;
    const securityGroup = createNamedGroup(
      `${name}-members`,
      {
        base: `${base}-callers`,
        description: `callers of ${base}`,
        vpcId: network.vpcId,
        transform: args.transform?.securityGroup,
      },
      this,
    );
    this.securityGroupId = securityGroup.id;
    this.registerOutputs({ securityGroupId: this.securityGroupId });
  }
}
