import assert from "node:assert/strict";

import { Account } from "../../../lab/account/account";
import type { ResourceRecord } from "../../../lab/account/record";
import type { Properties } from "../../../lab/account/resourceType";
import { create, problemPaths, rejection, trustPolicy, TYPES, type TypeName } from "./fixtures";

const NO_ROLE = "arn:aws:iam::123456789012:role/none";

function project(role: ResourceRecord, patch: Properties = {}): Properties {
  return {
    name: "build",
    serviceRole: role.outputs.arn,
    artifacts: { type: "CODEPIPELINE" },
    environment: {
      computeType: "BUILD_GENERAL1_SMALL",
      image: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
      type: "LINUX_CONTAINER",
    },
    source: { type: "CODEPIPELINE" },
    ...patch,
  };
}

const SOURCE = {
  name: "Source",
  actions: [
    {
      name: "Source",
      category: "Source",
      owner: "AWS",
      provider: "CodeStarSourceConnection",
      version: "1",
      outputArtifacts: ["source"],
      configuration: {
        ConnectionArn: "arn:aws:codeconnections:ap-northeast-1:123456789012:connection/1",
        FullRepositoryId: "owner/repository",
        BranchName: "main",
      },
    },
  ],
};

const BUILD_ACTION = {
  name: "Build",
  category: "Build",
  owner: "AWS",
  provider: "CodeBuild",
  version: "1",
  inputArtifacts: ["source"],
  outputArtifacts: ["image"],
  configuration: { ProjectName: "build" },
};

const BUILD = { name: "Build", actions: [BUILD_ACTION] };

function pipeline(role: ResourceRecord, patch: Properties = {}): Properties {
  return {
    name: "deploy",
    roleArn: role.outputs.arn,
    artifactStores: [{ location: "artifacts", type: "S3" }],
    stages: [SOURCE, BUILD],
    ...patch,
  };
}

function trigger(sourceActionName: string): Properties {
  return {
    providerType: "CodeStarSourceConnection",
    gitConfiguration: { sourceActionName, pushes: [{ branches: { includes: ["main"] } }] },
  };
}

function policy(statement: Properties, bucket = "artifacts"): Properties {
  return { bucket, policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }) };
}

