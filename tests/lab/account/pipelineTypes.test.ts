import assert from "node:assert/strict";

import { Account } from "../../../lab/account/account";
import type { ResourceRecord } from "../../../lab/account/record";
import type { Properties } from "../../../lab/account/resourceType";
import {
  create,
  createWorld,
  problemPaths,
  rejection,
  trustPolicy,
  TYPES,
  type TypeName,
  type World,
} from "./fixtures";

const PIPELINE = "arn:aws:codepipeline:ap-northeast-1:123456789012:deploy";
const PATTERN = JSON.stringify({
  source: ["aws.codecommit"],
  detail: { referenceType: ["branch"], referenceName: ["main"] },
});

/** What a pipeline is made of, beside a service that CodeDeploy deploys. */
type PipelineWorld = World &
  Record<"pipelineRole" | "topic" | "rule" | "pipeline" | "greenGroup", ResourceRecord>;

async function createPipelineWorld(account: Account): Promise<PipelineWorld> {
  const world = await createWorld(account);
  const pipelineRole = await create(account, "role", {
    name: "pipeline",
    assumeRolePolicy: trustPolicy("codepipeline", "events", "codedeploy"),
  });
  const greenGroup = await create(account, "targetGroup", {
    name: "green",
    port: 80,
    protocol: "HTTP",
    targetType: "ip",
    vpcId: world.vpc.id,
  });
  const source = {
    name: "Source",
    category: "Source",
    owner: "AWS",
    provider: "CodeCommit",
    version: "1",
    outputArtifacts: ["source"],
    configuration: { RepositoryName: "nginx", BranchName: "main" },
  };
  const approval = {
    name: "Approve",
    category: "Approval",
    owner: "AWS",
    provider: "Manual",
    version: "1",
  };
  const pipeline = await create(account, "pipeline", {
    name: "deploy",
    roleArn: pipelineRole.outputs.arn,
    artifactStores: [{ location: "artifacts", type: "S3" }],
    stages: [
      { name: "Source", actions: [source] },
      { name: "Approve", actions: [approval] },
    ],
  });
  const topic = await create(account, "topic", { name: "deploy" });
  const rule = await create(account, "eventRule", { name: "push", eventPattern: PATTERN });
  await create(account, "codeRepository", { repositoryName: "nginx" });
  await create(account, "application", { name: "web", computePlatform: "ECS" });
  return { ...world, pipelineRole, topic, rule, pipeline, greenGroup };
}

function group(w: PipelineWorld, patch: Properties = {}): Properties {
  return {
    appName: "web",
    deploymentGroupName: "web",
    deploymentConfigName: "CodeDeployDefault.ECSAllAtOnce",
    serviceRoleArn: w.pipelineRole.outputs.arn,
    deploymentStyle: {
      deploymentType: "BLUE_GREEN",
      deploymentOption: "WITH_TRAFFIC_CONTROL",
    },
    ecsService: { clusterName: "handson", serviceName: "handson" },
    loadBalancerInfo: {
      targetGroupPairInfo: {
        prodTrafficRoute: { listenerArns: [w.listener.id] },
        targetGroups: [{ name: "web" }, { name: "green" }],
      },
    },
    ...patch,
  };
}

function pair(w: PipelineWorld, names: readonly string[], listener = w.listener.id): Properties {
  return group(w, {
    loadBalancerInfo: {
      targetGroupPairInfo: {
        prodTrafficRoute: { listenerArns: [listener] },
        targetGroups: names.map((name) => ({ name })),
      },
    },
  });
}

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

const NO_LISTENER =
  "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:listener/app/none/0/0";
const NO_TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:none";

