import assert from "node:assert/strict";

import fc from "fast-check";

import { vpcCidrProblem } from "../../../components/shared/cidr";

describe("the VPC's address block", () => {
  it("accepts the tutorial's block for three zones", () => {
    assert.equal(vpcCidrProblem("10.0.0.0/16", 3), undefined);
  });

  for (const [block, zones, told] of [
    ["10.0.0.0/25", 3, "use /24 or larger"],
    ["10.0.0.0/28", 1, "use /26 or larger"],
    ["10.0.0.1/16", 3, "write 10.0.0.0/16"],
    ["10.0.0.0/15", 3, "larger than a VPC may be"],
    ["10.0.0.0", 3, "not an IPv4 CIDR block"],
    ["10.0.0.0/33", 3, "not an IPv4 CIDR block"],
    ["::/64", 3, "not an IPv4 CIDR block"],
    ["", 3, "not an IPv4 CIDR block"],
  ] as const) {
    it(`refuses "${block}" for ${zones} zones: ${told}`, () => {
      assert.match(vpcCidrProblem(block, zones) ?? "", new RegExp(told));
    });
  }

  it("accepts a block exactly when a private and a public /28 or larger fit in every zone", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 28 }),
        fc.integer({ min: 1, max: 6 }),
        (mask, zones) => {
          const addresses = 2 ** (32 - mask);
          const slots = [1, 2, 4, 8].find((count) => count >= zones) ?? 8;
          const publicSubnet = addresses / slots / 4;
          const accepted = vpcCidrProblem(`10.0.0.0/${mask}`, zones) === undefined;
          assert.equal(accepted, publicSubnet >= 16);
        },
      ),
    );
  });
});
