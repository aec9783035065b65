import assert from "node:assert/strict";

import { Account } from "../../../../lab/account/account";
import { create, createWorld, rejection, TYPES, type World } from "../fixtures";
import { type InUse, itRefuses, type Malformed, type Refused } from "./cases";

/** What the API refuses, with AWS's errors. */
const REFUSED: readonly Refused<World>[] = [
  ["a VPC without a CIDR block", "vpc", () => ({}), /^MissingParameter: /],
  [
    "a VPC larger than /16",
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
    "a gateway for an unknown VPC",
    "internetGateway",
    () => ({ vpcId: "vpc-0" }),
    /^InvalidVpcID\.NotFound: /,
  ],
  [
    "a subnet in an unknown VPC",
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
    "a subnet that overlaps another",
    "subnet",
    (w) => ({ vpcId: w.vpc.id, cidrBlock: "10.0.0.128/25" }),
    /^InvalidSubnet\.Conflict: /,
  ],
  [
    "a subnet in a zone that the region does not have",
    "subnet",
    (w) => ({ vpcId: w.vpc.id, cidrBlock: "10.0.9.0/24", availabilityZone: "ap-northeast-1b" }),
    /^InvalidParameterValue: Value \(ap-northeast-1b\)/,
  ],
  [
    "a route table in an unknown VPC",
    "routeTable",
    () => ({ vpcId: "vpc-0" }),
    /^InvalidVpcID\.NotFound: /,
  ],
  [
    "an association with an unknown route table",
    "routeTableAssociation",
    (w) => ({ routeTableId: "rtb-0", subnetId: w.subnetA.id }),
    /^InvalidRouteTableID\.NotFound: /,
  ],
  [
    "a route to an unknown internet gateway",
    "route",
    (w) => ({
      routeTableId: w.vpc.outputs.mainRouteTableId,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: "igw-0",
    }),
    /^InvalidInternetGatewayID\.NotFound: /,
  ],
  [
    "a route to an unknown NAT gateway",
    "route",
    (w) => ({
      routeTableId: w.vpc.outputs.mainRouteTableId,
      destinationCidrBlock: "0.0.0.0/0",
      natGatewayId: "nat-0",
    }),
    /^InvalidNatGatewayID\.NotFound: /,
  ],
  [
    "a NAT gateway with an unknown address",
    "natGateway",
    (w) => ({ subnetId: w.subnetA.id, allocationId: "eipalloc-0" }),
    /^InvalidAllocationID\.NotFound: /,
  ],
  [
    "a security group without a VPC",
    "securityGroup",
    () => ({ name: "x" }),
    /^VPCIdNotSpecified: /,
  ],
  [
    "a security group name that is taken in its VPC",
    "securityGroup",
    (w) => ({ name: "web", vpcId: w.vpc.id }),
    /^InvalidGroup\.Duplicate: .*'web'/,
  ],
  [
    "a rule of an unknown group",
    "ingressRule",
    () => ({ securityGroupId: "sg-0", ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" }),
    /^InvalidGroup\.NotFound: The security group 'sg-0' does not exist$/,
  ],
  [
    "a rule from an unknown group",
    "ingressRule",
    (w) => ({
      securityGroupId: w.securityGroup.id,
      ipProtocol: "-1",
      referencedSecurityGroupId: "sg-0",
    }),
    /^InvalidGroup\.NotFound: /,
  ],
  [
    "a TCP rule without ports",
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

/** A web ACL that AWS accepts. */
const WEB_ACL = {
  name: "edge",
  scope: "REGIONAL",
  defaultAction: { allow: {} },
  visibilityConfig: {
    cloudwatchMetricsEnabled: true,
    metricName: "edge",
    sampledRequestsEnabled: true,
  },
};

const rule = (name: string, priority: number, what: object) => ({
  name,
  priority,
  visibilityConfig: WEB_ACL.visibilityConfig,
  ...what,
});
const managed = (name: string, what: object = { overrideAction: { none: {} } }) => ({
  statement: { managedRuleGroupStatement: { name, vendorName: "AWS" } },
  ...what,
});
const rated = { statement: { rateBasedStatement: { limit: 1000, aggregateKeyType: "IP" } } };
const COMMON = managed("AWSManagedRulesCommonRuleSet");

const FLOW_LOGS: readonly Refused<World>[] = [
  [
    "a flow log of an unknown VPC",
    "flowLog",
    () => ({ vpcId: "vpc-0", trafficType: "ALL", logDestinationType: "s3" }),
    /^InvalidVpcID\.NotFound: /,
  ],
  [
    "a flow log without a traffic type",
    "flowLog",
    (w) => ({ vpcId: w.vpc.id }),
    /^MissingParameter: .*Type$/,
  ],
  [
    "a flow log without a destination",
    "flowLog",
    (w) => ({ vpcId: w.vpc.id, trafficType: "ALL" }),
    /^MissingParameter: .*LogDestination$/,
  ],
  [
    "a flow log to an unknown bucket",
    "flowLog",
    (w) => ({
      vpcId: w.vpc.id,
      trafficType: "ALL",
      logDestinationType: "s3",
      logDestination: "arn:aws:s3:::none/flow",
    }),
    /^NoSuchBucket: /,
  ],
  [
    "a flow log to a log group without a role",
    "flowLog",
    (w) => ({
      vpcId: w.vpc.id,
      trafficType: "ALL",
      logDestination: "arn:aws:logs:ap-northeast-1:123456789012:log-group:flow",
    }),
    /^InvalidParameter: DeliverLogsPermissionArn can't be empty/,
  ],
];

const WEB_ACLS: readonly Refused<World>[] = [
  [
    "a web ACL for CloudFront outside us-east-1",
    "webAcl",
    () => ({ ...WEB_ACL, scope: "CLOUDFRONT" }),
    /^WAFInvalidParameterException: .*SCOPE_VALUE/,
  ],
  [
    "two rules with the same priority",
    "webAcl",
    () => ({ ...WEB_ACL, rules: [rule("a", 1, COMMON), rule("b", 1, COMMON)] }),
    /^WAFDuplicateItemException: /,
  ],
  [
    "a rule group with an action instead of an override",
    "webAcl",
    () => ({
      ...WEB_ACL,
      rules: [rule("a", 1, managed("AWSManagedRulesCommonRuleSet", { action: { block: {} } }))],
    }),
    /^WAFInvalidParameterException: .*override action/,
  ],
  [
    "a rate-based rule without an action",
    "webAcl",
    () => ({ ...WEB_ACL, rules: [rule("a", 1, rated)] }),
    /^WAFInvalidParameterException: .*RULE_ACTION/,
  ],
  [
    "a rule group that AWS does not have",
    "webAcl",
    () => ({ ...WEB_ACL, rules: [rule("a", 1, managed("AWSManagedRulesNone"))] }),
    /^WAFNonexistentItemException: /,
  ],
  [
    "more rules than a web ACL has capacity for",
    "webAcl",
    () => ({
      ...WEB_ACL,
      rules: Array.from({ length: 8 }, (_, i) => rule(`r${i}`, i, COMMON)),
    }),
    /^WAFLimitsExceededException: /,
  ],
  [
    "an association with an unknown web ACL",
    "webAclAssociation",
    (w) => ({
      resourceArn: w.loadBalancer.id,
      webAclArn: "arn:aws:wafv2:ap-northeast-1:123456789012:regional/webacl/none/1",
    }),
    /^WAFNonexistentItemException: /,
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
  ["a flow log of two resources", "flowLog", { vpcId: "vpc-0", subnetId: "subnet-0" }, ["vpcId"]],
  [
    "a web ACL without a default action",
    "webAcl",
    { ...WEB_ACL, defaultAction: {} },
    ["defaultAction"],
  ],
  ["a missing property", "subnet", { cidrBlock: "10.0.0.0/24" }, ["vpcId"]],
  ["host bits in a block", "vpc", { cidrBlock: "10.0.0.1/16" }, ["cidrBlock"]],
  [
    "an invalid entry in a list",
    "securityGroup",
    { ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, cidrBlocks: ["all"] }] },
    ["ingress[0].cidrBlocks[0]"],
  ],
  [
    "a rule with two peers",
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

  itRefuses(() => ({ account, world }), {
    refused: [...REFUSED, ...FLOW_LOGS, ...WEB_ACLS],
    inUse: IN_USE,
    malformed: MALFORMED,
  });

  it("write flow logs to a bucket, but none twice", async () => {
    const bucket = await create(account, "bucket", { bucket: "flow" });
    const inputs = {
      vpcId: world.vpc.id,
      trafficType: "ALL",
      logDestinationType: "s3",
      logDestination: `${String(bucket.outputs.arn)}/vpc`,
    };
    const { id, outputs } = await create(account, "flowLog", inputs);
    assert.match(id, /^fl-[\da-f]{17}$/);
    assert.match(String(outputs.logFormat), /^\$\{version\} .* \$\{log-status\}$/);
    assert.match(await rejection(create(account, "flowLog", inputs)), /^FlowLogAlreadyExists: /);
  });

  it("protect load balancers with web ACLs, and keep those in use", async () => {
    const rules = [rule("common", 1, COMMON), rule("rate", 2, { ...rated, action: { block: {} } })];
    const { id, outputs } = await create(account, "webAcl", { ...WEB_ACL, rules });
    assert.equal(outputs.capacity, 702);
    const association = await create(account, "webAclAssociation", {
      resourceArn: world.loadBalancer.id,
      webAclArn: outputs.arn,
    });
    assert.match(
      await rejection(account.delete(TYPES.webAcl, id)),
      /^WAFAssociatedItemException: /,
    );
    await account.delete(TYPES.webAclAssociation, association.id);
    await account.delete(TYPES.webAcl, id);
    assert.match(
      await rejection(
        create(account, "webAclAssociation", {
          resourceArn: world.loadBalancer.id,
          webAclArn: outputs.arn,
        }),
      ),
      /^WAFNonexistentItemException: /,
    );
  });

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

  it("stop at a new account's quotas in a region", async () => {
    for (let i = 1; i < 5; i++) await create(account, "vpc", { cidrBlock: "10.0.0.0/16" });
    assert.match(
      await rejection(create(account, "vpc", { cidrBlock: "10.0.0.0/16" })),
      /^VpcLimitExceeded: The maximum number of VPCs has been reached/,
    );
    for (let i = 0; i < 5; i++) await create(account, "eip", {});
    assert.match(await rejection(create(account, "eip", {})), /^AddressLimitExceeded: /);
  });
});
