import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import fc from "fast-check";

import { Account } from "../../../lab/account/account";
import { parseQuotas, type QuotaName, quotaOf, quotas } from "../../../lab/account/quotas";
import { checkInputs, withDefaults } from "../../../lab/account/schema";
import { resourceTypeOf } from "../../../lab/account/types/registry";

let serial = 0;

/** Creates a resource with the defaults of its schema. */
async function create(account: Account, type: string, inputs: Record<string, unknown>) {
  const found = resourceTypeOf(type);
  assert.ok(found, type);
  const filled = withDefaults(found.inputs, inputs) as Record<string, unknown>;
  assert.deepEqual(checkInputs(found, filled), []);
  const urn = `urn:pulumi:dev::quotas::${type}::resource-${(serial += 1)}`;
  return account.create({ type, urn, inputs: filled, region: "ap-northeast-1" });
}

const vpcType = "aws:ec2/vpc:Vpc";
const vpcInputs = { cidrBlock: "10.0.0.0/16" };

/** A VPC with an internet gateway and two subnets. */
async function network(account: Account) {
  const vpc = await create(account, vpcType, vpcInputs);
  await create(account, "aws:ec2/internetGateway:InternetGateway", { vpcId: vpc.id });
  const subnets = [];
  for (const [i, zone] of ["a", "c"].entries()) {
    const inputs = { vpcId: vpc.id, cidrBlock: `10.0.${i}.0/24` };
    const availabilityZone = `ap-northeast-1${zone}`;
    subnets.push(await create(account, "aws:ec2/subnet:Subnet", { ...inputs, availabilityZone }));
  }
  return { vpcId: vpc.id, subnets: subnets.map(({ id }) => id) };
}

const balancer = (account: Account, subnets: string[], name: string) =>
  create(account, "aws:lb/loadBalancer:LoadBalancer", { name, subnets });

const listener = (account: Account, loadBalancerArn: string, port: number) =>
  create(account, "aws:lb/listener:Listener", {
    loadBalancerArn,
    port,
    protocol: "HTTP",
    defaultActions: [
      { type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } },
    ],
  });

const group = (account: Account, vpcId: string, name: string) =>
  create(account, "aws:lb/targetGroup:TargetGroup", {
    name,
    vpcId,
    port: 80,
    protocol: "HTTP",
    targetType: "ip",
  });

const rule = (account: Account, listenerArn: string, targetGroupArn: string, priority: number) =>
  create(account, "aws:lb/listenerRule:ListenerRule", {
    listenerArn,
    priority,
    actions: [{ type: "forward", targetGroupArn }],
    conditions: [{ pathPattern: { values: [`/${priority}`] } }],
  });

