import assert from "node:assert/strict";
import fc from "fast-check";
import { contains, isCovered, isVpcBlock, isWorldOpen, parseCidr } from "../../policies/graph/cidr";

const block = (text: string) => parseCidr(text) ?? assert.fail(`${text} is a block`);

/** First and last address, by plain arithmetic on the text. */
function range(text: string): readonly [bigint, bigint] {
  const [address = "", prefix = ""] = text.split("/");
  const parts = address.includes(":") ? address.split(":") : address.split(".");
  const [bits, radix] = address.includes(":") ? [16n, 16] : [8n, 10];
  const value = parts.reduce((sum, part) => (sum << bits) + BigInt(parseInt(part, radix)), 0n);
  const size = 1n << (bits * BigInt(parts.length) - BigInt(prefix));
  const first = (value / size) * size;
  return [first, first + size - 1n];
}

const ipv4 = fc
  .tuple(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 }), fc.nat(32))
  .map(([parts, prefix]) => `${parts.join(".")}/${prefix}`);
const ipv6 = fc
  .tuple(fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 }), fc.nat(128))
  .map(([parts, prefix]) => `${parts.map((part) => part.toString(16)).join(":")}/${prefix}`);
/** A block and another one, which shares its leading bits more often than by chance. */
const pair = (blocks: fc.Arbitrary<string>) =>
  fc
    .tuple(blocks, blocks, fc.boolean(), fc.nat(128))
    .map(([a, b, near, prefix]): [string, string] => {
      const [address = ""] = a.split("/");
      const bits = address.includes(":") ? 128 : 32;
      return [a, near ? `${address}/${prefix % (bits + 1)}` : b];
    });
/** Blocks inside 10.0.0.0/24, so that an oracle can list their addresses. */
const small = fc
  .tuple(fc.nat(255), fc.integer({ min: 24, max: 32 }))
  .map(([last, prefix]) => `10.0.0.${last}/${prefix}`);

function addresses(text: string): bigint[] {
  const [first, last] = range(text);
  return Array.from({ length: Number(last - first) + 1 }, (_, index) => first + BigInt(index));
}

describe("CIDR arithmetic", () => {
  for (const [family, blocks] of Object.entries({ IPv4: ipv4, IPv6: ipv6 })) {
    it(`agrees with plain ranges on containment (${family})`, () => {
      fc.assert(
        fc.property(pair(blocks), ([outer, inner]) => {
          const [[low, high], [first, last]] = [range(outer), range(inner)];
          assert.equal(contains(block(outer), block(inner)), low <= first && last <= high);
        }),
        { numRuns: 500 },
      );
    });
  }

  it("agrees with a list of addresses on whether several blocks cover one", () => {
    fc.assert(
      fc.property(small, fc.array(small, { maxLength: 6 }), (inner, outer) => {
        const held = new Set(outer.flatMap(addresses));
        const expected = addresses(inner).every((address) => held.has(address));
        assert.equal(isCovered(block(inner), outer.map(block)), expected);
      }),
      { numRuns: 500 },
    );
  });

  it("covers a block with its two halves, however wide", () => {
    assert.ok(isCovered(block("0.0.0.0/0"), [block("0.0.0.0/1"), block("128.0.0.0/1")]));
    assert.ok(
      isCovered(block("2001:db8::/32"), [block("2001:db8::/33"), block("2001:db8:8000::/33")]),
    );
  });

  it("never mistakes one address family for the other", () => {
    assert.equal(contains(block("::/0"), block("10.0.0.0/8")), false);
    assert.equal(contains(block("0.0.0.0/0"), block("::ffff:10.0.0.0/120")), false);
  });

  it("reads what AWS writes and nothing else", () => {
    const refused = ["10.0.0.0", "10/8", "10.0.0/8", "010.0.0.0/8", "0x0a.0.0.0/8", "10.0.0.0/33"];
    for (const text of [...refused, "fe80::1%eth0/64", "::/129", "", "sg-1", "10.0.0.0/"]) {
      assert.equal(parseCidr(text), undefined, text);
    }
    assert.equal(parseCidr("2001:db8::/32")?.prefix, 32);
  });

  it("knows which sizes a VPC's blocks may have", () => {
    const sizes = (address: string, from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, index) => from + index).filter((prefix) =>
        isVpcBlock(block(`${address}/${prefix}`)),
      );
    assert.deepEqual([sizes("10.0.0.0", 0, 32).at(0), sizes("10.0.0.0", 0, 32).at(-1)], [16, 28]);
    assert.deepEqual([sizes("fd00::", 0, 128).at(0), sizes("fd00::", 0, 128).at(-1)], [44, 60]);
  });

  it("treats any split of the whole address space as the internet", () => {
    const split = (prefix: number) =>
      Array.from({ length: 2 ** prefix }, (_, index) =>
        block(`${index << (8 - prefix)}.0.0.0/${prefix}`),
      );
    for (const prefix of [0, 1, 2, 5, 8]) {
      assert.equal(isWorldOpen(split(prefix)), true, `/${prefix}`);
    }
    assert.equal(isWorldOpen([block("3.0.0.0/8")]), false);
    assert.equal(isWorldOpen([block("10.0.0.0/8"), block("fc00::/7")]), false);
    assert.equal(isWorldOpen([block("2000::/3")]), true);
    assert.equal(isWorldOpen([]), false);
  });
});
