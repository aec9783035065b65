import type { ec2 } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import { checkQuota } from "../../quotas";
import type { ResourceRecord } from "../../record";
import { resourceType } from "../../resourceType";
import { cidr, exclusive, inputsOf, inRegion, nameOf, prefixOf, tags, text } from "../shared";
import { mustHaveVpc } from "./lookups";
import { networkInterfaceUsers } from "./networkInterfaces";
import {
  cidrIpv6,
  groupText,
  inlinePermissions,
  mustAllow,
  permissionsOf,
  port,
  protocol,
} from "./permissions";
import { EGRESS_RULE, INGRESS_RULE, SECURITY_GROUP, SECURITY_GROUP_RULE } from "./tokens";

const groupName = groupText.min(1).refine((name) => !/^sg-/i.test(name), "may not begin with sg-");

const inlineRule = z.strictObject({
  cidrBlocks: z.array(cidr).optional(),
  description: groupText.default(""),
  fromPort: port,
  ipv6CidrBlocks: z.array(cidrIpv6).optional(),
  prefixListIds: z.array(z.string()).optional(),
  protocol,
  securityGroups: z.array(z.string()).optional(),
  self: z.boolean().default(false),
  toPort: port,
});

export const securityGroup = resourceType({
  token: SECURITY_GROUP,
  inputs: inputsOf<ec2.SecurityGroupArgs>()({
    description: groupText.min(1).default("Managed by Pulumi"),
    egress: z.array(inlineRule).optional(),
    ingress: z.array(inlineRule).optional(),
    name: groupName.optional(),
    namePrefix: groupName.max(100).optional(),
    region: text,
    revokeRulesOnDelete: z.boolean().default(false),
    tags,
    vpcId: text,
  }),
  autoNameMaxLength: 255,
  immutable: ["description", "name", "namePrefix", "region", "vpcId"],
  sets: ["egress", "ingress"],
  computed: ["arn", "egress", "ingress", "name", "namePrefix", "ownerId", "vpcId"],
  rules: [exclusive("name", "namePrefix")],
  validate(context, inputs, before) {
    const { vpcId } = inputs;
    if (vpcId === undefined) {
      throw new AwsError("VPCIdNotSpecified", "No default VPC for this user");
    }
    mustHaveVpc(context, vpcId);
    if (!before) {
      const groups = inRegion(context, SECURITY_GROUP);
      const defaults = inRegion(context, "aws:ec2/vpc:Vpc");
      checkQuota("securityGroups", groups.length + defaults.length, context.quotas);
    }
    const clash = context
      .list(SECURITY_GROUP)
      .find(
        ({ id, outputs }) =>
          outputs.vpcId === vpcId && outputs.name === inputs.name && id !== before?.id,
      );
    if (clash) {
      throw new AwsError(
        "InvalidGroup.Duplicate",
        `The security group '${String(inputs.name)}' already exists for VPC '${vpcId}'`,
      );
    }
    const id = before?.id ?? "";
    const news = (["ingress", "egress"] as const).flatMap((direction) =>
      (inputs[direction] ?? []).flatMap((rule) => inlinePermissions(id, direction, rule)),
    );
    // A group may refer to itself before it has an ID.
    const checked = news.filter(({ peer }) => peer !== id);
    mustAllow(context, id, checked, id);
  },
  create(context, inputs) {
    const id = `sg-${context.hex("id")}`;
    return {
      id,
      outputs: {
        arn: context.arn("ec2", `security-group/${id}`),
        egress: [],
        ingress: [],
        name: nameOf(context, inputs),
        ...prefixOf(inputs.namePrefix),
        ownerId: context.accountId,
      },
    };
  },
  beforeDelete(context, { id }) {
    const others = context
      .list(SECURITY_GROUP)
      .filter((group) => group.id !== id)
      .filter((group) =>
        permissionsOf(context, group.id, undefined).some(({ peer }) => peer === id),
      );
    const [user] = [...networkInterfaceUsers(context, "securityGroups", id), ...others];
    if (user) {
      throw new AwsError(
        "DependencyViolation",
        `resource ${id} has a dependent object (${user.type} ${user.id})`,
      );
    }
  },
  owned: (context, { id }): ResourceRecord[] =>
    [INGRESS_RULE, EGRESS_RULE, SECURITY_GROUP_RULE]
      .flatMap((type) => context.list(type))
      .filter(({ inputs }) => inputs.securityGroupId === id),
});