const ARN = "arn:aws:s3:::artifacts";
const TLS_ONLY = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [ARN, `${ARN}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const PUBLIC = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `${ARN}/*` };

const REFUSED: readonly [string, TypeName, (role: ResourceRecord) => Properties, RegExp][] = [
  [
    "a bucket name that is taken",
    "bucket",
    () => ({ bucket: "artifacts" }),
    /^BucketAlreadyOwnedByYou: /,
  ],
  ...(["publicAccessBlock", "bucketPolicy", "bucketEncryption", "bucketVersioning"] as const).map(
    (name): [string, TypeName, () => Properties, RegExp] => [
      `a ${name} for an unknown bucket`,
      name,
      () =>
        ({
          publicAccessBlock: { bucket: "none" },
          bucketPolicy: policy(TLS_ONLY, "none"),
          bucketEncryption: { bucket: "none", rules: [{}] },
          bucketVersioning: { bucket: "none", versioningConfiguration: { status: "Enabled" } },
        })[name],
      /^NoSuchBucket: /,
    ],
  ),
  [
    "a bucket policy without a principal",
    "bucketPolicy",
    () => policy({ Effect: "Deny", Action: "s3:*", Resource: ARN }),
    /^MalformedPolicy: Missing required field Principal$/,
  ],
  [
    "a policy on another bucket",
    "bucketPolicy",
    () => policy({ ...TLS_ONLY, Resource: "arn:aws:s3:::artifacts-2/*" }),
    /^MalformedPolicy: Policy has invalid resource$/,
  ],
  ["a public policy", "bucketPolicy", () => policy(PUBLIC), /^AccessDenied: .*BlockPublicPolicy/],
  [
    "a KMS key for S3's own encryption",
    "bucketEncryption",
    () => ({
      bucket: "artifacts",
      rules: [
        { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256", kmsMasterKeyId: "x" } },
      ],
    }),
    /^InvalidArgument: .*KMSMasterKeyID is not applicable/,
  ],
  [
    "a project for a role that does not exist",
    "project",
    (role) => project(role, { serviceRole: NO_ROLE }),
    /^InvalidInputException: CodeBuild is not authorized to perform: sts:AssumeRole.*role\/none$/,
  ],
  [
    "a pipeline's source with artifacts of another type",
    "project",
    (role) => project(role, { artifacts: { type: "NO_ARTIFACTS" } }),
    /^InvalidInputException: Invalid artifacts: source and artifacts/,
  ],
  [
    "a project with neither a source nor a buildspec",
    "project",
    (role) => project(role, { source: { type: "NO_SOURCE" }, artifacts: { type: "NO_ARTIFACTS" } }),
    /^InvalidInputException: Invalid project source: a buildspec is required/,
  ],
  [
    "a repository without a location",
    "project",
    (role) => project(role, { source: { type: "GITHUB" }, artifacts: { type: "NO_ARTIFACTS" } }),
    /^InvalidInputException: Invalid project source: location is required with type GITHUB$/,
  ],
  [
    "a location for a pipeline's source",
    "project",
    (role) => project(role, { source: { type: "CODEPIPELINE", location: "x" } }),
    /^InvalidInputException: Invalid project source: location must be null/,
  ],
  [
    "artifacts without a location",
    "project",
    (role) =>
      project(role, {
        source: { type: "NO_SOURCE", buildspec: "version: 0.2" },
        artifacts: { type: "S3" },
      }),
    /^InvalidInputException: Invalid artifacts: location is required/,
  ],
  [
    "a cache without a location",
    "project",
    (role) => project(role, { cache: { type: "S3" } }),
    /^InvalidInputException: Invalid cache: location is required/,
  ],
  [
    "a local cache without a mode",
    "project",
    (role) => project(role, { cache: { type: "LOCAL" } }),
    /^InvalidInputException: Invalid cache: at least one mode/,
  ],
  [
    "logs in S3 without a location",
    "project",
    (role) => project(role, { logsConfig: { s3Logs: { status: "ENABLED" } } }),
    /^InvalidInputException: Invalid logs config: location is required/,
  ],
  [
    "the same variable twice",
    "project",
    (role) =>
      project(role, {
        environment: {
          ...(project(role).environment as Properties),
          environmentVariables: [
            { name: "A", value: "1" },
            { name: "A", value: "2" },
          ],
        },
      }),
    /^InvalidInputException: .*variable A is given more than once$/,
  ],
  ...(
    [
      [
        "an action of an unknown provider",
        { provider: "Jenkins" },
        /^Invalid\w+: ActionType \(Category: 'Build', Provider: 'Jenkins'/,
      ],
      [
        "an action in the wrong category",
        { category: "Deploy" },
        /ActionType \(Category: 'Deploy'/,
      ],
      [
        "an action without required configuration",
        { configuration: {} },
        /^InvalidActionDeclarationException: .*'Build' is missing required configuration 'ProjectName'$/,
      ],
      [
        "an action with misspelt configuration",
        { configuration: { ProjectName: "build", projectName: "build" } },
        /^InvalidActionDeclarationException: .*contains unknown configuration 'projectName'$/,
      ],
      [
        "an action with an empty configuration value",
        { configuration: { ProjectName: "" } },
        /the value of 'ProjectName' must have 1 to 1000 characters$/,
      ],
      [
        "a build without an input artifact",
        { inputArtifacts: [] },
        /^InvalidActionDeclarationException: Action 'Build' has 0 input artifacts, but CodeBuild takes 1 to 5$/,
      ],
    ] as const
  ).map(([what, patch, error]): (typeof REFUSED)[number] => [
    what,
    "pipeline",
    (role) =>
      pipeline(role, {
        stages: [SOURCE, { name: "Build", actions: [{ ...BUILD_ACTION, ...patch }] }],
      }),
    error,
  ]),
  [
    "a retry configuration without the result RETRY",
    "pipeline",
    (role) =>
      pipeline(role, {
        pipelineType: "V2",
        stages: [
          SOURCE,
          {
            ...BUILD,
            onFailure: { result: "FAIL", retryConfiguration: { retryMode: "ALL_ACTIONS" } },
          },
        ],
      }),
    /^InvalidStructureException: Stage Build has a retry configuration without the result RETRY$/,
  ],
  [
    "a pipeline for a role that does not exist",
    "pipeline",
    (role) => pipeline(role, { roleArn: NO_ROLE }),
    /^InvalidStructureException: CodePipeline is not authorized to perform AssumeRole on role/,
  ],
  [
    "a pipeline that starts with a build",
    "pipeline",
    (role) => pipeline(role, { stages: [BUILD, { ...BUILD, name: "Again" }] }),
    /^InvalidStructureException: Pipeline should start with a stage that only contains source/,
  ],
  [
    "a second stage of sources",
    "pipeline",
    (role) => pipeline(role, { stages: [SOURCE, { ...SOURCE, name: "Again" }] }),
    /^InvalidStructureException: Source actions are only allowed in the first stage/,
  ],
  [
    "two stages of the same name",
    "pipeline",
    (role) => pipeline(role, { stages: [SOURCE, { ...BUILD, name: "Source" }] }),
    /^InvalidStructureException: Stage name Source is used more than once$/,
  ],
  [
    "two actions of the same name",
    "pipeline",
    (role) =>
      pipeline(role, {
        stages: [SOURCE, { name: "Build", actions: [BUILD_ACTION, BUILD_ACTION] }],
      }),
    /^InvalidStructureException: Action name Build is used more than once in stage Build$/,
  ],
  [
    "an artifact that no action makes",
    "pipeline",
    (role) =>
      pipeline(role, {
        stages: [
          SOURCE,
          { name: "Build", actions: [{ ...BUILD_ACTION, inputArtifacts: ["none"] }] },
        ],
      }),
    /^InvalidActionDeclarationException: .*takes artifact none/,
  ],
  [
    "an artifact from a later action",
    "pipeline",
    (role) =>
      pipeline(role, {
        stages: [
          SOURCE,
          {
            name: "Build",
            actions: [
              { ...BUILD_ACTION, runOrder: 2 },
              {
                ...BUILD_ACTION,
                name: "Test",
                runOrder: 1,
                inputArtifacts: ["image"],
                outputArtifacts: [],
              },
            ],
          },
        ],
      }),
    /^InvalidActionDeclarationException: Action Test of stage Build takes artifact image/,
  ],
  [
    "an artifact from two actions",
    "pipeline",
    (role) =>
      pipeline(role, {
        stages: [SOURCE, BUILD, { ...BUILD, name: "Again" }],
      }),
    /^InvalidActionDeclarationException: Output artifact image is made by more than one action$/,
  ],
  ...(
    [
      ["a queue", { executionMode: "QUEUED" }, /Execution mode QUEUED needs a V2 pipeline$/],
      ["triggers", { triggers: [trigger("Source")] }, /Triggers need a V2 pipeline$/],
      ["variables", { variables: [{ name: "a" }] }, /Variables need a V2 pipeline$/],
      [
        "a rollback",
        { stages: [SOURCE, { ...BUILD, onFailure: { result: "ROLLBACK" } }] },
        /Failure conditions need a V2 pipeline$/,
      ],
    ] as const
  ).map(([what, patch, error]): (typeof REFUSED)[number] => [
    `${what} in a V1 pipeline`,
    "pipeline",
    (role) => pipeline(role, patch),
    error,
  ]),
  [
    "a trigger for an action that is not a source",
    "pipeline",
    (role) => pipeline(role, { pipelineType: "V2", triggers: [trigger("Build")] }),
    /^InvalidStructureException: Trigger names Build, which is not a source action that uses a connection$/,
  ],
  [
    "a rollback of the first stage",
    "pipeline",
    (role) =>
      pipeline(role, {
        pipelineType: "V2",
        stages: [{ ...SOURCE, onFailure: { result: "ROLLBACK" } }, BUILD],
      }),
    /^InvalidStructureException: The first stage cannot be rolled back$/,
  ],
];

const MALFORMED: readonly [string, TypeName, Properties, readonly string[]][] = [
  ...["Artifacts", "a", "10.0.0.1", "a..b", "xn--a", "a-s3alias", "-ab"].map(
    (bucket): [string, TypeName, Properties, string[]] => [
      `${bucket} as a bucket's name`,
      "bucket",
      { bucket },
      ["bucket"],
    ],
  ),
  ["a setting that has its own resource", "bucket", { acl: "public-read" }, ["acl"]],
  [
    "a pipeline with one stage",
    "pipeline",
    { roleArn: NO_ROLE, artifactStores: [{ location: "abc", type: "S3" }], stages: [SOURCE] },
    ["stages"],
  ],
];

describe("the account's S3, CodeBuild and CodePipeline", () => {
  let account: Account;
  let role: ResourceRecord;

  beforeEach(async () => {
    account = Account.inMemory();
    role = await create(account, "role", {
      name: "deploy",
      assumeRolePolicy: trustPolicy("codebuild", "codepipeline"),
    });
    await create(account, "bucket", { bucket: "artifacts" });
  });

  for (const [title, name, inputs, error] of REFUSED) {
    it(`refuse ${title}, as AWS does`, async () => {
      assert.match(await rejection(create(account, name, inputs(role))), error);
    });
  }

  for (const [title, name, inputs, paths] of MALFORMED) {
    it(`report ${title}`, () => {
      assert.deepEqual(problemPaths(name, inputs), paths);
    });
  }

  it("keep a bucket private, encrypted and versioned, and delete those settings with it", async () => {
    await create(account, "publicAccessBlock", { bucket: "artifacts", blockPublicPolicy: true });
    await create(account, "bucketPolicy", policy(TLS_ONLY));
    await create(account, "bucketEncryption", {
      bucket: "artifacts",
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }],
    });
    await create(account, "bucketVersioning", {
      bucket: "artifacts",
      versioningConfiguration: { status: "Enabled" },
    });
    await account.delete(TYPES.bucket, "artifacts");
    assert.deepEqual(
      account.list().map(({ type }) => type),
      [TYPES.role],
    );
  });

  it("accept a public bucket policy once the block on it is lifted", async () => {
    await create(account, "publicAccessBlock", { bucket: "artifacts" });
    await create(account, "bucketPolicy", policy(PUBLIC));
    assert.equal(account.list(TYPES.bucketPolicy).length, 1);
  });

  it("accept a project that builds images, but its name only once", async () => {
    const { id } = await create(
      account,
      "project",
      project(role, {
        cache: { type: "LOCAL", modes: ["LOCAL_DOCKER_LAYER_CACHE"] },
        logsConfig: { cloudwatchLogs: { groupName: "/codebuild/build" } },
      }),
    );
    assert.equal(id, "arn:aws:codebuild:ap-northeast-1:123456789012:project/build");
    assert.match(
      await rejection(create(account, "project", project(role))),
      /^ResourceAlreadyExistsException: Project already exists: arn:/,
    );
  });

  it("accept a pipeline with triggers, variables and a rollback, but its name only once", async () => {
    const inputs = pipeline(role, {
      pipelineType: "V2",
      executionMode: "QUEUED",
      triggers: [trigger("Source")],
      variables: [{ name: "tag", defaultValue: "latest" }],
      stages: [SOURCE, { ...BUILD, onFailure: { result: "ROLLBACK" } }],
    });
    const { outputs } = await create(account, "pipeline", inputs);
    assert.equal(outputs.arn, "arn:aws:codepipeline:ap-northeast-1:123456789012:deploy");
    assert.match(
      await rejection(create(account, "pipeline", pipeline(role))),
      /^PipelineNameInUseException: /,
    );
  });
});
