import * as ipaddr from "ipaddr.js";

/** Subnets may not be smaller than this on AWS, nor larger than a VPC: prefix lengths in bits. */
const smallest = 28;
const largest = 16;

/**
 * Says what is wrong with an IPv4 block for a VPC with a private and a public subnet in each of
 * `zones` zones, or nothing if it is usable.
 *
 * The network divides the block evenly among the zones (rounded up to a power of two), gives a
 * zone's first half to its private subnet and half of the rest to its public one. So the public
 * subnets are the smallest, and they may not be smaller than /28.
 *
 * @param cidrBlock IPv4 block in CIDR notation, e.g. `10.0.0.0/16`; /16 to /28 on AWS.
 * @param zones number of availability zones, 1 or more.
 *
 * Source: Amazon VPC user guide, "VPC CIDR blocks" and "Subnet sizing".
 */
export function vpcCidrProblem(cidrBlock: string, zones: number): string | undefined {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(cidrBlock)) {
    return `${cidrBlock} is not an IPv4 CIDR block such as 10.0.0.0/16`;
  }
  const [, mask] = ipaddr.IPv4.parseCIDR(cidrBlock);
  const network = `${ipaddr.IPv4.networkAddressFromCIDR(cidrBlock).toString()}/${mask}`;
  if (network !== cidrBlock) return `${cidrBlock} has host bits set; write ${network}`;
  if (mask < largest) return `${cidrBlock} is larger than a VPC may be (/${largest})`;

  const publicSubnet = publicSubnetPrefix(mask, zones);
  if (publicSubnet <= smallest) return undefined;
  const needed = mask - (publicSubnet - smallest);
  return (
    `${cidrBlock} is too small for the subnets: the public ones of ${zones} zones would be ` +
    `/${publicSubnet} and AWS allows no smaller than /${smallest}; use /${needed} or larger`
  );
}

/** Prefix length of the public subnets of a VPC with prefix length `mask` over `zones` zones. */
function publicSubnetPrefix(mask: number, zones: number): number {
  return mask + Math.ceil(Math.log2(zones)) + 2;
}
