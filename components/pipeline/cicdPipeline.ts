import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { ImageRepository } from "../image/imageRepository";
import type { DeployTarget } from "../service/deployTarget";
import type { CodeDeployConfiguration } from "../shared/codeDeployConfiguration";
import { allow, createServiceRole, policyDocument, type Statement } from "../shared/iamPolicies";
import { baseNameProblem, physicalName } from "../shared/names";
import { retentionProblem } from "../shared/logRetention";
import { about, rangeProblem, rejectProblems } from "../shared/problems";
import { emailProblem } from "../shared/sourceNames";
import { type Transform, transformed } from "../shared/transform";
import { type ArtifactStore, type ArtifactTransform, createArtifactStore } from "./artifacts";
import { type Build, type BuildTransform, createBuild } from "./build";
import {
  createCodeDeploy,
  createEcsDeploy,
  type Deploy,
  type DeployTransform,
  timeoutProblem,
} from "./deploy";
import { createNotifications, type NotificationTransform } from "./notifications";
import { shipCommand } from "./shipCommand";
import {
  createBranchTrigger,
  createSource,
  type PipelineSource,
  type SourceStage,
  type SourceTransform,
} from "./source";
import { sourceProblems } from "./sourceProblems";

/** What a pipeline takes in any language. */
export interface CicdPipelineInputs {
  /**
   * Base of the physical names of pipeline, build project and the rest; the stack is added.
   * @default "cicd"
   * @throws if it is not 1 to 20 lower-case letters, digits and single hyphens with a letter first, or begins with
   * `internal-`, `aws` or `sg-`
   */
  name?: string;
  /**
   * Region of all resources, for the commands, e.g. `ap-northeast-1`.
   * @throws only from AWS, during the update
   */
  region: string;
  /**
   * Where the code comes from.
   * @default { type: "codecommit" }
   */
  source?: PipelineSource;
  /** Where the built images go. */
  repository: ImageRepository;
  /**
   * The service to deploy. It must leave its task definition to the pipeline.
   * @throws if the service manages its task definition itself, or its deployments take longer than the pipeline waits
   */
  target: DeployTarget;
  /**
   * Processor that the image is built for; must be the task's.
   * @default "X86_64"
   * @throws if it differs from that of the target's tasks
   */
  cpuArchitecture?: "X86_64" | "ARM64";
  /**
   * How CodeDeploy moves requests to the new tasks; only for a service that it deploys.
   * @default "ECSAllAtOnce"
   * @throws if CodeDeploy does not deploy the service
   */
  codeDeployConfiguration?: CodeDeployConfiguration;
  /**
   * Minutes that CodeDeploy keeps the old tasks after all requests have moved, 0 to 2880; only for a
   * service that it deploys.
   * @default 5
   * @throws outside the range; if CodeDeploy does not deploy the service
   */
  codeDeployBakeMinutes?: number;
  /**
   * Whether somebody has to approve between build and deploy.
   * @default false
   */
  approval?: boolean;
  /**
   * E-mail address to notify of each run's end and of pending approvals.
   * @default none
   * @throws if it is not an e-mail address
   */
  notificationEmail?: string;
  /**
   * Days that the build's logs are kept, a value that CloudWatch Logs offers.
   * @default 30
   * @throws if it is not one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192,
   * 2557, 2922, 3288 and 3653
   */
  logRetentionDays?: number;
}

/** Overrides for the arguments of each resource that a pipeline consists of. */
export interface PipelineTransform
  extends
    SourceTransform,
    ArtifactTransform,
    BuildTransform,
    DeployTransform,
    NotificationTransform {
  pipeline?: Transform<aws.codepipeline.PipelineArgs>;
  pipelineRole?: Transform<aws.iam.RoleArgs>;
  pipelineRolePolicy?: Transform<aws.iam.RolePolicyArgs>;
}

export interface CicdPipelineArgs extends CicdPipelineInputs {
  /** Overrides for the resources' arguments, for what this component does not offer. @default none */
  transform?: PipelineTransform;
}

/** Command lines of the AWS CLI, ready to paste. */
export interface PipelineCommands {
  /** The state of every stage. */
  pipeline: string;
  /** Runs the pipeline with the newest commit of the branch. */
  release: string;
  /**
   * Runs the program's newest task definition with the image that runs now: it applies a change of CPU, memory or
   * anything else to a service that ECS deploys. CodeDeploy applies such changes with the next release.
   */
  ship: pulumi.Output<string> | undefined;
  /** Approves the waiting run; only if the pipeline asks for approval. */
  approve: string | undefined;
  /** Follows the build's output. */
  buildLogs: string;
  /** Clones the source. */
  clone: pulumi.Output<string>;
}

