import assert from "node:assert/strict";

import type * as grpc from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";

import type { Account } from "../../../lab/account/account";
import type { Properties } from "../../../lab/account/resourceType";
import { UNKNOWN } from "../../../lab/shared/unknown";
import type { Wait } from "../../../lab/provider/settling";
import { create, rejection, TYPES, REGION } from "../account/fixtures";
import { type Engine, isSecret, secret } from "./client";
import { providersForEachTest } from "./served";

describe("the offline provider's create, update, read and delete", () => {
  const served = providersForEachTest();
  let account: Account;
  let engine: Engine;

  beforeEach(() => {
    ({ account, engine } = served);
  });

  it("previews what it knows, and marks the rest as unknown", async () => {
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

  it("previews that a changed launch template gets a new version", async () => {
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
    const osaka = await served.connect({ region: "ap-northeast-3" });
    const { id, properties } = await osaka.create(TYPES.vpc, { cidrBlock: "10.0.0.0/16" });
    assert.equal(properties.arn, `arn:aws:ec2:ap-northeast-3:123456789012:vpc/${id}`);
    assert.equal(properties.region, "ap-northeast-3");
  });

  it("fails a resource with AWS's own message", async () => {
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

  it("leaves alone what the program did not change but AWS itself did", async () => {
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

  it("reads nothing if the resource does not exist", async () => {
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

  it("accepts the deletion of what is already gone", async () => {
    await engine.delete(TYPES.vpc, "vpc-0");
    await engine.cancel();
  });

  it("keeps outputs that come from secret inputs secret", async () => {
    const inputs = { name: secret("hidden"), retentionInDays: 7 };
    const { id, properties } = await engine.create(TYPES.logGroup, inputs);
    assert.ok(isSecret(properties.name));
    assert.equal(properties.retentionInDays, 7);
    const read = await engine.read(TYPES.logGroup, id, inputs);
    assert.ok(isSecret(read.inputs.name) && isSecret(read.properties.name));
    assert.equal(account.get(TYPES.logGroup, "hidden")?.outputs.name, "hidden");
  });

  it("keeps a resource that exists but does not settle", async () => {
    served.settle = () => Promise.reject(new Error("tasks keep failing"));
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

  it("waits as long as the program says, or 20 minutes by default", async () => {
    const waits: Wait[] = [];
    served.settle = (_, wait) => {
      waits.push(wait);
      return Promise.resolve();
    };
    const { id } = await engine.create(TYPES.logGroup, { name: "g" });
    await engine.update(TYPES.logGroup, id, { name: "g" }, { name: "g", retentionInDays: 7 });
    await engine.create(TYPES.logGroup, { name: "slow" }, false, 3600);
    assert.deepEqual(
      waits.map(({ operation, timeoutMs }) => [operation, timeoutMs]),
      [
        ["create", 1_200_000],
        ["update", 1_200_000],
        ["create", 3_600_000],
      ],
    );
  });

  it("ends the wait when the engine cancels", async () => {
    served.settle = (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          reject(signal.reason as Error);
        });
        engine.cancel().catch(reject);
      });
    await assert.rejects(engine.create(TYPES.logGroup, { name: "g" }), /cancelled/);
  });
});
