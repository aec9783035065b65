import { isIPv6 } from "node:net";

import { z } from "zod";

import { AwsError } from "../../errors";
import { checkQuota } from "../../quotas";
import type { AccountContext } from "../../resourceType";
import { mustHaveSecurityGroup } from "./lookups";
import { EGRESS_RULE, INGRESS_RULE, SECURITY_GROUP, SECURITY_GROUP_RULE } from "./tokens";

export const groupText = z
  .string()
  .max(255)
  .regex(
    /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]*$/,
    "may only contain letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*",
  );
export const cidrIpv6 = z.string().refine((value) => {
  const [address = "", mask = "", ...rest] = value.split("/");
  return isIPv6(address) && /^\d{1,3}$/.test(mask) && Number(mask) <= 128 && rest.length === 0;
}, "is not an IPv6 CIDR block");
export const port = z.int().min(-1).max(65_535);
export const protocol = z.string().refine((value) => protocolOf(value) !== undefined, {
  error: "must be tcp, udp, icmp, icmpv6, -1 (all) or a protocol's number",
});

/** AWS writes protocols in lower case, and "all protocols" as -1. */
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

/** One rule of a security group: a protocol, ports and one peer. */
export interface Permission {
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

export function inlinePermissions(
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

/** Ports have no meaning without a protocol. */
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

export function vpcPermission(direction: Permission["direction"], rule: VpcRule): Permission {
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

export function separatePermissions(rule: SeparateRule): Permission[] {
  const { sourceSecurityGroupId: source } = rule;
  return inlinePermissions(rule.securityGroupId, rule.type, {
    ...rule,
    securityGroups: source === undefined ? [] : [source],
  });
}

/** Everything that a group allows, however it was declared, except the rule being changed. */
export function permissionsOf(
  context: Pick<AccountContext, "get" | "list">,
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
export function mustAllow(
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
    checkQuota("securityGroupRules", inDirection.length - 1, context.quotas);
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
