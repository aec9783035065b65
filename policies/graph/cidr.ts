import * as ipaddr from "ipaddr.js";

/** A block of addresses: a base address and the number of leading bits that are fixed. */
export interface Cidr {
  readonly address: ipaddr.IPv4 | ipaddr.IPv6;
  /** 0 to 32 for IPv4, 0 to 128 for IPv6. */
  readonly prefix: number;
}

/**
 * Reads a CIDR block as AWS writes it: four decimal parts, or IPv6, then a slash and a prefix length.
 *
 * @returns The block, or `undefined` for anything else (a bare address, octal parts, a zone).
 */
export function parseCidr(text: string): Cidr | undefined {
  const valid = text.includes(":")
    ? ipaddr.IPv6.isValidCIDR(text) && !text.includes("%")
    : ipaddr.IPv4.isValidCIDRFourPartDecimal(text);
  if (!valid) {
    return undefined;
  }
  const [address, prefix] = ipaddr.parseCIDR(text);
  return { address, prefix };
}

/** Whether every address of `inner` lies in `outer`. Blocks of different families never do. */
export function contains(outer: Cidr, inner: Cidr): boolean {
  return (
    outer.address.kind() === inner.address.kind() &&
    outer.prefix <= inner.prefix &&
    inner.address.match([outer.address, outer.prefix])
  );
}

function halves(block: Cidr): [Cidr, Cidr] {
  const prefix = block.prefix + 1;
  const withBit = (bit: 0 | 1): Cidr => {
    const bytes = block.address.toByteArray().map((byte, index) => {
      const fixed = Math.min(8, Math.max(0, block.prefix - index * 8));
      return byte & (0xff << (8 - fixed)) & 0xff;
    });
    const index = Math.floor(block.prefix / 8);
    bytes[index] = (bytes[index] ?? 0) | (bit << (7 - (block.prefix % 8)));
    return { address: ipaddr.fromByteArray(bytes), prefix };
  };
  return [withBit(0), withBit(1)];
}

/** Whether `blocks` together contain every address of `inner`, even if no single block does. */
export function isCovered(inner: Cidr, blocks: readonly Cidr[]): boolean {
  if (blocks.some((block) => contains(block, inner))) {
    return true;
  }
  // No single block covers it, so only blocks inside it can, half by half.
  const within = blocks.filter((block) => contains(inner, block));
  return within.length > 0 && halves(inner).every((half) => isCovered(half, within));
}

/**
 * Whether AWS accepts a block for a VPC: IPv4 /16 to /28, IPv6 /44 to /60.
 * Source: Amazon VPC User Guide, "VPC CIDR blocks".
 */
export function isVpcBlock(block: Cidr): boolean {
  return block.address.kind() === "ipv4"
    ? block.prefix >= 16 && block.prefix <= 28
    : block.prefix >= 44 && block.prefix <= 60;
}

const PRIVATE_BLOCKS = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]
  .concat("fc00::/7", "fe80::/10")
  .map((text) => {
    const [address, prefix] = ipaddr.parseCIDR(text);
    return { address, prefix };
  });

/** Above this share of all addresses, blocks hold more than anybody owns: a /8, and a /16 of IPv6. */
const WORLD = { ipv4: 2 ** -8, ipv6: 2 ** -16 };

/**
 * Whether blocks let in "the internet": more public addresses than one /8 has, or for IPv6 one /16. Nobody owns more
 * than that, and splitting 0.0.0.0/0 into halves or quarters does not get below it.
 */
export function isWorldOpen(blocks: readonly Cidr[]): boolean {
  const open = blocks.filter((block) => !PRIVATE_BLOCKS.some((range) => contains(range, block)));
  // Blocks that are listed twice or lie in another block count once.
  const disjoint = open.filter(
    (block, index) =>
      !open.some((other, at) => {
        const isSame = other.prefix === block.prefix;
        return at !== index && contains(other, block) && (!isSame || at < index);
      }),
  );
  return (["ipv4", "ipv6"] as const).some((kind) => {
    const own = disjoint.filter(({ address }) => address.kind() === kind);
    return own.reduce((sum, { prefix }) => sum + 2 ** -prefix, 0) > WORLD[kind];
  });
}