/**
 * The second tutorial's CI/CD: a push to the branch is built into an image, which CodePipeline deploys to the service.
 * A stage that fails is rolled back to what the last successful run deployed.
 *
 * Source: the second tutorial, "CI/CDの実装"; AWS CodePipeline user guide.
 *
 * @throws pulumi.ResourceError naming every argument that is wrong.
 */
export class CicdPipeline extends pulumi.ComponentResource {
  /** Physical name of the pipeline. */
  readonly pipelineName: pulumi.Output<string>;
  /** Where to push to. */
  readonly cloneUrl: pulumi.Output<string>;
  /** State of a connection that the pipeline created: PENDING until somebody approves it in the console. */
  readonly connectionStatus: pulumi.Output<string> | undefined;
  /** The pipeline's page in the console. */
  readonly consoleUrl: string;
  readonly commands: PipelineCommands;

  constructor(name: string, args: CicdPipelineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ecs-handson:cicd:CicdPipeline", name, {}, opts);
    const settings = withDefaults(args);
    rejectProblems(this, problemsIn(settings));

    const { name: base, transform } = settings;
    const source = createSource(name, settings.source, { base, transform }, this);
    const store = createArtifactStore(name, base, this, transform);
    const deploy = createDeploy(name, settings, this);
    const build = createBuild(
      name,
      {
        ...settings,
        base,
        transform,
        store,
        repositoryUrl: settings.repository.repositoryUrl,
        repositoryArn: settings.repository.arn,
        containerName: settings.target.imageContainer,
        variables: deploy.variables,
      },
      this,
    );
    const parts = { source, store, build, deploy };
    const pipeline = createPipeline(name, settings, parts, this);
    if (source.watched) {
      const { branch, watched: repository } = source;
      const { region } = settings;
      createBranchTrigger(name, { base, transform, region, repository, branch }, pipeline, this);
    }
    if (settings.notificationEmail !== undefined) {
      const { notificationEmail: email } = settings;
      createNotifications(name, { base, email, transform }, pipeline, this);
    }

    this.pipelineName = pipeline.name;
    this.cloneUrl = source.cloneUrl;
    this.connectionStatus = source.connection?.connectionStatus;
    this.consoleUrl = consoleUrl(settings);
    this.commands = pipelineCommands(settings, parts);
    this.registerOutputs({ pipelineName: this.pipelineName, cloneUrl: this.cloneUrl });
  }
}

type Settings = ReturnType<typeof withDefaults>;

function withDefaults(args: CicdPipelineArgs) {
  return {
    ...args,
    name: args.name ?? "cicd",
    source: args.source ?? ({ type: "codecommit" } as const),
    cpuArchitecture: args.cpuArchitecture ?? ("X86_64" as const),
    approval: args.approval ?? false,
    logRetentionDays: args.logRetentionDays ?? 30,
  };
}

function problemsIn(settings: Settings): (string | undefined)[] {
  const { notificationEmail } = settings;
  return [
    about("name", baseNameProblem(settings.name)),
    ...sourceProblems(settings.source),
    ...targetProblems(settings),
    ...deployProblems(settings),
    about("logRetentionDays", retentionProblem(settings.logRetentionDays)),
    notificationEmail === undefined
      ? undefined
      : about("notificationEmail", emailProblem(notificationEmail)),
  ];
}

function targetProblems({ target, cpuArchitecture }: Settings): (string | undefined)[] {
  return [
    target.leavesTaskDefinition
      ? undefined
      : "target: each update of the stack would undo what the pipeline deploys; give the service deployedByPipeline: true",
    target.cpuArchitecture === cpuArchitecture
      ? undefined
      : `cpuArchitecture ${cpuArchitecture} must be that of the target's tasks, ${target.cpuArchitecture}`,
  ];
}

function deployProblems({
  target,
  codeDeployConfiguration,
  codeDeployBakeMinutes,
}: Settings): (string | undefined)[] {
  if (target.codeDeploy) {
    return [rangeProblem("codeDeployBakeMinutes", codeDeployBakeMinutes ?? 5, 0, 2880)];
  }
  const needless = (key: string, value: unknown) =>
    value === undefined
      ? undefined
      : `${key} is only for a service whose deploymentController is CODE_DEPLOY; leave it out`;
  return [
    timeoutProblem(target),
    needless("codeDeployConfiguration", codeDeployConfiguration),
    needless("codeDeployBakeMinutes", codeDeployBakeMinutes),
  ];
}

