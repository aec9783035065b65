import type { ResourceRecord } from "../../../account/record";
import { type Permission, permissionsOf } from "../../../account/types/ec2/permissions";
import { tagsOf } from "../../records";
import type { Api } from "../../service";

/** A security group with all its rules, however they were declared. */
export function describeSecurityGroup({ account }: Api, record: ResourceRecord): object {
  const { id, outputs } = record;
  const permissions = permissionsOf(account, id, undefined);
  const ofDirection = (wanted: Permission["direction"]) =>
    byPorts(permissions.filter(({ direction }) => direction === wanted)).map((group) =>
      describePermission(group, account.accountId),
    );
  return {
    GroupId: id,
    GroupName: outputs.name,
    Description: outputs.description,
    VpcId: outputs.vpcId,
    OwnerId: account.accountId,
    SecurityGroupArn: outputs.arn,
    IpPermissions: ofDirection("ingress"),
    IpPermissionsEgress: ofDirection("egress"),
    Tags: tagsOf(record),
  };
}

/** EC2 shows the peers of one protocol and the same ports together. */
function byPorts(permissions: readonly Permission[]): Permission[][] {
  const groups = new Map<string, Permission[]>();
  for (const permission of permissions) {
    const { protocol, fromPort, toPort } = permission;
    const key = `${protocol} ${fromPort} ${toPort}`;
    groups.set(key, [...(groups.get(key) ?? []), permission]);
  }
  return [...groups.values()];
}

function describePermission(group: readonly Permission[], owner: string): object {
  const [{ protocol, fromPort, toPort } = { protocol: "-1", fromPort: -1, toPort: -1 }] = group;
  const peers = group.map(({ peer }) => peer);
  const isId = (peer: string, prefix: string) => peer.startsWith(prefix);
  const blocks = peers.filter((peer) => !isId(peer, "sg-") && !isId(peer, "pl-"));
  return {
    IpProtocol: protocol,
    ...(protocol === "-1" ? {} : { FromPort: fromPort, ToPort: toPort }),
    IpRanges: blocks.filter((one) => !one.includes(":")).map((CidrIp) => ({ CidrIp })),
    Ipv6Ranges: blocks.filter((one) => one.includes(":")).map((CidrIpv6) => ({ CidrIpv6 })),
    PrefixListIds: peers
      .filter((one) => isId(one, "pl-"))
      .map((PrefixListId) => ({ PrefixListId })),
    UserIdGroupPairs: peers
      .filter((one) => isId(one, "sg-"))
      .map((GroupId) => ({ GroupId, UserId: owner })),
  };
}