const REFUSED: readonly [string, TypeName, (world: PipelineWorld) => Properties, RegExp][] = [
  [
    "a git repository's name twice",
    "codeRepository",
    () => ({ repositoryName: "nginx" }),
    /^RepositoryNameExistsException: Repository named nginx already exists$/,
  ],
  [
    "a rule's name twice",
    "eventRule",
    () => ({ name: "push", eventPattern: PATTERN }),
    /^ResourceAlreadyExistsException: /,
  ],
  ["a rule for nothing", "eventRule", () => ({ name: "x" }), /^ValidationException: /],
  ...(
    [
      ["no JSON", "{"],
      ["a list", "[]"],
      ["an empty object", "{}"],
      ["a text where a list belongs", '{"source":"aws.codecommit"}'],
      ["an empty list", '{"detail":{"event":[]}}'],
    ] as const
  ).map(([what, eventPattern]): (typeof REFUSED)[number] => [
    `${what} as an event pattern`,
    "eventRule",
    () => ({ name: "x", eventPattern }),
    /^InvalidEventPatternException: Event pattern is not valid\. Reason: /,
  ]),
  [
    "a target of no rule",
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
    "a target by a role that EventBridge cannot assume",
    "eventTarget",
    (w) => target(w, { roleArn: w.role.outputs.arn }),
    /^ValidationException: Provided role '.*role\/task' cannot be assumed by principal 'events\.amazonaws\.com'/,
  ],
  [
    "an application's name twice",
    "application",
    () => ({ name: "web", computePlatform: "ECS" }),
    /^ApplicationAlreadyExistsException: /,
  ],
  [
    "an application for servers",
    "application",
    () => ({ name: "servers" }),
    /^InvalidComputePlatformException: /,
  ],
  [
    "a deployment group of no application",
    "deploymentGroup",
    (w) => group(w, { appName: "none" }),
    /^ApplicationDoesNotExistException: No application found for name: none$/,
  ],
  [
    "a deployment group by a role that CodeDeploy cannot assume",
    "deploymentGroup",
    (w) => group(w, { serviceRoleArn: w.role.outputs.arn }),
    /^InvalidRoleException: .*role\/task/,
  ],
  [
    "an ECS deployment in place",
    "deploymentGroup",
    (w) => group(w, { deploymentStyle: undefined }),
    /^InvalidDeploymentStyleException: /,
  ],
  [
    "an unknown deployment configuration",
    "deploymentGroup",
    (w) => group(w, { deploymentConfigName: "CodeDeployDefault.ECSFast" }),
    /^DeploymentConfigDoesNotExistException: .*CodeDeployDefault\.ECSFast$/,
  ],
  [
    "a deployment configuration for servers",
    "deploymentGroup",
    (w) => group(w, { deploymentConfigName: undefined }),
    /^InvalidDeploymentConfigNameException: .*CodeDeployDefault\.OneAtATime/,
  ],
  [
    "a deployment group without a service",
    "deploymentGroup",
    (w) => group(w, { ecsService: undefined }),
    /^InvalidECSServiceException: /,
  ],
  [
    "a deployment group of an unknown service",
    "deploymentGroup",
    (w) => group(w, { ecsService: { clusterName: "handson", serviceName: "none" } }),
    /^InvalidECSServiceException: The ECS service none cannot be found\.$/,
  ],
  [
    "a deployment group of a service that ECS deploys",
    "deploymentGroup",
    (w) => group(w),
    /^InvalidECSServiceException: .*must be configured for a CODE_DEPLOY deployment controller\.$/,
  ],
  [
    "a deployment group without traffic",
    "deploymentGroup",
    (w) => group(w, { loadBalancerInfo: undefined }),
    /^InvalidLoadBalancerInfoException: /,
  ],
  [
    "a deployment group of one target group twice",
    "deploymentGroup",
    (w) => pair(w, ["web", "web"]),
    /^InvalidTargetGroupPairException: Target group web is given twice\.$/,
  ],
  [
    "a deployment group of an unknown target group",
    "deploymentGroup",
    (w) => pair(w, ["web", "none"]),
    /^InvalidTargetGroupPairException: Target group none could not be found\.$/,
  ],
  [
    "a deployment group of an unknown listener",
    "deploymentGroup",
    (w) => pair(w, ["web", "green"], NO_LISTENER),
    /^InvalidTrafficRouteException: Listener .*none\/0\/0 could not be found\.$/,
  ],
  [
    "notifications of no pipeline",
    "notificationRule",
    (w) => notification(w, { resource: `${PIPELINE}-none` }),
    /^ResourceNotFoundException: /,
  ],
  [
    "notifications of something else",
    "notificationRule",
    (w) => notification(w, { resource: w.topic.id }),
    /^ValidationException: .*is not a pipeline/,
  ],
  [
    "notifications of an unknown event",
    "notificationRule",
    (w) => notification(w, { eventTypeIds: ["codepipeline-pipeline-broken"] }),
    /^ValidationException: Invalid event type id: codepipeline-pipeline-broken$/,
  ],
  [
    "notifications to nobody",
    "notificationRule",
    (w) => notification(w, { targets: [{ address: NO_TOPIC }] }),
    /^ValidationException: Invalid target address: .*none$/,
  ],
  [
    "a topic's name twice",
    "topic",
    () => ({ name: "deploy" }),
    /^InvalidParameter: .*Topic deploy already exists/,
  ],
  [
    "a policy of no topic",
    "topicPolicy",
    () => ({ arn: NO_TOPIC, policy: "{}" }),
    /^NotFound: Topic does not exist$/,
  ],
  [
    "a policy of a topic for nobody",
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
    "a subscription to no topic",
    "topicSubscription",
    () => ({ topic: NO_TOPIC, protocol: "email", endpoint: "alice@example.com" }),
    /^NotFound: /,
  ],
  [
    "an address that is none",
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
    "a key policy that is none",
    "key",
    () => ({ policy: "{" }),
    /^MalformedPolicyDocumentException: This policy contains invalid Json$/,
  ],
  [
    "a lifecycle of no bucket",
    "bucketLifecycle",
    () => ({ bucket: "none", rules: [{ id: "a", status: "Enabled", expiration: { days: 1 } }] }),
    /^NoSuchBucket: /,
  ],
  [
    "an object in no bucket",
    "bucketObject",
    () => ({ bucket: "none", key: "a" }),
    /^NoSuchBucket: /,
  ],
];

