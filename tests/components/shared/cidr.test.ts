import assert from "node:assert/strict";

import fc from "fast-check";
import * as ipaddr from "ipaddr.js";

import { subnetBlocks, vpcCidrProblem, zonesProblem } from "../../../components/shared/cidr";

const mask = fc.integer({ min: 16, max: 28 });
const zones = fc
  .subarray(["a", "b", "c", "d", "e", "f", "g", "h"], { minLength: 1 })
  .map((letters) => letters.map((letter) => `us-east-1${letter}`));

describe("the VPC's address block", () => {
  it("accepts the tutorial's block", () => {
    assert.equal(vpcCidrProblem("10.0.0.0/16"), undefined);
  });

  for (const [block, problem] of [
    ["10.0.0.0/25", "use /24 or larger"],
    ["10.0.0.0/28", "use /24 or larger"],
    ["10.0.0.1/16", "write 10.0.0.0/16"],
    ["10.0.0.0/15", "larger than a VPC may be"],
    ["10.0.0.0", "not an IPv4 CIDR block"],
    ["10.0.0.0/33", "not an IPv4 CIDR block"],
    ["::/64", "not an IPv4 CIDR block"],
    ["", "not an IPv4 CIDR block"],
  ] as const) {
    it(`refuses "${block}": ${problem}`, () => {
      assert.match(vpcCidrProblem(block) ?? "", new RegExp(problem));
    });
  }

  it("has room for zones up to h, and for zones up to d if it is small", () => {
    const zonesOf = (...names: string[]) => names.map((letter) => `us-east-1${letter}`);
    assert.equal(zonesProblem("10.0.0.0/23", zonesOf("a", "f", "h")), undefined);
    assert.equal(zonesProblem("10.0.0.0/24", zonesOf("a", "d")), undefined);
    assert.equal(
      zonesProblem("10.0.0.0/24", zonesOf("a", "e")),
      "10.0.0.0/24 has room for the zones a to d, but not for us-east-1e; use /23 or larger",
    );
    assert.match(
      zonesProblem("10.0.0.0/16", zonesOf("i")) ?? "",
      /a to h, but not for us-east-1i$/,
    );
    assert.match(
      zonesProblem("10.0.0.0/16", ["us-west-2a", "us-west-2-lax-1a"]) ?? "",
      /^us-west-2-lax-1a is in the slot of another zone; name each once$/,
    );
  });
});

describe("the subnets' blocks", () => {
  it("are a half and a quarter of each zone's slot", () => {
    assert.deepEqual(subnetBlocks("10.0.0.0/16", ["ap-northeast-1a", "ap-northeast-1c"]), {
      private: ["10.0.0.0/20", "10.0.64.0/20"],
      public: ["10.0.16.0/21", "10.0.80.0/21"],
    });
    assert.deepEqual(subnetBlocks("10.0.1.0/24", ["ap-northeast-1d"]), {
      private: ["10.0.1.192/27"],
      public: ["10.0.1.224/28"],
    });
  });

  it("are the same for a zone whatever other zones there are, in whatever order", () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 23 }), zones, fc.nat(), (length, list, pick) => {
        const block = `10.0.0.0/${length}`;
        const zone = list[pick % list.length] ?? "";
        const at = list.indexOf(zone);
        const all = subnetBlocks(block, list);
        const alone = subnetBlocks(block, [zone]);
        const turned = subnetBlocks(block, list.toReversed());
        for (const kind of ["private", "public"] as const) {
          assert.equal(all[kind][at], alone[kind][0]);
          assert.equal(turned[kind][list.length - 1 - at], alone[kind][0]);
        }
      }),
    );
  });

  it("lie within the VPC, apart from each other, and are of a size that AWS allows", () => {
    fc.assert(
      fc.property(mask, zones, (length, list) => {
        const vpc = `10.16.0.0/${length}`;
        if (vpcCidrProblem(vpc) !== undefined || zonesProblem(vpc, list) !== undefined) return;
        const blocks = subnetBlocks(vpc, list);
        const ranges = [...blocks.private, ...blocks.public].map((block) => {
          const [address, bits] = ipaddr.IPv4.parseCIDR(block);
          assert.ok(address.match(ipaddr.IPv4.parseCIDR(vpc)), block);
          assert.equal(ipaddr.IPv4.networkAddressFromCIDR(block).toString(), address.toString());
          assert.ok(bits >= 16 && bits <= 28, block);
          const start = address.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);
          return { start, end: start + 2 ** (32 - bits) };
        });
        ranges.sort((a, b) => a.start - b.start);
        ranges.slice(1).forEach(({ start }, i) => {
          assert.ok(start >= (ranges[i]?.end ?? 0));
        });
      }),
    );
  });
});
