import assert from "node:assert/strict";

import type * as grpc from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import fc from "fast-check";

import { Account } from "../../../lab/account/account";
import type { ResourceRecord } from "../../../lab/account/record";
import type { Properties } from "../../../lab/account/resourceType";
import { UNKNOWN } from "../../../lab/account/schema";
import { autoName } from "../../../lab/provider/autoName";
import { serveProviders, type ProviderServer } from "../../../lab/provider/server";
import {
  CONTAINER,
  create,
  createWorld,
  FARGATE_TASK,
  rejection,
  TYPES,
} from "../account/fixtures";
import { Engine, isSecret, secret } from "./client";

const REGION = "ap-northeast-1";

describe("the offline provider over gRPC", () => {
  let account: Account;
  let server: ProviderServer;
  let engine: Engine;
  let settle: (record: ResourceRecord) => Promise<void>;
  const engines: Engine[] = [];

  beforeEach(async () => {
    account = Account.inMemory();
    settle = () => Promise.resolve();
    server = await serveProviders(account, { settle: (record) => settle(record) });
    engine = await connect({ region: REGION });
  });

  afterEach(async () => {
    for (const one of engines.splice(0)) one.close();
    await server.close();
  });

  async function connect(configuration: Properties): Promise<Engine> {
    const one = new Engine(server.port);
    engines.push(one);
    await one.configure(configuration);
    return one;
  }

  it("tells the engine where its packages are", () => {
    const { port } = server;
    const packages = ["aws", "awsx", "docker-build", "random"];
    assert.equal(server.debugProviders, packages.map((name) => `${name}:${port}`).join(","));
  });

  describe("check", () => {
    it("lists every problem of a resource with its path", async () => {
      const { failures } = await engine.check(TYPES.targetGroup, {
        protocol: "TCP",
        port: 70_000,
        healthCheck: { pat: "/" },
        vpcId: "vpc-0",
      });
      assert.deepEqual(Object.keys(failures).sort(), ["healthCheck.pat", "port", "protocol"]);
      assert.equal(
        failures["healthCheck.pat"],
        "is not a property that aws:lb/targetGroup:TargetGroup has",
      );
      assert.match(failures.port ?? "", /got 70000$/);
    });

    it("fills in the provider's defaults and notes which they are", async () => {
      const { inputs, failures } = await engine.check(TYPES.role, {
        name: "r",
        assumeRolePolicy: "{}",
      });
      assert.deepEqual(failures, {});
      assert.deepEqual(inputs, {
        __defaults: ["forceDetachPolicies", "maxSessionDuration", "path"],
        assumeRolePolicy: "{}",
        forceDetachPolicies: false,
        maxSessionDuration: 3600,
        name: "r",
        path: "/",
      });
    });

    it("makes up a name from the seed, and keeps it", async () => {
      const first = await engine.check(TYPES.logGroup, {});
      assert.match(String(first.inputs.name), /^it-[0-9a-f]{7}$/);
      const preview = await engine.check(TYPES.logGroup, {});
      assert.equal(preview.inputs.name, first.inputs.name);
      const later = await engine.check(TYPES.logGroup, {}, first.inputs, "another");
      assert.equal(later.inputs.name, first.inputs.name);
      const replaced = await engine.check(TYPES.logGroup, {}, undefined, "another");
      assert.notEqual(replaced.inputs.name, first.inputs.name);
    });

    it("makes up no name beside a prefix", async () => {
      const { inputs } = await engine.check(TYPES.logGroup, { namePrefix: "p-" });
      assert.equal(inputs.name, undefined);
    });

    it("notes the hash of an image's files, unless it cannot know them yet", async () => {
      const image = { context: { location: "nginx" }, push: true, tags: ["a/b:1"] };
      const { inputs, failures } = await engine.check(TYPES.image, image);
      assert.deepEqual(failures, {});
      assert.match(String(inputs.contextHash), /^[0-9a-f]{64}$/);
      const unknown = await engine.check(TYPES.image, { ...image, context: UNKNOWN });
      assert.equal(unknown.inputs.contextHash, UNKNOWN);
    });

    it("writes a policy given as an object as text", async () => {
      const { inputs } = await engine.check(TYPES.role, {
        name: "r",
        assumeRolePolicy: { Version: "2012-10-17" },
      });
      assert.equal(inputs.assumeRolePolicy, '{"Version":"2012-10-17"}');
    });

    it("lays each connection's default tags under the resource's own", async () => {
      const tagged = await connect({
        region: REGION,
        defaultTags: JSON.stringify({ tags: { project: "handson", stage: "dev" } }),
      });
      const { inputs } = await tagged.check(TYPES.vpc, { tags: { stage: "prod" } });
      assert.deepEqual(inputs.tags, { project: "handson", stage: "prod" });
      assert.equal((await engine.check(TYPES.vpc, {})).inputs.tags, undefined);
    });

    it("lays no default tags over an Auto Scaling group's list", async () => {
      const tagged = await connect({
        region: REGION,
        defaultTags: JSON.stringify({ tags: { project: "handson" } }),
      });
      const tags = [{ key: "Name", value: "x", propagateAtLaunch: true }];
      const { inputs } = await tagged.check(TYPES.autoScalingGroup, { tags });
      assert.deepEqual(inputs.tags, tags);
      assert.equal((await tagged.check(TYPES.autoScalingGroup, {})).inputs.tags, undefined);
    });

    it("makes up names without capitals where AWS takes none", async () => {
      const { inputs } = await engine.check(TYPES.repository, {}, undefined, "", "Nginx");
      assert.match(String(inputs.name), /^nginx-[0-9a-f]{7}$/);
      const bucket = await engine.check(TYPES.bucket, {}, undefined, "", "Artifacts");
      assert.match(String(bucket.inputs.bucket), /^artifacts-[0-9a-f]{7}$/);
      const prefixed = await engine.check(TYPES.bucket, { bucketPrefix: "a-" });
      assert.equal(prefixed.inputs.bucket, undefined);
    });

    it("keeps secrets secret, in the inputs and in its messages", async () => {
      const { inputs, failures } = await engine.check(TYPES.logGroup, {
        name: secret("not allowed!"),
      });
      assert.ok(isSecret(inputs.name));
      assert.ok(!JSON.stringify(failures).includes("not allowed!"), JSON.stringify(failures));
      assert.deepEqual(Object.keys(failures), ["name"]);
    });

    it("names a type it does not have", async () => {
      assert.equal(
        await rejection(engine.check("aws:sqs/queue:Queue", {})),
        "the offline account has no resource type aws:sqs/queue:Queue",
      );
    });
  });

  describe("diff", () => {
    it("sees no change where only order and spelling differ", async () => {
      const olds = {
        ...FARGATE_TASK,
        containerDefinitions: JSON.stringify([
          {
            ...CONTAINER,
            environment: [
              { name: "A", value: "1" },
              { name: "B", value: "2" },
            ],
          },
        ]),
      };
      const news = {
        ...FARGATE_TASK,
        containerDefinitions: JSON.stringify([
          {
            ...CONTAINER,
            essential: true,
            portMappings: [{ containerPort: 80, hostPort: 80, protocol: "tcp" }],
            environment: [
              { value: "2", name: "B" },
              { name: "A", value: "1" },
            ],
            mountPoints: [],
          },
        ]),
      };
      const { changes } = await engine.diff(TYPES.taskDefinition, olds, news);
      assert.equal(changes, false);
    });

    it("replaces a task definition for another image", async () => {
      const containerDefinitions = JSON.stringify([{ ...CONTAINER, image: "nginx:2" }]);
      const result = await engine.diff(TYPES.taskDefinition, FARGATE_TASK, {
        ...FARGATE_TASK,
        containerDefinitions,
      });
      assert.deepEqual(result.replaces, ["containerDefinitions"]);
      assert.equal(result.deleteBeforeReplace, false);
    });

    it("names each changed property, at its depth", async () => {
      const olds = { tags: { a: "1", b: "2" }, healthCheck: { path: "/", interval: 10 } };
      const news = { tags: { a: "1", c: "3" }, healthCheck: { path: "/x", interval: 10 } };
      const { detailed, replaces } = await engine.diff(TYPES.targetGroup, olds, news);
      assert.deepEqual(detailed.sort(), ["healthCheck.path", "tags.b", "tags.c"]);
      assert.deepEqual(replaces, []);
    });

    it("deletes before it replaces when the name stays the same", async () => {
      const olds = { name: "web", vpcId: "vpc-1" };
      const chosen = await engine.diff(TYPES.securityGroup, olds, { name: "web", vpcId: "vpc-2" });
      assert.deepEqual(chosen.replaces, ["vpcId"]);
      assert.equal(chosen.deleteBeforeReplace, true);
      const made = await engine.diff(
        TYPES.securityGroup,
        { ...olds, __defaults: ["name"] },
        { name: "web-1234567", vpcId: "vpc-2", __defaults: ["name"] },
      );
      assert.equal(made.deleteBeforeReplace, false);
    });

    it("deletes a bucket before it replaces it when the name stays the same", async () => {
      const move = (defaults: string[]) =>
        engine.diff(
          TYPES.bucket,
          { bucket: "web", region: "ap-northeast-1", __defaults: defaults },
          { bucket: "web", region: "ap-northeast-3", __defaults: defaults },
        );
      assert.equal((await move([])).deleteBeforeReplace, true);
      assert.equal((await move(["bucket"])).deleteBeforeReplace, false);
    });

    it("keeps what AWS computes when the program stops setting it", async () => {
      const { changes } = await engine.diff(
        TYPES.service,
        { platformVersion: "1.4.0", name: "s" },
        { name: "s" },
      );
      assert.equal(changes, false);
    });

    it("replaces a service for another capacity strategy, unless a new deployment is forced", async () => {
      const olds = { capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }] };
      const news = { capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 2 }] };
      const plain = await engine.diff(TYPES.service, olds, news);
      assert.deepEqual(plain.replaces, ["capacityProviderStrategies"]);
      const forced = await engine.diff(TYPES.service, olds, { ...news, forceNewDeployment: true });
      assert.deepEqual(forced.replaces, []);
      assert.equal(forced.changes, true);
    });

    it("leaves ignored inputs alone", async () => {
      const { changes } = await engine.diff(
        TYPES.service,
        { desiredCount: 1 },
        { desiredCount: 2 },
        ["desiredCount"],
      );
      assert.equal(changes, false);
    });

    it("takes an unknown value for a change", async () => {
      const { replaces } = await engine.diff(TYPES.subnet, { vpcId: "vpc-1" }, { vpcId: UNKNOWN });
      assert.deepEqual(replaces, ["vpcId"]);
    });
  });

  describe("create, update, read and delete", () => {
    it("previews what it knows, and that it does not know the rest", async () => {
      const { id, properties } = await engine.create(
        TYPES.subnet,
        { vpcId: UNKNOWN, cidrBlock: "10.0.0.0/24", tags: { Name: "a" } },
        true,
      );
      assert.equal(id, "");
      assert.equal(properties.arn, UNKNOWN);
      assert.equal(properties.availabilityZone, UNKNOWN);
      assert.equal(properties.cidrBlock, "10.0.0.0/24");
      assert.equal(properties.region, REGION);
      assert.deepEqual(properties.tagsAll, { Name: "a" });
      assert.deepEqual(account.list(), []);
    });

    it("previews that a changed launch template gets a version of its own", async () => {
      const inputs = { name: "web", instanceType: "t3.micro", updateDefaultVersion: true };
      const { id, properties } = await engine.create(TYPES.launchTemplate, inputs);
      const preview = (patch: Properties) =>
        engine.previewUpdate(
          TYPES.launchTemplate,
          id,
          { inputs, outputs: properties },
          { ...inputs, ...patch },
        );
      const larger = await preview({ instanceType: "t3.small" });
      assert.deepEqual([larger.latestVersion, larger.defaultVersion], [UNKNOWN, UNKNOWN]);
      const tagged = await preview({ tags: { a: "b" } });
      assert.deepEqual([tagged.latestVersion, tagged.defaultVersion], [1, 1]);
      assert.equal(account.get(TYPES.launchTemplate, id)?.outputs.latestVersion, 1);
    });

    it("creates in the region of the connection", async () => {
      const osaka = await connect({ region: "ap-northeast-3" });
      const { id, properties } = await osaka.create(TYPES.vpc, { cidrBlock: "10.0.0.0/16" });
      assert.equal(properties.arn, `arn:aws:ec2:ap-northeast-3:123456789012:vpc/${id}`);
      assert.equal(properties.region, "ap-northeast-3");
    });

    it("fails a resource with AWS's own words", async () => {
      assert.equal(
        await rejection(engine.create(TYPES.internetGateway, { vpcId: "vpc-0" })),
        "InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist",
      );
    });

    it("updates in place and drops what is no longer set", async () => {
      const inputs = { name: "g", retentionInDays: 7, tags: { a: "1" }, skipDestroy: false };
      const { id } = await engine.create(TYPES.logGroup, inputs);
      const properties = await engine.update(TYPES.logGroup, id, inputs, {
        name: "g",
        retentionInDays: 30,
        skipDestroy: false,
      });
      assert.equal(properties.retentionInDays, 30);
      assert.equal(properties.tags, undefined);
      assert.deepEqual(properties.tagsAll, {});
      assert.match(String(properties.arn), /log-group:g$/);
    });

    it("leaves alone what the program did not change and AWS itself moved", async () => {
      const inputs = { name: "g", retentionInDays: 7, tags: { a: "1" } };
      const { id } = await engine.create(TYPES.logGroup, inputs);
      await account.modify(TYPES.logGroup, id, { retentionInDays: 1 });
      const news = { ...inputs, tags: { a: "2" } };
      const properties = await engine.update(TYPES.logGroup, id, inputs, news);
      assert.equal(properties.retentionInDays, 1);
      assert.deepEqual(properties.tags, { a: "2" });
    });

    it("reads drift back as inputs", async () => {
      const inputs = { name: "g", retentionInDays: 7, __defaults: ["name"] };
      const { id } = await engine.create(TYPES.logGroup, inputs);
      await account.modify(TYPES.logGroup, id, { retentionInDays: 1 });
      const read = await engine.read(TYPES.logGroup, id, inputs);
      assert.equal(read.properties.retentionInDays, 1);
      assert.deepEqual(read.inputs, { name: "g", retentionInDays: 1, __defaults: ["name"] });
    });

    it("reads nothing where nothing is", async () => {
      assert.equal((await engine.read(TYPES.vpc, "vpc-0")).id, "");
    });

    it("imports a resource by its id", async () => {
      await create(account, "logGroup", { name: "made by hand".replaceAll(" ", "-") });
      const read = await engine.read(TYPES.logGroup, "made-by-hand");
      assert.equal(read.id, "made-by-hand");
      assert.deepEqual(read.inputs, {
        name: "made-by-hand",
        retentionInDays: 0,
        skipDestroy: false,
      });
    });

    it("deletes what is gone already", async () => {
      await engine.delete(TYPES.vpc, "vpc-0");
      await engine.cancel();
    });

    it("keeps outputs secret that come from secret inputs", async () => {
      const inputs = { name: secret("hidden"), retentionInDays: 7 };
      const { id, properties } = await engine.create(TYPES.logGroup, inputs);
      assert.ok(isSecret(properties.name));
      assert.equal(properties.retentionInDays, 7);
      const read = await engine.read(TYPES.logGroup, id, inputs);
      assert.ok(isSecret(read.inputs.name) && isSecret(read.properties.name));
      assert.equal(account.get(TYPES.logGroup, "hidden")?.outputs.name, "hidden");
    });

    it("keeps a resource that exists and does not settle", async () => {
      settle = () => Promise.reject(new Error("tasks keep failing"));
      let details: unknown;
      await engine.create(TYPES.logGroup, { name: "g" }).catch((error: unknown) => {
        details = error;
      });
      const { message, metadata } = details as Error & { metadata: grpc.Metadata };
      assert.equal(message, "tasks keep failing");
      const [bytes] = metadata.get("grpc-status-details-bin");
      const [detail] = Status.deserializeBinary(bytes as Buffer).getDetailsList();
      const failure = detail?.unpack(
        (packed) => proto.ErrorResourceInitFailed.deserializeBinary(packed),
        "pulumirpc.ErrorResourceInitFailed",
      );
      assert.equal(failure?.getId(), "g");
    });
  });

  describe("configuration", () => {
    it("names every setting that is wrong", async () => {
      const problems = await engine.checkConfig({
        region: "tokyo",
        endpoints: "x",
        defaultTags: "x",
      });
      assert.deepEqual(Object.keys(problems).sort(), ["defaultTags", "endpoints", "region"]);
    });

    it("wants a region", async () => {
      const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
      delete process.env.AWS_REGION;
      delete process.env.AWS_DEFAULT_REGION;
      try {
        assert.match((await engine.checkConfig({})).region ?? "", /^is required/);
      } finally {
        if (AWS_REGION !== undefined) process.env.AWS_REGION = AWS_REGION;
        if (AWS_DEFAULT_REGION !== undefined) process.env.AWS_DEFAULT_REGION = AWS_DEFAULT_REGION;
      }
    });

    it("is wanted before anything else", async () => {
      const stranger = new Engine(server.port);
      engines.push(stranger);
      assert.match(await rejection(stranger.create(TYPES.vpc, {})), /was not configured/);
    });
  });

  describe("functions", () => {
    it("find the network", async () => {
      const { vpc, subnetA, subnetC } = await createWorld(account);
      const found = await engine.invoke("aws:ec2/getVpc:getVpc", { cidrBlock: "10.0.0.0/16" });
      assert.equal(found.id, vpc.id);
      const subnets = await engine.invoke("aws:ec2/getSubnets:getSubnets", {
        filters: [{ name: "vpc-id", values: [vpc.id] }],
      });
      assert.deepEqual(subnets.ids, [subnetA.id, subnetC.id]);
      const subnet = await engine.invoke("aws:ec2/getSubnet:getSubnet", {
        availabilityZone: "ap-northeast-1c",
      });
      assert.equal(subnet.id, subnetC.id);
      assert.equal(subnet.availableIpAddressCount, 251);
    });

    it("say what they are asked for in vain", async () => {
      assert.equal(
        await rejection(engine.invoke("aws:ec2/getVpc:getVpc", { id: "vpc-0" })),
        "no matching EC2 VPC found",
      );
      assert.match(
        await rejection(engine.invoke("aws:ec2/getVpc:getVpc", { state: "pending" })),
        /state: not supported/,
      );
      assert.equal(
        await rejection(engine.invoke("aws:ssm/getParameter:getParameter", {})),
        "the offline account has no function aws:ssm/getParameter:getParameter",
      );
    });

    it("know the account, the region and its zones", async () => {
      const identity = await engine.invoke("aws:index/getCallerIdentity:getCallerIdentity", {});
      assert.equal(identity.accountId, "123456789012");
      assert.equal((await engine.invoke("aws:index/getRegion:getRegion", {})).region, REGION);
      const zones = await engine.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", {});
      assert.deepEqual(zones.names, ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"]);
      assert.deepEqual(zones.zoneIds, ["apne1-az1", "apne1-az2", "apne1-az3"]);
    });

    it("log in to the registry by a new password each time, which is secret", async () => {
      const token = "aws:ecr/getAuthorizationToken:getAuthorizationToken";
      const login = await engine.invoke(token, { registryId: "210987654321" });
      assert.equal(login.userName, "AWS");
      assert.equal(login.proxyEndpoint, `https://210987654321.dkr.ecr.${REGION}.amazonaws.com`);
      assert.ok(isSecret(login.password) && isSecret(login.authorizationToken));
      assert.notDeepEqual((await engine.invoke(token, {})).password, login.password);
    });

    it("write policy documents that a role accepts", async () => {
      const document = await engine.invoke("aws:iam/getPolicyDocument:getPolicyDocument", {
        statements: [
          {
            actions: ["sts:AssumeRole"],
            principals: [{ type: "Service", identifiers: ["ecs-tasks.amazonaws.com"] }],
            conditions: [
              { test: "StringEquals", variable: "aws:SourceAccount", values: ["1", "2"] },
            ],
          },
        ],
      });
      assert.deepEqual(JSON.parse(String(document.json)), {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "sts:AssumeRole",
            Principal: { Service: "ecs-tasks.amazonaws.com" },
            Condition: { StringEquals: { "aws:SourceAccount": ["1", "2"] } },
          },
        ],
      });
      await create(account, "role", { name: "r", assumeRolePolicy: String(document.json) });
    });
  });

  it("makes names that fit, differ by seed and say when there is no room", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/),
        fc.uint8Array({ minLength: 1, maxLength: 32 }),
        (name, seed) => {
          if (name.length > 24) {
            assert.throws(() => autoName(name, seed, 32), RangeError);
          } else {
            const made = autoName(name, seed, 32);
            assert.ok(made.length <= 32 && made.startsWith(`${name}-`));
            assert.equal(made, autoName(name, seed, 32));
          }
        },
      ),
    );
  });
});
