import assert from "node:assert/strict";

import { Account } from "../../../../lab/account/account";
import { create, createWorld, rejection, type World } from "../fixtures";
import { type InUse, itFinds, itKeeps, itRefuses, type Malformed, type Refused } from "./cases";

/** What the API refuses, with AWS's errors. */
const REFUSED: readonly Refused<World>[] = [
  ["a VPC without a block", "vpc", () => ({}), /^MissingParameter: /],
  [
    "a VPC above /16",
    "vpc",
    () => ({ cidrBlock: "10.0.0.0/8" }),
    /^InvalidVpc\.Range: .*10\.0\.0\.0\/8/,
  ],
  [
    "a second internet gateway of a VPC",
    "internetGateway",
    (w) => ({ vpcId: w.vpc.id }),
    /^Resource\.AlreadyAssociated: /,
  ],
  [
    "a gateway of no VPC",
    "internetGateway",
    () => ({ vpcId: "vpc-0" }),
    /^InvalidVpcID\.NotFound: /,
  ],
  [
    "a subnet of no VPC",
    "subnet",
    () => ({ vpcId: "vpc-0", cidrBlock: "10.0.9.0/24" }),
    /^InvalidVpcID\.NotFound: The vpc ID 'vpc-0' does not exist$/,
  ],
  [
    "a subnet outside its VPC",
    "subnet",
    (w) => ({ vpcId: w.vpc.id, cidrBlock: "10.1.0.0/24" }),
    /^InvalidSubnet\.Range: /,
  ],
  [
    "a subnet over another",
    "subnet",
    (w) => ({ vpcId: w.vpc.id, cidrBlock: "10.0.0.128/25" }),
    /^InvalidSubnet\.Conflict: /,
  ],
  [
    "a subnet in a zone the region has not",
    "subnet",
    (w) => ({ vpcId: w.vpc.id, cidrBlock: "10.0.9.0/24", availabilityZone: "ap-northeast-1b" }),
    /^InvalidParameterValue: Value \(ap-northeast-1b\)/,
  ],
  [
    "a route table of no VPC",
    "routeTable",
    () => ({ vpcId: "vpc-0" }),
    /^InvalidVpcID\.NotFound: /,
  ],
  [
    "an association with no route table",
    "routeTableAssociation",
    (w) => ({ routeTableId: "rtb-0", subnetId: w.subnetA.id }),
    /^InvalidRouteTableID\.NotFound: /,
  ],
  [
    "a route to no gateway",
    "route",
    (w) => ({
      routeTableId: w.vpc.outputs.mainRouteTableId,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: "igw-0",
    }),
    /^InvalidInternetGatewayID\.NotFound: /,
  ],
  [
    "a route to no NAT gateway",
    "route",
    (w) => ({
      routeTableId: w.vpc.outputs.mainRouteTableId,
      destinationCidrBlock: "0.0.0.0/0",
      natGatewayId: "nat-0",
    }),
    /^InvalidNatGatewayID\.NotFound: /,
  ],
  [
    "a NAT gateway without its address",
    "natGateway",
    (w) => ({ subnetId: w.subnetA.id, allocationId: "eipalloc-0" }),
    /^InvalidAllocationID\.NotFound: /,
  ],
  ["a security group of no VPC", "securityGroup", () => ({ name: "x" }), /^VPCIdNotSpecified: /],
  [
    "a security group's name twice in a VPC",
    "securityGroup",
    (w) => ({ name: "web", vpcId: w.vpc.id }),
    /^InvalidGroup\.Duplicate: .*'web'/,
  ],
  [
    "a rule of no group",
    "ingressRule",
    () => ({ securityGroupId: "sg-0", ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" }),
    /^InvalidGroup\.NotFound: The security group 'sg-0' does not exist$/,
  ],
  [
    "a rule from no group",
    "ingressRule",
    (w) => ({
      securityGroupId: w.securityGroup.id,
      ipProtocol: "-1",
      referencedSecurityGroupId: "sg-0",
    }),
    /^InvalidGroup\.NotFound: /,
  ],
  [
    "a tcp rule without ports",
    "egressRule",
    (w) => ({ securityGroupId: w.securityGroup.id, ipProtocol: "tcp", cidrIpv4: "0.0.0.0/0" }),
    /^InvalidParameterValue: .*Must specify both from and to ports/,
  ],
  [
    "ports in the wrong order",
    "securityGroupRule",
    (w) => ({
      securityGroupId: w.securityGroup.id,
      type: "ingress",
      protocol: "tcp",
      fromPort: 443,
      toPort: 80,
      cidrBlocks: ["0.0.0.0/0"],
    }),
    /^InvalidParameterValue: .*443, 80/,
  ],
];

/** What cannot be deleted while the service runs. */
const IN_USE: readonly InUse<World>[] = [
  ["vpc", "vpc", /^DependencyViolation: /],
  ["subnet", "subnetA", /^DependencyViolation: /],
  ["securityGroup", "securityGroup", /^DependencyViolation: resource sg-/],
];

/** What the provider refuses before it asks the API: the inputs, and where they are wrong. */
const MALFORMED: readonly Malformed[] = [
  ["a missing property", "subnet", { cidrBlock: "10.0.0.0/24" }, ["vpcId"]],
  ["host bits in a block", "vpc", { cidrBlock: "10.0.0.1/16" }, ["cidrBlock"]],
  [
    "a mistake in a list",
    "securityGroup",
    { ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, cidrBlocks: ["all"] }] },
    ["ingress[0].cidrBlocks[0]"],
  ],
  [
    "two peers of a rule",
    "ingressRule",
    { securityGroupId: "sg-0", ipProtocol: "-1", cidrIpv4: "0.0.0.0/0", prefixListId: "pl-0" },
    ["cidrIpv4"],
  ],
  ["a reserved tag", "eip", { tags: { "aws:x": "y" } }, ["tags.aws:x"]],
];

describe("the account's networks", () => {
  let account: Account;
  let world: World;

  beforeEach(async () => {
    account = Account.inMemory();
    world = await createWorld(account);
  });

  itRefuses(() => ({ account, world }), REFUSED);
  itKeeps(() => ({ account, world }), IN_USE);
  itFinds(MALFORMED);

  it("refuse the same permission twice, however it is declared", async () => {
    const securityGroupId = world.securityGroup.id;
    await create(account, "ingressRule", {
      securityGroupId,
      ipProtocol: "tcp",
      fromPort: 80,
      toPort: 80,
      cidrIpv4: "0.0.0.0/0",
    });
    assert.match(
      await rejection(
        create(account, "securityGroupRule", {
          securityGroupId,
          type: "ingress",
          protocol: "TCP",
          fromPort: 80,
          toPort: 80,
          cidrBlocks: ["0.0.0.0/0"],
        }),
      ),
      /^InvalidPermission\.Duplicate: .*peer: 0\.0\.0\.0\/0, TCP, from port: 80/,
    );
  });

  it("stop at the quotas a new account has in a region", async () => {
    for (let i = 1; i < 5; i++) await create(account, "vpc", { cidrBlock: "10.0.0.0/16" });
    assert.match(
      await rejection(create(account, "vpc", { cidrBlock: "10.0.0.0/16" })),
      /^VpcLimitExceeded: The maximum number of VPCs has been reached/,
    );
    for (let i = 0; i < 5; i++) await create(account, "eip", {});
    assert.match(await rejection(create(account, "eip", {})), /^AddressLimitExceeded: /);
  });
});
