import { isIPv6 } from "node:net";

import type { ec2, vpc } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import { refuseBeyond } from "../quotas";
import type { ResourceRecord } from "../record";
import { resourceType, type AccountContext } from "../resourceType";
import { mustHaveSecurityGroup, mustHaveVpc, networkInterfaceUsers } from "./ec2";
import {
  cidr,
  exactlyOne,
  exclusive,
  inputsOf,
  inRegion,
  nameOf,
  prefixOf,
  tags,
  text,
  unsupported,
} from "./shared";

const SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup";
const SECURITY_GROUP_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";
const INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

const groupText = z
  .string()
  .max(255)
  .regex(
    /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]*$/,
    "may have letters, digits, spaces and ._-:/()#,@[]+=&;{}!$* only",
  );
const groupName = groupText.min(1).refine((name) => !/^sg-/i.test(name), "may not begin with sg-");
const cidrIpv6 = z.string().refine((value) => {
  const [address = "", mask = "", ...rest] = value.split("/");
  return isIPv6(address) && /^\d{1,3}$/.test(mask) && Number(mask) <= 128 && rest.length === 0;
}, "is not an IPv6 CIDR block");
const port = z.int().min(-1).max(65_535);
const protocol = z.string().refine((value) => protocolOf(value) !== undefined, {
  error: "must be tcp, udp, icmp, icmpv6, -1 (all) or a protocol's number",
});

/** AWS writes protocols in lower case, and all of them as -1. */
function protocolOf(value: string): string | undefined {
  const known: Readonly<Record<string, string>> = {
    all: "-1",
    "6": "tcp",
    "17": "udp",
    "1": "icmp",
    "58": "icmpv6",
  };
  const lower = value.toLowerCase();
  if (["tcp", "udp", "icmp", "icmpv6", "-1"].includes(lower)) return lower;
  return known[lower] ?? (/^\d{1,3}$/.test(lower) && Number(lower) <= 255 ? lower : undefined);
}

/** One line of a security group: a protocol, ports and one peer. */
interface Permission {
  readonly direction: "ingress" | "egress";
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  /** A CIDR block, a prefix list or a security group. */
  readonly peer: string;
}

interface InlineRule {
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidrBlocks?: readonly string[] | undefined;
  readonly ipv6CidrBlocks?: readonly string[] | undefined;
  readonly prefixListIds?: readonly string[] | undefined;
  readonly securityGroups?: readonly string[] | undefined;
  readonly self?: boolean | undefined;
}

function inlinePermissions(
  groupId: string,
  direction: Permission["direction"],
  rule: InlineRule,
): Permission[] {
  const peers = [
    ...(rule.cidrBlocks ?? []),
    ...(rule.ipv6CidrBlocks ?? []),
    ...(rule.prefixListIds ?? []),
    ...(rule.securityGroups ?? []),
    ...(rule.self === true ? [groupId] : []),
  ];
  const ports = portsOf(rule);
  return peers.map((peer) => ({ direction, ...ports, peer }));
}

/** Without a protocol, ports have no meaning. */
function portsOf(rule: {
  readonly protocol: string;
  readonly fromPort?: number | undefined;
  readonly toPort?: number | undefined;
}): Pick<Permission, "protocol" | "fromPort" | "toPort"> {
  const name = protocolOf(rule.protocol) ?? rule.protocol;
  if (name === "-1") return { protocol: name, fromPort: -1, toPort: -1 };
  return { protocol: name, fromPort: rule.fromPort ?? -1, toPort: rule.toPort ?? -1 };
}

interface VpcRule {
  readonly ipProtocol: string;
  readonly fromPort?: number | undefined;
  readonly toPort?: number | undefined;
  readonly cidrIpv4?: string | undefined;
  readonly cidrIpv6?: string | undefined;
  readonly prefixListId?: string | undefined;
  readonly referencedSecurityGroupId?: string | undefined;
}

