import assert from "node:assert/strict";

import { UNKNOWN } from "../../../lab/shared/unknown";
import { rejection, TYPES, REGION } from "../account/fixtures";
import { type Engine, isSecret, secret } from "./client";
import { providersForEachTest } from "./served";

describe("the offline provider's check", () => {
  const served = providersForEachTest();
  let engine: Engine;

  beforeEach(() => {
    ({ engine } = served);
  });

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

  it("makes up no name if there is a prefix", async () => {
    const { inputs } = await engine.check(TYPES.logGroup, { namePrefix: "p-" });
    assert.equal(inputs.name, undefined);
  });

  it("records the hash of an image's files, unless it cannot know them yet", async () => {
    const image = { context: { location: "nginx" }, push: true, tags: ["a/b:1"] };
    const { inputs, failures } = await engine.check(TYPES.image, image);
    assert.deepEqual(failures, {});
    assert.match(String(inputs.contextHash), /^[0-9a-f]{64}$/);
    const unknown = await engine.check(TYPES.image, { ...image, context: UNKNOWN });
    assert.equal(unknown.inputs.contextHash, UNKNOWN);
  });

  it("serializes a policy that is given as an object", async () => {
    const { inputs } = await engine.check(TYPES.role, {
      name: "r",
      assumeRolePolicy: { Version: "2012-10-17" },
    });
    assert.equal(inputs.assumeRolePolicy, '{"Version":"2012-10-17"}');
  });

  it("adds each connection's default tags to the resource's own, which take precedence", async () => {
    const tagged = await served.connect({
      region: REGION,
      defaultTags: JSON.stringify({ tags: { project: "handson", stage: "dev" } }),
    });
    const { inputs } = await tagged.check(TYPES.vpc, { tags: { stage: "prod" } });
    assert.deepEqual(inputs.tags, { project: "handson", stage: "prod" });
    assert.equal((await engine.check(TYPES.vpc, {})).inputs.tags, undefined);
  });

  it("adds no default tags to an Auto Scaling group's list", async () => {
    const tagged = await served.connect({
      region: REGION,
      defaultTags: JSON.stringify({ tags: { project: "handson" } }),
    });
    const tags = [{ key: "Name", value: "x", propagateAtLaunch: true }];
    const { inputs } = await tagged.check(TYPES.autoScalingGroup, { tags });
    assert.deepEqual(inputs.tags, tags);
    assert.equal((await tagged.check(TYPES.autoScalingGroup, {})).inputs.tags, undefined);
  });

  it("makes up names without capitals where AWS accepts none", async () => {
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

  it("reports a type that it does not have", async () => {
    assert.equal(
      await rejection(engine.check("aws:dynamodb/table:Table", {})),
      "the offline account has no resource type aws:dynamodb/table:Table",
    );
  });
});
