import assert from "node:assert/strict";

import type { Account } from "../../../lab/account/account";
import { create, createWorld, REGION, rejection, TYPES, type World } from "../account/fixtures";
import type { Engine } from "./client";
import { providersForEachTest } from "./served";

// terraform-provider-aws: internal/service/ec2/vpc_data_source.go (dataSourceVPCRead), vpcs_data_source.go,
// vpc_subnet_data_source.go, vpc_subnets_data_source.go, vpc_security_groups_data_source.go,
// internal/service/ecs/service_data_source.go (dataSourceServiceRead),
// internal/tfresource/not_found_error.go (SingularDataSourceFindError).
describe("functions that find existing resources", () => {
  const served = providersForEachTest();
  let account: Account;
  let engine: Engine;
  let world: World;

  const vpcs = (args: object) => engine.invoke("aws:ec2/getVpcs:getVpcs", { ...args });
  const vpc = (args: object) => engine.invoke("aws:ec2/getVpc:getVpc", { ...args });
  const subnets = (args: object) => engine.invoke("aws:ec2/getSubnets:getSubnets", { ...args });
  const groups = (args: object) =>
    engine.invoke("aws:ec2/getSecurityGroups:getSecurityGroups", { ...args });
  const service = (args: object) => engine.invoke("aws:ecs/getService:getService", { ...args });

  beforeEach(async () => {
    ({ account, engine } = served);
    world = await createWorld(account);
  });

  it("find a VPC and its subnets", async () => {
    const { vpc: only, subnetA, subnetC } = world;
    const found = await vpc({ id: only.id });
    assert.equal(found.cidrBlock, "10.0.0.0/16");
    assert.equal(found.arn, only.outputs.arn);
    assert.equal(found.state, "available");
    assert.equal(found.mainRouteTableId, only.outputs.mainRouteTableId);
    assert.equal((await vpc({ cidrBlock: "10.0.0.0/16" })).id, only.id);
    assert.equal((await vpc({ default: false, state: "available" })).id, only.id);
    const filters = [{ name: "vpc-id", values: [only.id] }];
    const answer = await subnets({ filters });
    assert.deepEqual(answer.ids, [subnetA.id, subnetC.id]);
    assert.deepEqual(answer.filters, filters);
    const subnet = await engine.invoke("aws:ec2/getSubnet:getSubnet", {
      availabilityZone: "ap-northeast-1c",
    });
    assert.equal(subnet.id, subnetC.id);
    assert.equal(subnet.availableIpAddressCount, 251);
    const byId = await engine.invoke("aws:ec2/getSubnet:getSubnet", { id: subnetA.id });
    assert.equal(byId.vpcId, only.id);
  });

  // terraform-provider-aws: internal/service/route53/zone_data_source.go (dataSourceZoneRead).
  it("find a public zone by its name and by its id", async () => {
    const zone = (args: object) => engine.invoke("aws:route53/getZone:getZone", { ...args });
    const { id } = await create(account, "zone", { name: "dev.example.com" });
    const found = await zone({ name: "dev.example.com." });
    assert.deepEqual([found.zoneId, found.name, found.privateZone], [id, "dev.example.com", false]);
    assert.deepEqual(await zone({ zoneId: id }), found);
    assert.match(
      await rejection(zone({ name: "shop.dev.example.com" })),
      /no matching Route 53 Hosted Zone found/,
    );
    assert.equal((await zone({ name: "example.com" })).name, "example.com");
  });

  // Amazon VPC user guide, "Default VPC components".
  it("find the default VPC, which exists from the first time that it is requested", async () => {
    assert.deepEqual((await vpcs({})).ids, [world.vpc.id]);
    const [first, again] = await Promise.all([vpc({ default: true }), vpc({ default: true })]);
    assert.equal(first.id, again.id);
    assert.deepEqual([first.cidrBlock, first.default], ["172.31.0.0/16", true]);
    const filters = [{ name: "isDefault", values: ["true"] }];
    assert.deepEqual((await vpcs({ filters })).ids, [first.id]);
    const { ids } = await subnets({ filters: [{ name: "vpc-id", values: [first.id] }] });
    const each = await Promise.all(
      (ids as string[]).map((id) => engine.invoke("aws:ec2/getSubnet:getSubnet", { id })),
    );
    assert.deepEqual(
      each.map((one) => [one.availabilityZone, one.cidrBlock, one.mapPublicIpOnLaunch]),
      [
        ["ap-northeast-1a", "172.31.0.0/20", true],
        ["ap-northeast-1c", "172.31.16.0/20", true],
        ["ap-northeast-1d", "172.31.32.0/20", true],
      ],
    );
    assert.equal(account.list(TYPES.internetGateway).length, 2);
  });

  it("find by tags, including the provider's default tags", async () => {
    const tagging = await served.connect({
      region: REGION,
      defaultTags: { tags: { Stack: "dev" } },
    });
    const { inputs } = await tagging.check(TYPES.vpc, {
      cidrBlock: "10.1.0.0/16",
      tags: { Name: "shared" },
    });
    const { id } = await tagging.create(TYPES.vpc, inputs);
    assert.deepEqual((await vpcs({ tags: { Stack: "dev" } })).ids, [id]);
    assert.deepEqual((await vpcs({ tags: { Stack: "dev", Name: "other" } })).ids, []);
    assert.deepEqual((await vpcs({})).ids, [world.vpc.id, id]);
    assert.deepEqual((await vpc({ tags: { Name: "shared" } })).tags, {
      Name: "shared",
      Stack: "dev",
    });
    const named = [{ name: "tag:Name", values: ["sha*"] }];
    assert.deepEqual((await vpcs({ filters: named })).ids, [id]);
    assert.deepEqual((await vpcs({ filters: [{ name: "tag-key", values: ["Name"] }] })).ids, [id]);
    assert.deepEqual((await vpcs({ filters: [{ name: "tag:Name", values: ["sha.ed"] }] })).ids, []);
  });

  it("find security groups, including a VPC's own", async () => {
    const { securityGroup, vpc: only } = world;
    const own = await groups({ filters: [{ name: "group-name", values: ["web"] }] });
    assert.deepEqual(own.ids, [securityGroup.id]);
    assert.deepEqual(own.arns, [securityGroup.outputs.arn]);
    assert.deepEqual(own.vpcIds, [only.id]);
    const all = await groups({ filters: [{ name: "vpc-id", values: [only.id] }] });
    assert.deepEqual(all.ids, [only.outputs.defaultSecurityGroupId, securityGroup.id]);
    const tagged = await create(account, "securityGroup", {
      name: "tagged",
      tags: { Role: "web" },
      vpcId: only.id,
    });
    assert.deepEqual((await groups({ tags: { Role: "web" } })).ids, [tagged.id]);
  });

  it("fail with the provider's message if there is none, or more than one", async () => {
    await create(account, "vpc", { cidrBlock: "10.1.0.0/16" });
    assert.equal(await rejection(vpc({ id: "vpc-0" })), "no matching EC2 VPC found");
    assert.equal(await rejection(vpc({ state: "pending" })), "no matching EC2 VPC found");
    assert.equal(
      await rejection(vpc({})),
      "multiple EC2 VPCs matched; use additional constraints to reduce matches to a single EC2 VPC",
    );
    assert.match(
      await rejection(vpcs({ filters: [{ name: "ipv6-cidr-block", values: ["*"] }] })),
      /filter ipv6-cidr-block: not supported/,
    );
  });

  it("find a service by its name or ARN", async () => {
    const { cluster, service: web, taskDefinition } = world;
    const found = await service({ clusterArn: cluster.id, serviceName: "handson" });
    assert.deepEqual(await service({ clusterArn: "handson", serviceName: web.id }), found);
    assert.equal(found.id, web.id);
    assert.equal(found.clusterArn, cluster.id);
    assert.equal(found.taskDefinition, taskDefinition.id);
    assert.equal(found.launchType, "FARGATE");
    assert.equal(found.desiredCount, 1);
    assert.deepEqual(found.deploymentControllers, [{ type: "ECS" }]);
    const [network] = found.networkConfigurations as { subnets: string[] }[];
    assert.deepEqual(network?.subnets, [world.subnetA.id, world.subnetC.id]);
    const none = "no matching ECS Service found";
    assert.equal(await rejection(service({ clusterArn: cluster.id, serviceName: "no" })), none);
    assert.equal(await rejection(service({ clusterArn: "no", serviceName: "handson" })), none);
  });
});