describe("quotas of the account", () => {
  let account: Account;
  beforeEach(() => {
    account = Account.inMemory();
  });

  it("let as many resources be created as were granted, and no more", async () => {
    await account.grantQuotas({ vpcs: 7 });
    for (let i = 0; i < 7; i++) await create(account, vpcType, vpcInputs);
    await assert.rejects(create(account, vpcType, vpcInputs), {
      message: "VpcLimitExceeded: The maximum number of VPCs has been reached (7).",
    });
  });

  it("apply to each region", async () => {
    await account.grantQuotas({ vpcs: 1 });
    await create(account, vpcType, { ...vpcInputs, region: "us-east-1" });
    await create(account, vpcType, vpcInputs);
    await assert.rejects(create(account, vpcType, vpcInputs), /VpcLimitExceeded/);
  });

  it("do not prevent changes", async () => {
    const vpc = await create(account, vpcType, vpcInputs);
    await account.grantQuotas({ vpcs: 1 });
    const inputs = { ...vpc.inputs, tags: { Name: "renamed" } };
    const after = await account.update(vpcType, vpc.id, vpc.urn, inputs);
    assert.deepEqual(after.outputs.tags, { Name: "renamed" });
  });

  const limits: [QuotaName, string, (account: Account) => Promise<unknown>][] = [
    [
      "internetGateways",
      "InternetGatewayLimitExceeded",
      (account) => create(account, "aws:ec2/internetGateway:InternetGateway", {}),
    ],
    ["elasticIps", "AddressLimitExceeded", (account) => create(account, "aws:ec2/eip:Eip", {})],
    [
      "subnets",
      "SubnetLimitExceeded",
      async (account) => {
        const vpc = await create(account, vpcType, vpcInputs);
        const inputs = { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" };
        await create(account, "aws:ec2/subnet:Subnet", inputs);
      },
    ],
    [
      "routeTables",
      "RouteTableLimitExceeded",
      async (account) => {
        const vpc = await create(account, vpcType, vpcInputs);
        await create(account, "aws:ec2/routeTable:RouteTable", { vpcId: vpc.id });
      },
    ],
    [
      "securityGroups",
      "SecurityGroupLimitExceeded",
      async (account) => {
        const vpc = await create(account, vpcType, vpcInputs);
        const inputs = { vpcId: vpc.id, name: "web", description: "web" };
        await create(account, "aws:ec2/securityGroup:SecurityGroup", inputs);
      },
    ],
    [
      "securityGroupRules",
      "RulesPerSecurityGroupLimitExceeded",
      async (account) => {
        const vpc = await create(account, vpcType, vpcInputs);
        await create(account, "aws:ec2/securityGroup:SecurityGroup", {
          vpcId: vpc.id,
          name: "web",
          description: "web",
          ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, cidrBlocks: ["10.0.0.0/16"] }],
        });
      },
    ],
    [
      "natGateways",
      "NatGatewayLimitExceeded",
      async (account) => {
        const { subnets } = await network(account);
        const eip = await create(account, "aws:ec2/eip:Eip", {});
        const inputs = { subnetId: subnets[0], allocationId: eip.outputs.allocationId };
        await create(account, "aws:ec2/natGateway:NatGateway", inputs);
      },
    ],
    [
      "networkInterfaces",
      "NetworkInterfaceLimitExceeded",
      async (account) => balancer(account, (await network(account)).subnets, "web"),
    ],
    [
      "loadBalancers",
      "TooManyLoadBalancers",
      async (account) => balancer(account, (await network(account)).subnets, "web"),
    ],
    [
      "listeners",
      "TooManyListeners",
      async (account) => {
        const alb = await balancer(account, (await network(account)).subnets, "web");
        await listener(account, alb.id, 80);
      },
    ],
    [
      "targetGroups",
      "TooManyTargetGroups",
      async (account) => group(account, (await network(account)).vpcId, "web"),
    ],
  ];
  for (const [name, code, attempt] of limits) {
    it(`of 0 refuse the first with ${code}: ${name}`, async () => {
      await account.grantQuotas({ [name]: 0 });
      await assert.rejects(attempt(account), { code });
    });
  }

  it("count rules and target groups over all listeners of a load balancer", async () => {
    const { vpcId, subnets } = await network(account);
    const alb = await balancer(account, subnets, "web");
    const [first, second] = [
      await listener(account, alb.id, 80),
      await listener(account, alb.id, 8080),
    ];
    const [one, two] = [await group(account, vpcId, "one"), await group(account, vpcId, "two")];
    await account.grantQuotas({ listenerRules: 2, targetGroupsPerLoadBalancer: 1 });
    await rule(account, first.id, one.id, 1);
    await assert.rejects(rule(account, second.id, two.id, 1), { code: "TooManyTargetGroups" });
    await rule(account, second.id, one.id, 2);
    await assert.rejects(rule(account, first.id, one.id, 3), { code: "TooManyRules" });
  });

  it("persist when the account is opened again", async () => {
    const dir = await mkdtemp(path.join(tmpdir(), "quotas-"));
    try {
      const first = await Account.open(dir);
      await first.grantQuotas({ vpcs: 40 });
      await first.grantQuotas({ elasticIps: 31 });
      await first.close();
      const second = await Account.open(dir);
      assert.deepEqual(second.grantedQuotas, { vpcs: 40, elasticIps: 31 });
      await second.close();

      const file = path.join(dir, "quotas.json");
      const text = await readFile(file, "utf8");
      assert.equal((JSON.parse(text) as { version: unknown }).version, 1);

      // Written before files had a version.
      await writeFile(file, '{"vpcs": 7}');
      const third = await Account.open(dir);
      assert.deepEqual(third.grantedQuotas, { vpcs: 7 });
      await third.close();

      await writeFile(file, text.replace('"version": 1', '"version": 2'));
      await assert.rejects(
        Account.open(dir),
        /quotas\.json has version 2, but this lab knows versions up to 1: use the lab that wrote it, or remove it to go back to the standard quotas$/,
      );
      for (const damaged of ['{"vpcs": "many"}', '{"version": 1}', "{"]) {
        await writeFile(file, damaged);
        await assert.rejects(Account.open(dir), /quotas\.json is damaged/);
      }
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  it("are read from NAME=NUMBER, and the last number of a name counts", () => {
    const names = fc.constantFrom(
      ...(Object.keys(quotas) as QuotaName[]).filter((name) => !("adjustable" in quotas[name])),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.nat())), (pairs) => {
        const granted = parseQuotas(pairs.map(([name, value]) => `${name}=${value}`));
        const last = new Map(pairs);
        for (const name of Object.keys(quotas) as QuotaName[]) {
          assert.equal(quotaOf(name, granted), last.get(name) ?? quotas[name].standard);
        }
      }),
    );
  });

  it("that are wrong are all reported in one error", () => {
    assert.throws(
      () => parseQuotas(["vpc=3", "vpcs=-1", "vpcs=", "targetGroupsPerLoadBalancer=101"]),
      (error: Error) => {
        assert.match(error.message, /"vpc=3": write NAME=NUMBER with one of vpcs,/);
        assert.match(error.message, /vpcs: "-1" is not a whole number/);
        assert.match(error.message, /vpcs: "" is not a whole number/);
        assert.match(error.message, /AWS does not raise this quota; it is 100/);
        return true;
      },
    );
  });
});
