import { dotted } from "../../../components/shared/cidr";
import { parseCidr } from "../../account/types/shared";

export interface SubnetPlan {
  /** `<name>-private-1`, `<name>-public-1`, `<name>-private-2` … */
  readonly name: string;
  readonly kind: "Private" | "Public";
  readonly zone: string;
  /** Position of the zone, from 0. */
  readonly zoneIndex: number;
  readonly cidrBlock: string;
}

export interface SubnetLayout {
  readonly subnets: readonly SubnetPlan[];
  /** Prefix lengths, if they are the same in every zone. */
  readonly privateMask?: number;
  readonly publicMask?: number;
}

/** A program's spec of one kind of subnet: a block for each zone, in order. */
export interface SubnetSpec {
  readonly type: SubnetPlan["kind"];
  readonly cidrBlocks: readonly string[];
}

/** A zone uses at most a block of this size: half of a /16 is enough for private subnets. */
const LARGEST_ZONE_MASK = 16;
/** The smallest block of a zone that leaves room for a /28, AWS's smallest subnet. */
const SMALLEST_ZONE_MASK = 26;

/**
 * The layout of awsx's "Auto" strategy without subnet specs: every zone gets an equal block; its first half is the
 * private subnet, the next quarter the public one, and the last quarter stays free.
 *
 * @param cidrBlock The VPC's IPv4 block, e.g. `10.0.0.0/16`.
 * @param zones Names of the Availability Zones, one or more.
 * @throws RangeError if a zone's block would be smaller than a /26.
 */
export function autoLayout(
  name: string,
  cidrBlock: string,
  zones: readonly string[],
): SubnetLayout {
  const vpc = parseCidr(cidrBlock);
  if (!vpc) throw new RangeError(`cidrBlock is not an IPv4 CIDR block, got "${cidrBlock}"`);
  const zoneMask = vpc.mask + Math.ceil(Math.log2(zones.length));
  if (zoneMask > SMALLEST_ZONE_MASK) {
    throw new RangeError(
      `cidrBlock ${cidrBlock} leaves a /${zoneMask} for each of ${zones.length} zones; ` +
        `at least a /${SMALLEST_ZONE_MASK} is needed`,
    );
  }
  const usedMask = Math.max(zoneMask, LARGEST_ZONE_MASK);
  const privateMask = usedMask + 1;
  const publicMask = usedMask + 2;
  const starts = zones.map((_, i) => vpc.first + i * 2 ** (32 - zoneMask));
  const specs: SubnetSpec[] = [
    { type: "Private", cidrBlocks: starts.map((start) => `${dotted(start)}/${privateMask}`) },
    {
      type: "Public",
      cidrBlocks: starts.map((start) => `${dotted(start + 2 ** (32 - privateMask))}/${publicMask}`),
    },
  ];
  return { ...explicitLayout(name, zones, specs), privateMask, publicMask };
}

/**
 * The layout of subnet specs with explicit blocks, which awsx uses with any strategy.
 *
 * Source: pulumi-awsx, `SubnetSpecArgs.cidrBlocks`.
 *
 * @param specs each with a block for each zone.
 */
export function explicitLayout(
  name: string,
  zones: readonly string[],
  specs: readonly SubnetSpec[],
): SubnetLayout {
  const subnets = zones.flatMap((zone, zoneIndex) =>
    specs.map(({ type: kind, cidrBlocks }) => ({
      name: `${name}-${kind.toLowerCase()}-${zoneIndex + 1}`,
      kind,
      zone,
      zoneIndex,
      cidrBlock: cidrBlocks[zoneIndex] ?? "",
    })),
  );
  return { subnets };
}
