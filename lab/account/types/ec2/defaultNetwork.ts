import type { LiveAccount, ResourceRecord } from "../../record";
import { INTERNET_GATEWAY, SUBNET, VPC } from "./tokens";
import { zonesOf } from "./zones";

/** Owner of what no stack declares. */
const URN = "urn:lab:default-vpc";

/** Whether it is a region's default VPC, or came with it. */
export function isOfDefaultVpc({ urn }: Pick<ResourceRecord, "urn">): boolean {
  return urn === URN;
}

/**
 * Gives a region its default VPC if it has none yet: with an internet gateway, and in each zone a
 * subnet whose instances get public addresses. On AWS it is there from the start; here from the first
 * time that somebody asks for it, so that an account without a program stays empty.
 *
 * Source: Amazon VPC user guide, "Default VPC components".
 *
 * @throws AwsError if the region has as many VPCs as it may have.
 */
export async function ensureDefaultVpc(account: LiveAccount, region: string): Promise<void> {
  const found = (): ResourceRecord | undefined =>
    account.list(VPC).find((record) => isOfDefaultVpc(record) && record.outputs.region === region);
  if (found()) return;
  // All at once: what is asked meanwhile finds it whole.
  const created: Promise<ResourceRecord>[] = [];
  const create = (type: string, inputs: Record<string, unknown>): void => {
    created.push(account.create({ type, urn: URN, region, inputs }));
  };
  create(VPC, {
    cidrBlock: "172.31.0.0/16",
    enableDnsHostnames: true,
    enableDnsSupport: true,
    instanceTenancy: "default",
  });
  const vpcId = found()?.id;
  if (vpcId !== undefined) {
    create(INTERNET_GATEWAY, { vpcId });
    for (const [i, availabilityZone] of zonesOf(region).entries()) {
      create(SUBNET, {
        assignIpv6AddressOnCreation: false,
        availabilityZone,
        cidrBlock: `172.31.${i * 16}.0/20`,
        enableDns64: false,
        enableResourceNameDnsARecordOnLaunch: false,
        enableResourceNameDnsAaaaRecordOnLaunch: false,
        ipv6Native: false,
        mapPublicIpOnLaunch: true,
        vpcId,
      });
    }
  }
  await Promise.all(created);
}