const MALFORMED: readonly [string, TypeName, Properties, readonly string[]][] = [
  [
    "a git repository's name",
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
  ["a connection to nothing", "connection", { name: "github" }, ["providerType"]],
  [
    "a connection's long name",
    "connection",
    { name: "x".repeat(33), providerType: "GitHub" },
    ["name"],
  ],
  [
    "a target's input twice",
    "eventTarget",
    { rule: "a", arn: PIPELINE, input: "{}", inputPath: "$" },
    ["input"],
  ],
  [
    "one target group of two",
    "deploymentGroup",
    {
      appName: "web",
      deploymentGroupName: "web",
      serviceRoleArn: "arn:aws:iam::123456789012:role/x",
      loadBalancerInfo: {
        targetGroupPairInfo: {
          prodTrafficRoute: { listenerArns: [NO_LISTENER] },
          targetGroups: [{ name: "web" }],
        },
      },
    },
    ["loadBalancerInfo.targetGroupPairInfo.targetGroups"],
  ],
  ["a key gone too soon", "key", { deletionWindowInDays: 1 }, ["deletionWindowInDays"]],
];

describe("the account's CodeCommit, CodeConnections, CodeDeploy, EventBridge, KMS and SNS", () => {
  let account: Account;
  let world: PipelineWorld;

  beforeEach(async () => {
    account = Account.inMemory();
    world = await createPipelineWorld(account);
  });

  for (const [title, name, inputs, error] of REFUSED) {
    it(`refuse ${title}, as AWS does`, async () => {
      assert.match(await rejection(create(account, name, inputs(world))), error);
    });
  }

  for (const [title, name, inputs, paths] of MALFORMED) {
    it(`find ${title}`, () => {
      assert.deepEqual(problemPaths(name, inputs), paths);
    });
  }

  it("give a git repository its addresses", () => {
    const [{ outputs }] = account.list(TYPES.codeRepository) as [ResourceRecord];
    assert.equal(
      outputs.cloneUrlHttp,
      "https://git-codecommit.ap-northeast-1.amazonaws.com/v1/repos/nginx",
    );
    assert.equal(outputs.arn, "arn:aws:codecommit:ap-northeast-1:123456789012:nginx");
  });

  it("leave a connection pending, as only a person can finish it", async () => {
    const { outputs } = await create(account, "connection", { name: "x", providerType: "GitHub" });
    assert.equal(outputs.connectionStatus, "PENDING");
    assert.match(
      String(outputs.arn),
      /^arn:aws:codeconnections:ap-northeast-1:123456789012:connection\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    );
  });

  it("keep a rule that has a target, unless it is forced", async () => {
    await create(account, "eventTarget", target(world));
    assert.match(
      await rejection(account.delete(TYPES.eventRule, "push")),
      /^ValidationException: Rule can't be deleted since it has targets\.$/,
    );
    await account.modify(TYPES.eventRule, "push", { forceDestroy: true });
    await account.delete(TYPES.eventRule, "push");
    assert.deepEqual(account.list(TYPES.eventTarget), []);
  });

  it("take five targets of a rule", async () => {
    for (let i = 0; i < 5; i++) await create(account, "eventTarget", target(world));
    assert.match(
      await rejection(create(account, "eventTarget", target(world))),
      /^LimitExceededException: /,
    );
  });

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

  describe("with a service that CodeDeploy deploys", () => {
    beforeEach(async () => {
      await account.delete(TYPES.service, world.service.id);
      const { inputs } = world.service;
      await create(account, "service", {
        ...inputs,
        deploymentController: { type: "CODE_DEPLOY" },
      });
    });

    it("take its deployment group, and delete that with the application", async () => {
      const { outputs } = await create(account, "deploymentGroup", group(world));
      assert.equal(
        outputs.arn,
        "arn:aws:codedeploy:ap-northeast-1:123456789012:deploymentgroup:web/web",
      );
      assert.equal(outputs.computePlatform, "ECS");
      const [application] = account.list(TYPES.application);
      await account.delete(TYPES.application, application?.id ?? "");
      assert.deepEqual(account.list(TYPES.deploymentGroup), []);
    });

    it("refuse a second group of a name, or of the service", async () => {
      await create(account, "deploymentGroup", group(world));
      assert.match(
        await rejection(create(account, "deploymentGroup", group(world))),
        /^DeploymentGroupAlreadyExistsException: Deployment group name already exists: web$/,
      );
      const other = group(world, { deploymentGroupName: "other" });
      assert.match(
        await rejection(create(account, "deploymentGroup", other)),
        /^ECSServiceMappingLimitExceededException: /,
      );
    });
  });

  it("take notifications of a pipeline once by a name", async () => {
    await create(account, "notificationRule", notification(world));
    assert.match(
      await rejection(create(account, "notificationRule", notification(world))),
      /^ResourceAlreadyExistsException: /,
    );
  });

  it("keep a bucket that is not empty, unless it is forced", async () => {
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
      "two rules of one name",
      [1, 2].map((days) => ({ id: "old", status: "Enabled", expiration: { days } })),
      /^InvalidArgument: Rule ID must be unique\. Found same ID 'old'$/,
    ],
  ] as const) {
    it(`refuse a lifecycle of ${title}, as AWS does`, async () => {
      await create(account, "bucket", { bucket: "artifacts" });
      const lifecycle = create(account, "bucketLifecycle", { bucket: "artifacts", rules });
      assert.match(await rejection(lifecycle), error);
    });
  }

  it("turn a key round once a year if nobody says otherwise", async () => {
    const { outputs } = await create(account, "key", { enableKeyRotation: true });
    assert.equal(outputs.rotationPeriodInDays, 365);
    assert.equal(
      outputs.arn,
      `arn:aws:kms:ap-northeast-1:123456789012:key/${String(outputs.keyId)}`,
    );
  });
});
