import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

import {
  CicdPipeline,
  type CicdPipelineArgs,
  Ec2Cluster,
  Ec2Service,
  type Ec2ServiceArgs,
  FargateService,
  type FargateServiceArgs,
  ImageRepository,
} from "../../../components";
import { type AskedResource, evaluate } from "../../program/mocks";

const region = "ap-northeast-1";

/** A pipeline with the service that it deploys. */
const pipeline = (
  args: Partial<CicdPipelineArgs> = {},
  service: Partial<FargateServiceArgs> = {},
) =>
  evaluate(() => {
    const repository = new ImageRepository("nginx", { region });
    const { deployTarget } = new FargateService("web", {
      name: "web",
      network: {
        vpcId: "vpc-1",
        vpcCidrBlock: "10.0.0.0/16",
        taskSubnetIds: ["subnet-1"],
        assignPublicIp: false,
      } as unknown as FargateServiceArgs["network"],
      region,
      image: "public.ecr.aws/docker/library/nginx:1.30.6-alpine",
      listenerArn: "arn:aws:mock:::listener",
      repositoryArn: repository.arn,
      deployedByPipeline: true,
      ...service,
    });
    const { commands } = new CicdPipeline("cicd", {
      region,
      repository,
      target: deployTarget,
      ...args,
    });
    return { commands };
  });

const only = (resources: AskedResource[], type: string, name?: string) => {
  const found = resources.filter((one) => one.type === type && (name ?? one.name) === one.name);
  assert.equal(found.length, 1, `one ${type}`);
  return found[0]?.inputs ?? assert.fail();
};

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

const statements = (resources: AskedResource[], name: string): Statement[] => {
  const { policy } = only(resources, "aws:iam/rolePolicy:RolePolicy", name);
  return (JSON.parse(String(policy)) as { Statement: Statement[] }).Statement;
};

/** Every permission of the pipeline's own roles as `action resource`. */
const permissions = (resources: AskedResource[]): string[] =>
  resources
    .filter(
      ({ type, name }) => type === "aws:iam/rolePolicy:RolePolicy" && name.startsWith("cicd-"),
    )
    .flatMap(({ name }) => statements(resources, name))
    .flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap((action) => [Resource].flat().map((to) => `${action} ${to}`)),
    );

