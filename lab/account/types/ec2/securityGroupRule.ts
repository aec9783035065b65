import type { ec2, vpc } from "@pulumi/aws";
import { z } from "zod";

import { resourceType } from "../../resourceType";
import { cidr, exactlyOne, exclusive, inputsOf, tags, text, unsupported } from "../shared";
import { mustHaveSecurityGroup } from "./lookups";
import {
  cidrIpv6,
  groupText,
  mustAllow,
  type Permission,
  port,
  protocol,
  separatePermissions,
  vpcPermission,
} from "./permissions";
import { SECURITY_GROUP_RULE } from "./tokens";

const vpcRuleInputs = {
  cidrIpv4: cidr.optional(),
  cidrIpv6: cidrIpv6.optional(),
  description: groupText.optional(),
  fromPort: port.optional(),
  ipProtocol: protocol,
  prefixListId: text,
  referencedSecurityGroupId: text,
  region: text,
  securityGroupId: z.string(),
  tags,
  toPort: port.optional(),
} as const;

/** Ingress and egress rules of the newer kind differ only in their direction. */
export function vpcRule(token: string, direction: Permission["direction"]) {
  return resourceType({
    token,
    inputs: inputsOf<vpc.SecurityGroupIngressRuleArgs & vpc.SecurityGroupEgressRuleArgs>()(
      vpcRuleInputs,
    ),
    immutable: ["region", "securityGroupId"],
    computed: ["arn", "securityGroupRuleId"],
    rules: [exactlyOne("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")],
    validate(context, inputs, before) {
      mustHaveSecurityGroup(context, inputs.securityGroupId);
      const permission = vpcPermission(direction, inputs);
      mustAllow(context, inputs.securityGroupId, [permission], before?.id);
    },
    create(context) {
      const id = `sgr-${context.hex("id")}`;
      return {
        id,
        outputs: {
          arn: context.arn("ec2", `security-group-rule/${id}`),
          securityGroupRuleId: id,
        },
      };
    },
  });
}

export const securityGroupRule = resourceType({
  token: SECURITY_GROUP_RULE,
  inputs: inputsOf<ec2.SecurityGroupRuleArgs>()({
    cidrBlocks: z.array(cidr).min(1).optional(),
    description: groupText.optional(),
    fromPort: port,
    ipv6CidrBlocks: z.array(cidrIpv6).min(1).optional(),
    prefixListIds: unsupported,
    protocol,
    region: text,
    securityGroupId: z.string(),
    self: z.boolean().default(false),
    sourceSecurityGroupId: text,
    toPort: port,
    type: z.enum(["ingress", "egress"]),
  }),
  immutable: [
    "cidrBlocks",
    "fromPort",
    "ipv6CidrBlocks",
    "protocol",
    "region",
    "securityGroupId",
    "self",
    "sourceSecurityGroupId",
    "toPort",
    "type",
  ],
  computed: ["securityGroupRuleId", "sourceSecurityGroupId"],
  rules: [
    exclusive("cidrBlocks", "sourceSecurityGroupId"),
    exclusive("ipv6CidrBlocks", "sourceSecurityGroupId"),
    {
      keys: ["self", "cidrBlocks", "ipv6CidrBlocks", "sourceSecurityGroupId"],
      check: ({ self, cidrBlocks, ipv6CidrBlocks, sourceSecurityGroupId }) =>
        self === true ||
        [cidrBlocks, ipv6CidrBlocks, sourceSecurityGroupId].some((peer) => peer !== undefined)
          ? undefined
          : "one of cidrBlocks, ipv6CidrBlocks, self, sourceSecurityGroupId must be given",
    },
  ],
  validate(context, inputs, before) {
    mustHaveSecurityGroup(context, inputs.securityGroupId);
    mustAllow(context, inputs.securityGroupId, separatePermissions(inputs), before?.id);
  },
  create: (context, { sourceSecurityGroupId = "" }) => ({
    id: `sgrule-${context.hex("id", 10)}`,
    outputs: { securityGroupRuleId: `sgr-${context.hex("rule")}`, sourceSecurityGroupId },
  }),
});
