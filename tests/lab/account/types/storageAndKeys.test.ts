import assert from "node:assert/strict";

import { Account } from "../../../../lab/account/account";
import { create, rejection, TYPES } from "../fixtures";
import { itRefuses, type Malformed, type Refused } from "./cases";
import { createPipelineWorld, NO_TOPIC, type PipelineWorld } from "./pipelineWorld";

/** What the API refuses, with AWS's errors. */
const REFUSED: readonly Refused<PipelineWorld>[] = [
  [
    "a topic name that is taken",
    "topic",
    () => ({ name: "deploy" }),
    /^InvalidParameter: .*Topic deploy already exists/,
  ],
  [
    "a policy of an unknown topic",
    "topicPolicy",
    () => ({ arn: NO_TOPIC, policy: "{}" }),
    /^NotFound: Topic does not exist$/,
  ],
  [
    "a topic policy without a principal",
    "topicPolicy",
    (w) => ({
      arn: w.topic.id,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sns:Publish", Resource: w.topic.id }],
      }),
    }),
    /^InvalidParameter: Invalid parameter: Policy Error: Missing required field Principal$/,
  ],
  [
    "a subscription to an unknown topic",
    "topicSubscription",
    () => ({ topic: NO_TOPIC, protocol: "email", endpoint: "alice@example.com" }),
    /^NotFound: /,
  ],
  [
    "an invalid email address",
    "topicSubscription",
    (w) => ({ topic: w.topic.id, protocol: "email", endpoint: "alice" }),
    /^InvalidParameter: Invalid parameter: Email address$/,
  ],
  [
    "a key that its own account could not change again",
    "key",
    (w) => ({
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: w.role.outputs.arn },
            Action: "kms:*",
            Resource: "*",
          },
        ],
      }),
    }),
    /^MalformedPolicyDocumentException: The new key policy will not allow you to update/,
  ],
  [
    "a key policy that is not JSON",
    "key",
    () => ({ policy: "{" }),
    /^MalformedPolicyDocumentException: This policy contains invalid Json$/,
  ],
  [
    "a lifecycle of an unknown bucket",
    "bucketLifecycle",
    () => ({ bucket: "none", rules: [{ id: "a", status: "Enabled", expiration: { days: 1 } }] }),
    /^NoSuchBucket: /,
  ],
  [
    "an object in an unknown bucket",
    "bucketObject",
    () => ({ bucket: "none", key: "a" }),
    /^NoSuchBucket: /,
  ],
];

/** What the provider refuses before it asks the API: the inputs, and where they are wrong. */
const MALFORMED: readonly Malformed[] = [
  [
    "a deletion window that is too short",
    "key",
    { deletionWindowInDays: 1 },
    ["deletionWindowInDays"],
  ],
];

describe("the account's buckets, keys and topics", () => {
  let account: Account;
  let world: PipelineWorld;

  beforeEach(async () => {
    account = Account.inMemory();
    world = await createPipelineWorld(account);
  });

  itRefuses(() => ({ account, world }), { refused: REFUSED, malformed: MALFORMED });

  it("delete a topic's policy and subscriptions with it", async () => {
    const statement = {
      Effect: "Allow",
      Principal: { Service: "codestar-notifications.amazonaws.com" },
      Action: "sns:Publish",
      Resource: world.topic.id,
    };
    await create(account, "topicPolicy", {
      arn: world.topic.id,
      policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    });
    const { outputs } = await create(account, "topicSubscription", {
      topic: world.topic.id,
      protocol: "email",
      endpoint: "alice@example.com",
    });
    assert.equal(outputs.pendingConfirmation, true);
    await account.delete(TYPES.topic, world.topic.id);
    assert.deepEqual(account.list(TYPES.topicPolicy), []);
    assert.deepEqual(account.list(TYPES.topicSubscription), []);
  });

  it("keep a bucket that is not empty, unless deletion is forced", async () => {
    await create(account, "bucket", { bucket: "full" });
    await create(account, "bucketVersioning", {
      bucket: "full",
      versioningConfiguration: { status: "Enabled" },
    });
    await create(account, "bucketOwnership", {
      bucket: "full",
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    await create(account, "bucketEncryption", {
      bucket: "full",
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }],
    });
    const { id, outputs } = await create(account, "bucketObject", { bucket: "full", key: "a/b" });
    assert.equal(id, "full/a/b");
    assert.equal(outputs.serverSideEncryption, "aws:kms");
    assert.match(String(outputs.versionId), /^[0-9a-f]{32}$/);
    assert.match(
      await rejection(account.delete(TYPES.bucket, "full")),
      /^BucketNotEmpty: The bucket you tried to delete is not empty/,
    );
    await account.modify(TYPES.bucket, "full", { forceDestroy: true });
    await account.delete(TYPES.bucket, "full");
    assert.deepEqual(account.list(TYPES.bucketObject), []);
  });

  for (const [title, rules, error] of [
    ["no rules", undefined, /^MalformedXML: /],
    ["a rule that does nothing", [{ id: "idle", status: "Enabled" }], /^MalformedXML: .*rule idle/],
    [
      "two rules with the same ID",
      [1, 2].map((days) => ({ id: "old", status: "Enabled", expiration: { days } })),
      /^InvalidArgument: Rule ID must be unique\. Found same ID 'old'$/,
    ],
  ] as const) {
    it(`refuse a lifecycle with ${title}, as AWS does`, async () => {
      await create(account, "bucket", { bucket: "artifacts" });
      const lifecycle = create(account, "bucketLifecycle", { bucket: "artifacts", rules });
      assert.match(await rejection(lifecycle), error);
    });
  }

  it("rotate a key once a year by default", async () => {
    const { outputs } = await create(account, "key", { enableKeyRotation: true });
    assert.equal(outputs.rotationPeriodInDays, 365);
    assert.equal(
      outputs.arn,
      `arn:aws:kms:ap-northeast-1:123456789012:key/${String(outputs.keyId)}`,
    );
  });
});
