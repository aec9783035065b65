import assert from "node:assert/strict";

import { Account } from "../../../lab/account/account";
import { QuotaReached, Reservations } from "../../../lab/account/reservations";
import type { PlannedResource } from "../../../lab/protocol/reservation";
import { create, REGION, TYPES } from "./fixtures";

const planned = (
  stack: string,
  type: keyof typeof TYPES,
  name: string,
  more: Partial<PlannedResource> = {},
): PlannedResource => ({
  urn: `urn:pulumi:${stack}::p::${TYPES[type]}::${name}`,
  type: TYPES[type],
  region: REGION,
  ...more,
});

/** Creates a planned resource. */
const created = (account: Account, { type, urn }: PlannedResource) =>
  account.create({
    type,
    urn,
    region: REGION,
    inputs: type === TYPES.vpc ? { cidrBlock: "10.0.0.0/16", enableDnsSupport: true } : {},
  });

describe("room that operations reserve within the account's quotas", () => {
  let account: Account;
  let reservations: Reservations;
  beforeEach(async () => {
    account = Account.inMemory();
    reservations = new Reservations(account);
    await account.grantQuotas({ vpcs: 3 });
  });

  const vpcOf = (stack: string) => planned(stack, "vpc", "network");
  const reserve = (stack: string) => reservations.reserve(stack, [vpcOf(stack)]);

  it("is refused once existing resources and other reservations use it up, with their stacks and a remedy", async () => {
    await created(account, vpcOf("one"));
    reserve("two");
    reserve("three");
    assert.throws(
      () => reserve("four"),
      (error: Error) => {
        assert.ok(error instanceof QuotaReached);
        assert.equal(
          error.message,
          "nothing was created, because stack four does not fit into the account's quotas: " +
            "vpcs (3 in ap-northeast-1: 1 in use by one, 2 reserved by running operations of three, two, 1 more needed); " +
            "npm run lab -- quota vpcs=4 makes room for it (use higher numbers for more stacks), or destroy other stacks",
        );
        return true;
      },
    );
    await account.grantQuotas({ vpcs: 4 });
    reserve("four");
  });

  it("is released when its operation ends, except for what that created", async () => {
    const ends = ["one", "two", "three"].map(reserve);
    await created(account, vpcOf("one"));
    // What exists is no longer counted as reserved.
    assert.throws(
      () => reserve("four"),
      /1 in use by one, 2 reserved by running operations of three, two, 1 more/,
    );
    for (const end of ends) end();
    reserve("four");
    reserve("five");
    assert.throws(() => reserve("six"), QuotaReached);
  });

  it("is needed for a replacement in addition to what it replaces", async () => {
    await account.grantQuotas({ vpcs: 2 });
    await created(account, vpcOf("one"));
    reserve("one");
    assert.throws(() => reserve("two"), /1 in use by one, 1 reserved by running operations of one/);
    await created(account, vpcOf("one"));
    assert.throws(() => reserve("two"), /2 in use by one, 1 more needed/);
  });

  it("is counted per region, and per zone for NAT gateways", async () => {
    await account.grantQuotas({ natGateways: 1, vpcs: 0 });
    reservations.reserve("one", [planned("one", "natGateway", "nat", { zone: "ap-northeast-1a" })]);
    reservations.reserve("two", [planned("two", "natGateway", "nat", { zone: "ap-northeast-1c" })]);
    assert.throws(
      () =>
        reservations.reserve("three", [
          planned("three", "natGateway", "nat", { zone: "ap-northeast-1a" }),
        ]),
      /natGateways \(1 in ap-northeast-1a: 0 in use, 1 reserved .* of one, 1 more needed\)/,
    );
    assert.throws(
      () => reservations.reserve("four", [{ ...vpcOf("four"), region: "us-east-1" }]),
      /vpcs \(0 in us-east-1/,
    );
  });

  it("is counted in the zone of a NAT gateway's subnet if that exists", async () => {
    const vpc = await create(account, "vpc", { cidrBlock: "10.0.0.0/16" });
    const availabilityZone = "ap-northeast-1a";
    const inputs = { vpcId: vpc.id, cidrBlock: "10.0.0.0/24", availabilityZone };
    const subnet = await create(account, "subnet", inputs);
    await account.grantQuotas({ natGateways: 0 });
    assert.throws(
      () =>
        reservations.reserve("one", [
          planned("one", "natGateway", "nat", { subnetId: subnet.id, zone: "ap-northeast-1c" }),
        ]),
      /natGateways \(0 in ap-northeast-1a/,
    );
  });

  it("is refused for all quotas in one message, and not reserved for any if one is full", async () => {
    await account.grantQuotas({ internetGateways: 0 });
    const both = (stack: string) => [vpcOf(stack), planned(stack, "internetGateway", "network")];
    for (const stack of ["one", "two", "three", "four"]) {
      assert.throws(
        () => reservations.reserve(stack, both(stack)),
        / quotas: internetGateways \(0 in ap-northeast-1: 0 in use, 1 more needed\); npm run lab -- quota internetGateways=1 makes/,
      );
    }
    await account.grantQuotas({ vpcs: 0 });
    assert.throws(() => reservations.reserve("one", both("one")), {
      message:
        /vpcs \(0 .*\), internetGateways \(0 .*\); npm run lab -- quota vpcs=1 internetGateways=1 makes/,
    });
  });
});