/** The service determines who deploys it: ECS itself or CodeDeploy. */
function createDeploy(name: string, settings: Settings, parent: pulumi.Resource): Deploy {
  const { target, codeDeployConfiguration, codeDeployBakeMinutes } = settings;
  if (!target.codeDeploy) return createEcsDeploy(target);
  return createCodeDeploy(
    name,
    target,
    target.codeDeploy,
    {
      base: settings.name,
      region: settings.region,
      configuration: codeDeployConfiguration ?? "ECSAllAtOnce",
      bakeMinutes: codeDeployBakeMinutes ?? 5,
      transform: settings.transform,
    },
    parent,
  );
}

interface Parts {
  source: SourceStage;
  store: ArtifactStore;
  build: Build;
  deploy: Deploy;
}

function createPipeline(
  name: string,
  settings: Settings,
  { source, store, build, deploy }: Parts,
  parent: pulumi.Resource,
): aws.codepipeline.Pipeline {
  const { role, policy } = createPipelineRole(name, settings, parent, [
    ...source.access,
    ...store.access({ bucket: ["s3:GetBucketVersioning"], objects: source.artifactActions }),
    allow(["codebuild:BatchGetBuilds", "codebuild:StartBuild"], build.project.arn),
    ...deploy.access,
  ]);
  // #region pipeline
  return new aws.codepipeline.Pipeline(
    `${name}-pipeline`,
    transformed(
      `${name}-pipeline`,
      {
        name: pipelineName(settings),
        pipelineType: "V2",
        // A newer push replaces a waiting one: there is no point in deploying the older.
        executionMode: "SUPERSEDED",
        roleArn: role.arn,
        artifactStores: [
          {
            type: "S3",
            location: store.bucketName,
            encryptionKey: { type: "KMS", id: store.keyArn },
          },
        ],
        triggers: source.triggers,
        stages: [
          { name: "Source", actions: [source.action] },
          { name: "Build", actions: [build.action] },
          ...(settings.approval ? [approvalStage] : []),
          { name: "Deploy", actions: [deploy.action], onFailure: deploy.onFailure },
        ],
      },
      settings.transform?.pipeline,
    ),
    { parent, dependsOn: [policy, ...store.settings, ...deploy.dependsOn] },
  );
  // #endregion
}

const approvalStage = {
  name: "Approval",
  actions: [
    { name: "Approve", category: "Approval", owner: "AWS", provider: "Manual", version: "1" },
  ],
};

/**
 * What the pipeline itself may do: fetch the source, pass files on, start builds of its project, deploy its service.
 */
function createPipelineRole(
  name: string,
  settings: Settings,
  parent: pulumi.Resource,
  statements: Statement[],
) {
  const role = createServiceRole(
    `${name}-role`,
    {
      base: `${settings.name}-pipeline`,
      service: "codepipeline.amazonaws.com",
      transform: settings.transform?.pipelineRole,
    },
    parent,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-role-policy`,
    transformed(
      `${name}-role-policy`,
      { role: role.id, policy: policyDocument(statements) },
      settings.transform?.pipelineRolePolicy,
    ),
    { parent },
  );
  return { role, policy };
}

const pipelineName = ({ name }: Settings) => physicalName("pipeline", name, pulumi.getStack());

/** Source: AWS CLI reference, `codepipeline`, `logs tail`; AWS CodeCommit user guide, "git-remote-codecommit". */
function pipelineCommands(settings: Settings, { source, build }: Parts): PipelineCommands {
  const region = `--region ${settings.region}`;
  const pipeline = `${region} --name ${pipelineName(settings)}`;
  return {
    pipeline: `aws codepipeline get-pipeline-state ${pipeline}`,
    release: `aws codepipeline start-pipeline-execution ${pipeline}`,
    approve: settings.approval ? approveCommand(settings) : undefined,
    ship: settings.target.codeDeploy ? undefined : shipCommand(settings),
    buildLogs: `aws logs tail ${region} ${build.logGroupName} --follow`,
    clone: pulumi.interpolate`git clone ${source.cloneUrl}`,
  };
}

/** Approvals use a token, so that nobody approves a different run from the one they looked at. */
function approveCommand(settings: Settings): string {
  const region = `--region ${settings.region}`;
  const name = pipelineName(settings);
  const token =
    `aws codepipeline get-pipeline-state ${region} --name ${name} --output text --query ` +
    `"stageStates[?stageName=='${approvalStage.name}'].actionStates[0].latestExecution.token | [0]"`;
  return (
    `aws codepipeline put-approval-result ${region} --pipeline-name ${name} ` +
    `--stage-name ${approvalStage.name} --action-name ${approvalStage.actions[0]?.name ?? ""} ` +
    `--result summary=approved,status=Approved --token "$(${token})"`
  );
}

const consoleUrl = (settings: Settings) =>
  `https://${settings.region}.console.aws.amazon.com/codesuite/codepipeline/pipelines/` +
  `${pipelineName(settings)}/view?region=${settings.region}`;
