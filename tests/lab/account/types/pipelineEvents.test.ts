import assert from "node:assert/strict";

import { Account } from "../../../../lab/account/account";
import type { ResourceRecord } from "../../../../lab/account/record";
import type { Properties } from "../../../../lab/account/resourceType";
import { create, rejection, TYPES } from "../fixtures";
import { itRefuses, type Malformed, type Refused } from "./cases";
import {
  createPipelineWorld,
  NO_TOPIC,
  PATTERN,
  PIPELINE,
  type PipelineWorld,
} from "./pipelineWorld";

function target(w: PipelineWorld, patch: Properties = {}): Properties {
  return { rule: "push", arn: PIPELINE, roleArn: w.pipelineRole.outputs.arn, ...patch };
}

function notification(w: PipelineWorld, patch: Properties = {}): Properties {
  return {
    name: "deploy",
    detailType: "BASIC",
    resource: PIPELINE,
    eventTypeIds: ["codepipeline-pipeline-pipeline-execution-failed"],
    targets: [{ address: w.topic.id }],
    ...patch,
  };
}

/** What the API refuses, with AWS's errors. */
const REFUSED: readonly Refused<PipelineWorld>[] = [
  [
    "a git repository name that is taken",
    "codeRepository",
    () => ({ repositoryName: "nginx" }),
    /^RepositoryNameExistsException: Repository named nginx already exists$/,
  ],
  [
    "a rule name that is taken",
    "eventRule",
    () => ({ name: "push", eventPattern: PATTERN }),
    /^ResourceAlreadyExistsException: /,
  ],
  [
    "a rule without a pattern or a schedule",
    "eventRule",
    () => ({ name: "x" }),
    /^ValidationException: /,
  ],
  ...(
    [
      ["invalid JSON", "{"],
      ["a list", "[]"],
      ["an empty object", "{}"],
      ["a string in place of a list", '{"source":"aws.codecommit"}'],
      ["an empty list", '{"detail":{"event":[]}}'],
    ] as const
  ).map(([what, eventPattern]): (typeof REFUSED)[number] => [
    `${what} as an event pattern`,
    "eventRule",
    () => ({ name: "x", eventPattern }),
    /^InvalidEventPatternException: Event pattern is not valid\. Reason: /,
  ]),
  [
    "a target of an unknown rule",
    "eventTarget",
    (w) => target(w, { rule: "none" }),
    /^ResourceNotFoundException: Rule none does not exist/,
  ],
  [
    "a pipeline as a target without a role",
    "eventTarget",
    (w) => target(w, { roleArn: undefined }),
    /^ValidationException: RoleArn is required for target arn:aws:codepipeline/,
  ],
  [
    "a target with a role that EventBridge cannot assume",
    "eventTarget",
    (w) => target(w, { roleArn: w.role.outputs.arn }),
    /^ValidationException: Provided role '.*role\/task' cannot be assumed by principal 'events\.amazonaws\.com'/,
  ],
  [
    "notifications about an unknown pipeline",
    "notificationRule",
    (w) => notification(w, { resource: `${PIPELINE}-none` }),
    /^ResourceNotFoundException: /,
  ],
  [
    "notifications about something that is not a pipeline",
    "notificationRule",
    (w) => notification(w, { resource: w.topic.id }),
    /^ValidationException: .*is not a pipeline/,
  ],
  [
    "notifications about an unknown event",
    "notificationRule",
    (w) => notification(w, { eventTypeIds: ["codepipeline-pipeline-broken"] }),
    /^ValidationException: Invalid event type id: codepipeline-pipeline-broken$/,
  ],
  [
    "notifications to an unknown topic",
    "notificationRule",
    (w) => notification(w, { targets: [{ address: NO_TOPIC }] }),
    /^ValidationException: Invalid target address: .*none$/,
  ],
];

/** What the provider refuses before it asks the API: the inputs, and where they are wrong. */
const MALFORMED: readonly Malformed[] = [
  [
    "a git repository's name with .git",
    "codeRepository",
    { repositoryName: "nginx.git" },
    ["repositoryName"],
  ],
  [
    "a git repository's name with a slash",
    "codeRepository",
    { repositoryName: "a/b" },
    ["repositoryName"],
  ],
  ["a connection without a provider", "connection", { name: "github" }, ["providerType"]],
  [
    "a connection name that is too long",
    "connection",
    { name: "x".repeat(33), providerType: "GitHub" },
    ["name"],
  ],
  [
    "a target with both an input and an input path",
    "eventTarget",
    { rule: "a", arn: PIPELINE, input: "{}", inputPath: "$" },
    ["input"],
  ],
];

describe("the account's CodeCommit, CodeConnections, EventBridge and notifications", () => {
  let account: Account;
  let world: PipelineWorld;

  beforeEach(async () => {
    account = Account.inMemory();
    world = await createPipelineWorld(account);
  });

  itRefuses(() => ({ account, world }), { refused: REFUSED, malformed: MALFORMED });

  it("give a git repository its addresses", () => {
    const [{ outputs }] = account.list(TYPES.codeRepository) as [ResourceRecord];
    assert.equal(
      outputs.cloneUrlHttp,
      "https://git-codecommit.ap-northeast-1.amazonaws.com/v1/repos/nginx",
    );
    assert.equal(outputs.arn, "arn:aws:codecommit:ap-northeast-1:123456789012:nginx");
  });

  it("leave a connection pending, as only a person can complete it", async () => {
    const { outputs } = await create(account, "connection", { name: "x", providerType: "GitHub" });
    assert.equal(outputs.connectionStatus, "PENDING");
    assert.match(
      String(outputs.arn),
      /^arn:aws:codeconnections:ap-northeast-1:123456789012:connection\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    );
  });

  it("keep a rule that has a target, unless deletion is forced", async () => {
    await create(account, "eventTarget", target(world));
    assert.match(
      await rejection(account.delete(TYPES.eventRule, "push")),
      /^ValidationException: Rule can't be deleted since it has targets\.$/,
    );
    await account.modify(TYPES.eventRule, "push", { forceDestroy: true });
    await account.delete(TYPES.eventRule, "push");
    assert.deepEqual(account.list(TYPES.eventTarget), []);
  });

  it("accept at most five targets per rule", async () => {
    for (let i = 0; i < 5; i++) await create(account, "eventTarget", target(world));
    assert.match(
      await rejection(create(account, "eventTarget", target(world))),
      /^LimitExceededException: /,
    );
  });

  it("accept a notification rule's name only once", async () => {
    await create(account, "notificationRule", notification(world));
    assert.match(
      await rejection(create(account, "notificationRule", notification(world))),
      /^ResourceAlreadyExistsException: /,
    );
  });
});
