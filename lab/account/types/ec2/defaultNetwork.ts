import type { LiveAccount, ResourceRecord } from "../../record";
import { INTERNET_GATEWAY, SUBNET, VPC } from "./tokens";
import { zonesOf } from "./zones";

/** URN of resources that no stack declares. */
const URN = "urn:lab:default-vpc";

/** Whether it is a region's default VPC, or was created with it. */
export function isOfDefaultVpc({ urn }: Pick<ResourceRecord, "urn">): boolean {
  return urn === URN;
}

/**
 * Creates a region's default VPC if it has none yet: with an internet gateway, and in each zone a subnet whose
 * instances get public addresses. On AWS it exists from the start; here it is created on first use, so that an account
 * without a program stays empty.
 *
 * Source: Amazon VPC user guide, "Default VPC components".
 *
 * @throws AwsError if the region's quota of VPCs is reached.
 */
export async function ensureDefaultVpc(account: LiveAccount, region: string): Promise<void> {
  const found = (): ResourceRecord | undefined =>
    account.list(VPC).find((record) => isOfDefaultVpc(record) && record.outputs.region === region);
  if (found()) return;
  // Creates everything in one go, so that nobody sees a part of it.
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
