import assert from "node:assert/strict";

import fc from "fast-check";

import { contains, overlaps, parseCidr } from "../../../lab/account/types/shared";
import { autoLayout, explicitLayout } from "../../../lab/provider/awsx/subnetLayout";

function blocks(cidrBlock: string, zones: number): string[] {
  const names = Array.from({ length: zones }, (_, i) => `zone-${i}`);
  return autoLayout("v", cidrBlock, names).subnets.map((subnet) => subnet.cidrBlock);
}

describe("the layout of awsx's subnets", () => {
  it("is awsx's own for one, two and three zones of a /16", () => {
    assert.deepEqual(blocks("10.0.0.0/16", 1), ["10.0.0.0/17", "10.0.128.0/18"]);
    assert.deepEqual(blocks("10.0.0.0/16", 2), [
      "10.0.0.0/18",
      "10.0.64.0/19",
      "10.0.128.0/18",
      "10.0.192.0/19",
    ]);
    assert.deepEqual(blocks("10.0.0.0/16", 3), [
      "10.0.0.0/19",
      "10.0.32.0/20",
      "10.0.64.0/19",
      "10.0.96.0/20",
      "10.0.128.0/19",
      "10.0.160.0/20",
    ]);
  });

  it("is the program's own if it gives every block", () => {
    const specs = [
      { type: "Private", cidrBlocks: ["10.0.0.0/20", "10.0.64.0/20"] },
      { type: "Public", cidrBlocks: ["10.0.16.0/21", "10.0.80.0/21"] },
    ] as const;
    const { subnets } = explicitLayout("net", ["a", "c"], specs);
    assert.deepEqual(
      subnets.map(({ name, zone, cidrBlock }) => `${name} ${zone} ${cidrBlock}`),
      [
        "net-private-1 a 10.0.0.0/20",
        "net-public-1 a 10.0.16.0/21",
        "net-private-2 c 10.0.64.0/20",
        "net-public-2 c 10.0.80.0/21",
      ],
    );
  });

  it("names subnets by kind and number of the zone", () => {
    const { subnets } = autoLayout("net", "10.0.0.0/16", ["a", "c"]);
    assert.deepEqual(
      subnets.map(({ name, zone }) => `${name} ${zone}`),
      ["net-private-1 a", "net-public-1 a", "net-private-2 c", "net-public-2 c"],
    );
  });

  it("puts every subnet inside the VPC, without overlaps and never smaller than a /28", () => {
    fc.assert(
      fc.property(
        fc.nat(255),
        fc.integer({ min: 8, max: 24 }),
        fc.integer({ min: 1, max: 4 }),
        (octet, mask, zones) => {
          const vpcBlock = `${octet}.0.0.0/${mask}`;
          const vpc = parseCidr(vpcBlock);
          assert.ok(vpc);
          const subnets = blocks(vpcBlock, zones).map((block) => {
            const subnet = parseCidr(block);
            assert.ok(subnet, `${block} is a network`);
            return subnet;
          });
          assert.equal(subnets.length, 2 * zones);
          for (const [i, subnet] of subnets.entries()) {
            assert.ok(contains(vpc, subnet) && subnet.mask <= 28);
            assert.ok(!subnets.slice(i + 1).some((other) => overlaps(subnet, other)));
          }
        },
      ),
    );
  });

  it("reports a VPC that is too small for its zones", () => {
    assert.deepEqual(blocks("10.0.0.0/26", 1), ["10.0.0.0/27", "10.0.0.32/28"]);
    assert.throws(() => blocks("10.0.0.0/26", 2), {
      name: "RangeError",
      message: "cidrBlock 10.0.0.0/26 leaves a /27 for each of 2 zones; at least a /26 is needed",
    });
  });
});