describe("CicdPipeline", () => {
  it("reports everything that is wrong with its arguments at once", async () => {
    const wrong = pipeline({
      name: "CICD",
      source: { type: "github", repository: "site", branch: "-main", connectionArn: "arn:x" },
      notificationEmail: "alice",
      codeDeployBakeMinutes: 5,
      codeDeployConfiguration: "ECSAllAtOnce",
    });
    await assert.rejects(wrong, (error: Error) => {
      for (const problem of [
        /"CICD" must be lower-case/,
        /branch "-main" is not a branch's name/,
        /repository "site" must be <owner>\/<repository>/,
        /"arn:x" is not the ARN of a connection/,
        /"alice" is not an e-mail address/,
        /codeDeployConfiguration is only for a service whose deploymentController is CODE_DEPLOY/,
        /codeDeployBakeMinutes is only for/,
      ]) {
        assert.match(error.message, problem);
      }
      assert.equal(error.message.split("\n").length, 8, "a heading, and one line for each");
      return true;
    });
  });

  for (const branch of [
    "",
    "/main",
    "a b",
    "main/",
    "a//b",
    "main.lock",
    "x".repeat(201),
    "$(id)",
  ]) {
    it(`refuses "${branch.slice(0, 20)}" as a branch`, async () => {
      const wrong = pipeline({ source: { type: "codecommit", branch } });
      await assert.rejects(wrong, /is not a branch's name/);
    });
  }

  for (const repositoryName of ["a/b", "nginx.git", "", "x".repeat(81)]) {
    it(`refuses "${repositoryName.slice(0, 20)}" as a git repository's name`, async () => {
      const wrong = pipeline({ source: { type: "codecommit", repositoryName } });
      await assert.rejects(wrong, /repositoryName/);
    });
  }

  it("refuses a deployment that takes longer than the pipeline waits", async () => {
    const linear = { stepPercent: 5, stepBakeTimeInMinutes: 5 };
    const wrong = pipeline({}, { deployment: { strategy: "LINEAR", linear } });
    await assert.rejects(wrong, /its deployments take 105 minutes .*the pipeline waits 60/);
  });

  for (const [deployment, minutes] of [
    [{ strategy: "ROLLING" }, "20"],
    [{ strategy: "BLUE_GREEN", bakeTimeInMinutes: 10 }, "30"],
    [{ strategy: "CANARY", bakeTimeInMinutes: 5, canary: { bakeTimeInMinutes: 8 } }, "33"],
    [{ strategy: "LINEAR", bakeTimeInMinutes: 5, linear: { stepBakeTimeInMinutes: 5 } }, "60"],
  ] as const) {
    it(`waits ${minutes} minutes for ${deployment.strategy}`, async () => {
      const { resources } = await pipeline({}, { deployment });
      const { stages } = only(resources, "aws:codepipeline/pipeline:Pipeline");
      assert.match(JSON.stringify(stages), new RegExp(`"DeploymentTimeout":"${minutes}"`));
    });
  }

  it("leaves rollbacks to CodeDeploy, whose deployment group allows one deployment at a time", async () => {
    const { resources } = await pipeline({}, { deploymentController: "CODE_DEPLOY" });
    const { stages } = only(resources, "aws:codepipeline/pipeline:Pipeline");
    assert.doesNotMatch(JSON.stringify(stages), /ROLLBACK/);
    const group = only(resources, "aws:codedeploy/deploymentGroup:DeploymentGroup");
    assert.equal((group.autoRollbackConfiguration as { enabled: boolean }).enabled, true);
  });

  it("rolls back the deployment of a run that fails, and lets a newer push overtake", async () => {
    const { resources } = await pipeline();
    const inputs = only(resources, "aws:codepipeline/pipeline:Pipeline");
    assert.equal(inputs.pipelineType, "V2");
    assert.equal(inputs.executionMode, "SUPERSEDED");
    const stages = inputs.stages as { name: string; onFailure?: unknown }[];
    assert.deepEqual(stages.at(-1)?.onFailure, { result: "ROLLBACK" });
    assert.deepEqual(
      stages.map(({ name }) => name),
      ["Source", "Build", "Deploy"],
    );
  });

  it("waits for approval between build and deploy if asked to", async () => {
    const { resources, outputs } = await pipeline({ approval: true });
    assert.match(
      outputs.commands.approve ?? "",
      /^aws codepipeline put-approval-result .*--pipeline-name cicd-dev --stage-name Approval --action-name Approve/,
    );
    const { stages } = only(resources, "aws:codepipeline/pipeline:Pipeline");
    assert.deepEqual(
      (stages as { name: string }[]).map(({ name }) => name),
      ["Source", "Build", "Approval", "Deploy"],
    );
  });

  it("is started by pushes to its branch of its repository, with a role that can do nothing else", async () => {
    const { resources } = await pipeline({ source: { type: "codecommit", branch: "release" } });
    const { eventPattern } = only(resources, "aws:cloudwatch/eventRule:EventRule");
    assert.deepEqual(JSON.parse(String(eventPattern)), {
      source: ["aws.codecommit"],
      "detail-type": ["CodeCommit Repository State Change"],
      resources: ["arn:aws:mock:::cicd-repository"],
      detail: {
        event: ["referenceCreated", "referenceUpdated"],
        referenceType: ["branch"],
        referenceName: ["release"],
      },
    });
    assert.deepEqual(statements(resources, "cicd-push-start"), [
      {
        Effect: "Allow",
        Action: "codepipeline:StartPipelineExecution",
        Resource: "arn:aws:mock:::cicd-pipeline",
      },
    ]);
    const { stages } = only(resources, "aws:codepipeline/pipeline:Pipeline");
    assert.match(JSON.stringify(stages), /"PollForSourceChanges":"false"/);
  });

  it("uses a given connection, with the permission that matches the age of its ARN", async () => {
    const arn = "arn:aws:codestar-connections:ap-northeast-1:123456789012:connection/1";
    const { resources } = await pipeline({
      source: { type: "github", repository: "owner/site", connectionArn: arn },
    });
    assert.ok(!resources.some(({ type }) => /codeconnections|eventRule|codecommit/.test(type)));
    assert.ok(permissions(resources).includes(`codestar-connections:UseConnection ${arn}`));
    const { triggers } = only(resources, "aws:codepipeline/pipeline:Pipeline");
    assert.deepEqual(triggers, [
      {
        providerType: "CodeStarSourceConnection",
        gitConfiguration: {
          sourceActionName: "Source",
          pushes: [
            {
              branches: { includes: ["main"] },
              filePaths: { includes: ["nginx/**", "buildspec_nginx.yml"] },
            },
          ],
        },
      },
    ]);
  });

  for (const [cpuArchitecture, type, image, platform] of [
    ["X86_64", "LINUX_CONTAINER", "aws/codebuild/amazonlinux-x86_64-standard:5.0", "linux/amd64"],
    ["ARM64", "ARM_CONTAINER", "aws/codebuild/amazonlinux-aarch64-standard:3.0", "linux/arm64"],
  ] as const) {
    it(`builds for ${cpuArchitecture} on a machine of that kind`, async () => {
      const { resources } = await pipeline({ cpuArchitecture }, { cpuArchitecture });
      const project = only(resources, "aws:codebuild/project:Project");
      const environment = project.environment as Record<string, unknown>;
      assert.equal(environment.type, type);
      assert.equal(environment.image, image);
      assert.equal(environment.privilegedMode, true);
      assert.deepEqual(environment.environmentVariables, [
        {
          name: "REPOSITORY_URI",
          value: "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/nginx-repository",
        },
        { name: "CONTAINER_NAME", value: "nginx" },
        { name: "PLATFORM", value: platform },
      ]);
      assert.deepEqual((project.cache as { modes: string[] }).modes, [
        "LOCAL_DOCKER_LAYER_CACHE",
        "LOCAL_SOURCE_CACHE",
      ]);
    });
  }

  it("keeps the build's logs for the given number of days", async () => {
    const { resources } = await pipeline({ logRetentionDays: 7 });
    const group = only(resources, "aws:cloudwatch/logGroup:LogGroup", "cicd-build-logs");
    assert.equal(group.name, "/codebuild/cicd-dev");
    assert.equal(group.retentionInDays, 7);
    const { logsConfig } = only(resources, "aws:codebuild/project:Project");
    assert.deepEqual(logsConfig, { cloudwatchLogs: { groupName: "/codebuild/cicd-dev" } });
  });

  it("keeps artifacts private, encrypted with its own key, over TLS only, and not forever", async () => {
    const { resources } = await pipeline();
    assert.equal(only(resources, "aws:s3/bucket:Bucket").forceDestroy, true);
    const block = only(resources, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock");
    assert.deepEqual(Object.values(block).filter((value) => value === true).length, 4);
    const [encryption] = only(
      resources,
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    ).rules as { applyServerSideEncryptionByDefault: unknown }[];
    assert.deepEqual(encryption?.applyServerSideEncryptionByDefault, {
      sseAlgorithm: "aws:kms",
      kmsMasterKeyId: "arn:aws:mock:::cicd-key",
    });
    const { policy } = only(resources, "aws:s3/bucketPolicy:BucketPolicy");
    assert.match(String(policy), /"Effect":"Deny".*"aws:SecureTransport":"false"/);
    const [rule] = only(
      resources,
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    ).rules as { expiration: unknown }[];
    assert.deepEqual(rule?.expiration, { days: 14 });
    assert.deepEqual(only(resources, "aws:codepipeline/pipeline:Pipeline").artifactStores, [
      {
        type: "S3",
        location: "cicd-artifacts-1",
        encryptionKey: { type: "KMS", id: "arn:aws:mock:::cicd-key" },
      },
    ]);
  });

  for (const [title, service] of [
    ["ECS", {}],
    ["CodeDeploy", { deploymentController: "CODE_DEPLOY" as const }],
  ] as const) {
    it(`has permissions on all resources only where AWS offers no narrower ones, with ${title}`, async () => {
      const { resources } = await pipeline({}, service);
      const all = permissions(resources);
      assert.ok(all.length > 20);
      assert.deepEqual(
        all.filter((permission) => permission.endsWith(" *")).sort(),
        {
          ECS: [
            "ecr:GetAuthorizationToken *",
            "ecs:DescribeTaskDefinition *",
            "ecs:ListTasks *",
            "ecs:RegisterTaskDefinition *",
          ],
          CodeDeploy: [
            "ecr:GetAuthorizationToken *",
            "ecs:RegisterTaskDefinition *",
            "elasticloadbalancing:DescribeListeners *",
            "elasticloadbalancing:DescribeRules *",
            "elasticloadbalancing:DescribeTargetGroups *",
          ],
        }[title],
      );
      assert.deepEqual(
        all.filter((permission) => /^\S*\*/.test(permission)),
        [],
        "no wildcard in an action",
      );
    });

    it(`may pass the task's two roles only, and to tasks only, with ${title}`, async () => {
      const { resources } = await pipeline({}, service);
      const passing = resources
        .filter(({ name }) => /^cicd-.*(policy|service)$/.test(name))
        .filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
        .flatMap(({ name }) => statements(resources, name))
        .filter(({ Action }) => Action === "iam:PassRole");
      assert.ok(passing.length > 0);
      for (const { Resource, Condition } of passing) {
        assert.deepEqual(Resource, ["arn:aws:mock:::web-execution", "arn:aws:mock:::web-task"]);
        assert.deepEqual(Condition, {
          StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
        });
      }
    });
  }

  it("gives CodeDeploy's build the task definition without its image", async () => {
    const { resources } = await pipeline(
      { codeDeployConfiguration: "ECSLinear10PercentEvery1Minutes" },
      { deploymentController: "CODE_DEPLOY", cpu: 512, memory: 1024 },
    );
    const { environmentVariables } = only(resources, "aws:codebuild/project:Project")
      .environment as { environmentVariables: { name: string; value: string }[] };
    const value = environmentVariables.find(({ name }) => name === "TASK_DEFINITION")?.value ?? "";
    const { containerDefinitions, ...definition } = JSON.parse(value) as Record<string, unknown>;
    assert.deepEqual(definition, {
      family: "web-dev",
      cpu: "512",
      memory: "1024",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
      executionRoleArn: "arn:aws:mock:::web-execution",
      taskRoleArn: "arn:aws:mock:::web-task",
    });
    assert.equal((containerDefinitions as { image: string }[])[0]?.image, "<IMAGE>");
    const group = only(resources, "aws:codedeploy/deploymentGroup:DeploymentGroup");
    assert.equal(group.deploymentConfigName, "CodeDeployDefault.ECSLinear10PercentEvery1Minutes");
  });

  it("deploys a service on instances too", async () => {
    const { resources, outputs } = await evaluate(() => {
      const network = {
        vpcId: "vpc-1",
        vpcCidrBlock: "10.0.0.0/16",
        taskSubnetIds: ["subnet-1"],
        assignPublicIp: false,
      } as unknown as Ec2ServiceArgs["network"];
      const repository = new ImageRepository("nginx", { region });
      const { deployTarget } = new Ec2Service("web", {
        cluster: new Ec2Cluster("instances", { network, region }),
        network,
        region,
        image: "nginx:1.30.6",
        listenerArn: "arn:aws:mock:::listener",
        repositoryArn: repository.arn,
        deployedByPipeline: true,
      });
      const { commands } = new CicdPipeline("cicd", { region, repository, target: deployTarget });
      return { ship: commands.ship };
    });
    const { ignoreChanges } = resources.find(({ name }) => name === "web-service") ?? assert.fail();
    assert.deepEqual(ignoreChanges, ["taskDefinition"]);
    const { stages } = only(resources, "aws:codepipeline/pipeline:Pipeline");
    assert.match(JSON.stringify(stages), /"ClusterName":"nginx-dev".*"ServiceName":"nginx-dev"/);
    assert.match(outputs.ship ?? "", /"requiresCompatibilities":\["EC2"\]/);
  });

  it("sends the results of runs to an address, through a topic that only its notification rule may write to", async () => {
    const { resources } = await pipeline({ notificationEmail: "alice@example.com" });
    const subscription = only(resources, "aws:sns/topicSubscription:TopicSubscription");
    assert.equal(subscription.endpoint, "alice@example.com");
    const { policy } = only(resources, "aws:sns/topicPolicy:TopicPolicy");
    assert.match(
      String(policy),
      /"Service":"codestar-notifications\.amazonaws\.com".*"aws:SourceAccount":"123456789012"/,
    );
    const rule = only(resources, "aws:codestarnotifications/notificationRule:NotificationRule");
    assert.equal(rule.resource, "arn:aws:mock:::cicd-pipeline");
  });

  it("notifies nobody unless asked to", async () => {
    const { resources } = await pipeline();
    assert.ok(!resources.some(({ type }) => /sns|codestarnotifications/.test(type)));
  });
});

describe("the pipeline's ship command", () => {
  /** Answers as AWS does, and records how it was called. */
  const aws = `#!/bin/sh
for word in "$@"; do printf '%s\\n' "$word"; done >> "$CALLS"; echo -- >> "$CALLS"
case "$2" in
  describe-services) echo arn:running:7 ;;
  describe-task-definition) echo registry/nginx:abc ;;
  register-task-definition) [ -z "$FAIL" ] || exit 254; echo arn:new:8 ;;
  update-service) echo arn:new:8 ;;
esac
`;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "ship-"));
    await writeFile(path.join(folder, "aws"), aws);
    await chmod(path.join(folder, "aws"), 0o755);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const ship = async (environment: Record<string, string> = {}) => {
    const { outputs } = await pipeline({}, { cpu: 512, memory: 1024 });
    const CALLS = path.join(folder, "calls");
    const env = { PATH: `${folder}:/usr/bin:/bin`, CALLS, ...environment };
    const command = outputs.commands.ship ?? assert.fail();
    const done = promisify(execFile)("/bin/sh", ["-c", command], { env });
    const failed = await done.then(
      () => false,
      () => true,
    );
    const calls = (await readFile(CALLS, "utf8")).split("--\n").filter(Boolean);
    return { failed, calls: calls.map((call) => call.split("\n").slice(0, -1)) };
  };

  it("deploys the program's task definition with the image that is running", async () => {
    const { failed, calls } = await ship();
    assert.equal(failed, false);
    assert.deepEqual(
      calls.map(([, verb]) => verb),
      [
        "describe-services",
        "describe-task-definition",
        "register-task-definition",
        "update-service",
      ],
    );
    assert.ok(calls[1]?.includes("arn:running:7"));
    const [json = ""] = calls[2]?.filter((word) => word.startsWith("{")) ?? [];
    const definition = JSON.parse(json) as { cpu: string; containerDefinitions: object[] };
    assert.equal(definition.cpu, "512");
    assert.deepEqual(
      definition.containerDefinitions.map((container) => (container as { image: string }).image),
      ["registry/nginx:abc"],
    );
    assert.ok(calls[3]?.includes("arn:new:8"));
  });

  it("leaves the service alone when the definition cannot be registered", async () => {
    const { failed, calls } = await ship({ FAIL: "1" });
    assert.equal(failed, true);
    assert.ok(!calls.some(([, verb]) => verb === "update-service"));
  });
});
