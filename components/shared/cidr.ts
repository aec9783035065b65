import * as ipaddr from "ipaddr.js";

/** Prefix lengths in bits of AWS's smallest subnet and largest VPC. */
const smallest = 28;
const largest = 16;

/** Prefix length of the smallest VPC with a slot for every possible zone of a region. */
const smallestOfEight = smallest - publicBits(8);

/** A VPC's subnets, IPv4 blocks in CIDR notation in the order of the zones. */
export interface SubnetBlocks {
  private: string[];
  public: string[];
}

/**
 * The blocks of a private and a public subnet in each zone. A zone's blocks depend only on its letter and the VPC's
 * block, so that other zones can be added and removed: the VPC is divided evenly into eight slots, for the
 * letters a to h (four, for a to d, if it is smaller than a /23). The first half of a slot is the zone's
 * private subnet, half of the rest its public one.
 *
 * @param cidrBlock the VPC's block, one without problems.
 * @param zones names of availability zones, e.g. `ap-northeast-1a`; each without problems.
 */
export function subnetBlocks(cidrBlock: string, zones: readonly string[]): SubnetBlocks {
  const [address, mask] = ipaddr.IPv4.parseCIDR(cidrBlock);
  const first = address.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);
  const publicMask = mask + publicBits(slotsOf(mask));
  const slot = 4 * 2 ** (32 - publicMask);
  const starts = zones.map((zone) => first + slotOf(zone) * slot);
  return {
    private: starts.map((start) => `${dotted(start)}/${publicMask - 1}`),
    public: starts.map((start) => `${dotted(start + slot / 2)}/${publicMask}`),
  };
}

/**
 * Says what is wrong with an IPv4 block for a VPC with a private and a public subnet in each zone, see
 * {@link subnetBlocks}, or nothing if it is usable. The public subnets are the smallest, and they may not be
 * smaller than /28.
 *
 * @param cidrBlock IPv4 block in CIDR notation, e.g. `10.0.0.0/16`; /16 to /28 on AWS, /16 to /24 here.
 *
 * Source: Amazon VPC user guide, "VPC CIDR blocks" and "Subnet sizing".
 */
export function vpcCidrProblem(cidrBlock: string): string | undefined {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(cidrBlock)) {
    return `${cidrBlock} is not an IPv4 CIDR block such as 10.0.0.0/16`;
  }
  const [, mask] = ipaddr.IPv4.parseCIDR(cidrBlock);
  const network = `${ipaddr.IPv4.networkAddressFromCIDR(cidrBlock).toString()}/${mask}`;
  if (network !== cidrBlock) return `${cidrBlock} has host bits set; write ${network}`;
  if (mask < largest) return `${cidrBlock} is larger than a VPC may be; use /${largest} or smaller`;
  const publicMask = mask + publicBits(slotsOf(mask));
  if (publicMask <= smallest) return undefined;
  return (
    `${cidrBlock} is too small for the subnets: the public ones would be /${publicMask} and AWS allows ` +
    `no smaller than /${smallest}; use /${mask - (publicMask - smallest)} or larger`
  );
}

/** Whether a text is an IPv4 block in CIDR notation, with the network's own address: 10.0.0.0/16, not 10.0.0.1/16. */
export function isBlock(cidrBlock: string): boolean {
  return (
    ipaddr.IPv4.isValidCIDRFourPartDecimal(cidrBlock) &&
    ipaddr.IPv4.networkAddressFromCIDR(cidrBlock).toString() === cidrBlock.split("/")[0]
  );
}

/**
 * Reports zones that have no slot of their own in the VPC, or nothing if each has one.
 *
 * @param cidrBlock the VPC's block, one without problems.
 * @param zones names of availability zones; they end in their letter.
 */
export function zonesProblem(cidrBlock: string, zones: readonly string[]): string | undefined {
  const [, mask] = ipaddr.IPv4.parseCIDR(cidrBlock);
  const count = slotsOf(mask);
  const without = zones.filter((zone) => !(slotOf(zone) >= 0 && slotOf(zone) < count));
  if (without.length > 0) {
    return (
      `${cidrBlock} has room for the zones a to ${letters.charAt(count - 1)}, but not for ${without.join(", ")}` +
      (count < letters.length ? `; use /${smallestOfEight} or larger` : "")
    );
  }
  const twice = zones.filter((zone, i) => zones.findIndex((one) => sameSlot(one, zone)) < i);
  return twice.length > 0
    ? `${twice.join(", ")} is in the slot of another zone; name each once`
    : undefined;
}

const letters = "abcdefgh";
const slotOf = (zone: string) => letters.indexOf(zone.slice(-1));
const sameSlot = (one: string, other: string) => slotOf(one) === slotOf(other);

function slotsOf(mask: number): number {
  return mask <= smallestOfEight ? 8 : 4;
}

/** By how many bits a public subnet's prefix is longer than that of its VPC: a quarter of a slot. */
function publicBits(slots: number): number {
  return Math.log2(slots) + 2;
}

/** An IPv4 address as text, e.g. `10.0.0.0`, from its number. */
export function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}