function vpcPermission(direction: Permission["direction"], rule: VpcRule): Permission {
  return {
    direction,
    ...portsOf({ ...rule, protocol: rule.ipProtocol }),
    peer:
      rule.cidrIpv4 ?? rule.cidrIpv6 ?? rule.prefixListId ?? rule.referencedSecurityGroupId ?? "",
  };
}

interface SeparateRule extends Omit<InlineRule, "securityGroups"> {
  readonly securityGroupId: string;
  readonly sourceSecurityGroupId?: string | undefined;
  readonly type: "ingress" | "egress";
}

function separatePermissions(rule: SeparateRule): Permission[] {
  const { sourceSecurityGroupId: source } = rule;
  return inlinePermissions(rule.securityGroupId, rule.type, {
    ...rule,
    securityGroups: source === undefined ? [] : [source],
  });
}

/** Everything a group allows, however it was declared, without the rule that is being changed. */
function permissionsOf(
  context: AccountContext,
  groupId: string,
  except: string | undefined,
): Permission[] {
  const own = (type: string) =>
    context
      .list(type)
      .filter(({ id, inputs }) => inputs.securityGroupId === groupId && id !== except)
      .map(({ inputs }) => inputs);
  const group = context.get(SECURITY_GROUP, groupId);
  const inline = (["ingress", "egress"] as const).flatMap((direction) => {
    const rules = (groupId === except ? [] : (group?.inputs[direction] ?? [])) as InlineRule[];
    return rules.flatMap((rule) => inlinePermissions(groupId, direction, rule));
  });
  return [
    ...inline,
    ...own(INGRESS_RULE).map((rule) => vpcPermission("ingress", rule as unknown as VpcRule)),
    ...own(EGRESS_RULE).map((rule) => vpcPermission("egress", rule as unknown as VpcRule)),
    ...own(SECURITY_GROUP_RULE).flatMap((rule) =>
      separatePermissions(rule as unknown as SeparateRule),
    ),
  ];
}

/** What EC2 checks when rules are added to a group. */
function mustAllow(
  context: AccountContext,
  groupId: string,
  news: readonly Permission[],
  except: string | undefined,
): void {
  const all = permissionsOf(context, groupId, except);
  for (const permission of news) {
    const { direction, fromPort, peer, toPort } = permission;
    if (permission.protocol === "tcp" || permission.protocol === "udp") {
      if (fromPort < 0 || toPort < 0) {
        throw new AwsError(
          "InvalidParameterValue",
          "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
        );
      }
      if (fromPort > toPort) {
        throw new AwsError(
          "InvalidParameterValue",
          `Invalid TCP/UDP port range (${fromPort}, ${toPort}): the first is above the last`,
        );
      }
    }
    if (peer.startsWith("sg-")) mustHaveSecurityGroup(context, peer);
    if (all.some((other) => isSame(other, permission))) {
      throw new AwsError(
        "InvalidPermission.Duplicate",
        `the specified rule "peer: ${peer}, ${permission.protocol.toUpperCase()}, ` +
          `from port: ${fromPort}, to port: ${toPort}, ALLOW" already exists in ${groupId}`,
      );
    }
    all.push(permission);
    const inDirection = all.filter((other) => other.direction === direction);
    refuseBeyond("securityGroupRules", inDirection.length - 1, context.quotas);
  }
}

function isSame(one: Permission, other: Permission): boolean {
  return (
    one.direction === other.direction &&
    one.protocol === other.protocol &&
    one.fromPort === other.fromPort &&
    one.toPort === other.toPort &&
    one.peer === other.peer
  );
}

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

const securityGroup = resourceType({
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
      refuseBeyond("securityGroups", groups.length + defaults.length, context.quotas);
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
    // A group may name itself before it has an id.
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

/** Ingress and egress rules of the newer kind differ in their direction only. */
function vpcRule(token: string, direction: Permission["direction"]) {
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

const securityGroupRule = resourceType({
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

export const ec2SecurityGroupTypes = [
  securityGroup,
  vpcRule(INGRESS_RULE, "ingress"),
  vpcRule(EGRESS_RULE, "egress"),
  securityGroupRule,
];
