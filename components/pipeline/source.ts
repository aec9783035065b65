import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { allow, createServiceRole, policyDocument, type Statement } from "../shared/iamPolicies";
import { physicalName } from "../shared/names";
import { type Transform, transformed } from "../shared/transform";

/** A git repository in AWS, created by the pipeline and deleted with it. */
export interface CodeCommitSource {
  /** Creates the repository. */
  type: "codecommit";
  /**
   * Base of the repository's name; the stack is added. Letters, digits and `. _ -`, at most 80.
   * @default "ecs-handson.nginx"
   * @throws if it has another form
   */
  repositoryName?: string;
  /**
   * The branch whose pushes are deployed.
   * @default "main"
   * @throws if it is not a branch's name
   */
  branch?: string;
}

/** A repository on GitHub, through a connection that somebody has to approve once in a browser. */
export interface GitHubSource {
  /** Uses an existing repository. */
  type: "github";
  /**
   * `<owner>/<repository>`.
   * @throws if it has another form
   */
  repository: string;
  /**
   * ARN of a connection that exists already.
   * @default a new one, which stays PENDING until somebody finishes its handshake in the console
   * @throws if it is not a connection's ARN
   */
  connectionArn?: string;
  /**
   * The branch whose pushes are deployed.
   * @default "main"
   * @throws if it is not a branch's name
   */
  branch?: string;
}

export type PipelineSource = CodeCommitSource | GitHubSource;

/** How a pipeline uses its source. */
export interface SourceStage {
  branch: string;
  /** The pipeline's first action, which creates the artifact "source". */
  action: aws.types.input.codepipeline.PipelineStageAction;
  triggers: aws.types.input.codepipeline.PipelineTrigger[] | undefined;
  /** What the pipeline's role needs to fetch the source. */
  access: Statement[];
  /** Additional actions on the source's files in the artifact store, apart from writing and reading. */
  artifactActions: string[];
  /** Where to push to. */
  cloneUrl: pulumi.Output<string>;
  /** The connection, if the pipeline created it: somebody must approve it. */
  connection: aws.codeconnections.Connection | undefined;
  /** The repository to watch, if its events start the pipeline. */
  watched: aws.codecommit.Repository | undefined;
}

/** Overrides for the arguments of each resource of the source and of what starts the pipeline. */
export interface SourceTransform {
  /** The repository in CodeCommit. */
  codeRepository?: Transform<aws.codecommit.RepositoryArgs>;
  /** The connection to GitHub, if the pipeline creates one. */
  connection?: Transform<aws.codeconnections.ConnectionArgs>;
  eventRule?: Transform<aws.cloudwatch.EventRuleArgs>;
  eventTarget?: Transform<aws.cloudwatch.EventTargetArgs>;
  /** The role by which EventBridge starts the pipeline. */
  triggerRole?: Transform<aws.iam.RoleArgs>;
  triggerRolePolicy?: Transform<aws.iam.RolePolicyArgs>;
}

/** Arguments for the source's resources. */
interface SourcePlan {
  /** Base of the physical names. */
  base: string;
  transform: SourceTransform | undefined;
}

export const sourceArtifact = "source";

/** Paths whose changes start the pipeline; others need no new image. CodeCommit cannot filter by paths. */
const watchedPaths = ["nginx/**", "buildspec_nginx.yml"];

/** The tutorial's "gitリポジトリの作成", or a connection to a repository elsewhere. */
export function createSource(
  name: string,
  source: PipelineSource,
  { base, transform }: SourcePlan,
  parent: pulumi.Resource,
): SourceStage {
  return source.type === "codecommit"
    ? createCodeCommitSource(name, source, parent, transform)
    : createGitHubSource(name, source, { base, transform }, parent);
}

function createCodeCommitSource(
  name: string,
  { repositoryName = "ecs-handson.nginx", branch = "main" }: CodeCommitSource,
  parent: pulumi.Resource,
  transform: SourceTransform | undefined,
): SourceStage {
  const repository = new aws.codecommit.Repository(
    `${name}-repository`,
    transformed(
      `${name}-repository`,
      {
        repositoryName: physicalName("codeRepository", repositoryName, pulumi.getStack()),
        description: `Pushes to ${branch} are built and deployed`,
      },
      transform?.codeRepository,
    ),
    { parent },
  );
  return {
    branch,
    action: {
      name: "Source",
      category: "Source",
      owner: "AWS",
      provider: "CodeCommit",
      version: "1",
      outputArtifacts: [sourceArtifact],
      configuration: {
        RepositoryName: repository.repositoryName,
        BranchName: branch,
        PollForSourceChanges: "false",
      },
    },
    triggers: undefined,
    access: [
      allow(
        [
          "codecommit:CancelUploadArchive",
          "codecommit:GetBranch",
          "codecommit:GetCommit",
          "codecommit:GetRepository",
          "codecommit:GetUploadArchiveStatus",
          "codecommit:UploadArchive",
        ],
        repository.arn,
      ),
    ],
    artifactActions: [],
    cloneUrl: repository.cloneUrlHttp,
    connection: undefined,
    watched: repository,
  };
}

function createGitHubSource(
  name: string,
  { repository, connectionArn: given, branch = "main" }: GitHubSource,
  plan: SourcePlan,
  parent: pulumi.Resource,
): SourceStage {
  const connection = given === undefined ? createConnection(name, plan, parent) : undefined;
  const connectionArn = connection?.arn ?? given ?? "";
  // An ARN from before the service was renamed needs the permission of the old name.
  const service = given?.split(":")[2] ?? "codeconnections";
  return {
    branch,
    action: {
      name: "Source",
      category: "Source",
      owner: "AWS",
      provider: "CodeStarSourceConnection",
      version: "1",
      outputArtifacts: [sourceArtifact],
      configuration: {
        ConnectionArn: connectionArn,
        FullRepositoryId: repository,
        BranchName: branch,
      },
    },
    triggers: [
      {
        providerType: "CodeStarSourceConnection",
        gitConfiguration: {
          sourceActionName: "Source",
          pushes: [{ branches: { includes: [branch] }, filePaths: { includes: watchedPaths } }],
        },
      },
    ],
    access: [allow(`${service}:UseConnection`, connectionArn)],
    // A connection uploads the source with an access control list, which CodeCommit's action does not.
    artifactActions: ["s3:PutObjectAcl"],
    cloneUrl: pulumi.output(`https://github.com/${repository}.git`),
    connection,
    watched: undefined,
  };
}

function createConnection(
  name: string,
  { base, transform }: SourcePlan,
  parent: pulumi.Resource,
): aws.codeconnections.Connection {
  return new aws.codeconnections.Connection(
    `${name}-connection`,
    transformed(
      `${name}-connection`,
      { name: physicalName("connection", base, pulumi.getStack()), providerType: "GitHub" },
      transform?.connection,
    ),
    { parent },
  );
}

/**
 * Starts the pipeline when the branch of its CodeCommit repository moves. The role can start this
 * pipeline and do nothing else.
 *
 * Source: AWS CodePipeline user guide, "CodeCommit source actions and EventBridge".
 */
export function createBranchTrigger(
  name: string,
  args: SourcePlan & { region: string; repository: aws.codecommit.Repository; branch: string },
  pipeline: aws.codepipeline.Pipeline,
  parent: pulumi.Resource,
): void {
  const { transform } = args;
  const ruleName = physicalName("eventRule", `${args.base}-push`, pulumi.getStack());
  const rule = new aws.cloudwatch.EventRule(
    `${name}-push`,
    transformed(
      `${name}-push`,
      {
        name: ruleName,
        description: `Pushes to ${args.branch} start the pipeline`,
        eventPattern: pulumi.jsonStringify({
          source: ["aws.codecommit"],
          "detail-type": ["CodeCommit Repository State Change"],
          resources: [args.repository.arn],
          detail: {
            event: ["referenceCreated", "referenceUpdated"],
            referenceType: ["branch"],
            referenceName: [args.branch],
          },
        }),
      },
      transform?.eventRule,
    ),
    { parent },
  );
  const role = createServiceRole(
    `${name}-push`,
    {
      base: `${args.base}-push`,
      service: "events.amazonaws.com",
      source: { service: "events", region: args.region, resource: `rule/${ruleName}` },
      transform: transform?.triggerRole,
    },
    parent,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-push-start`,
    transformed(
      `${name}-push-start`,
      {
        role: role.id,
        policy: policyDocument([allow("codepipeline:StartPipelineExecution", pipeline.arn)]),
      },
      transform?.triggerRolePolicy,
    ),
    { parent },
  );
  new aws.cloudwatch.EventTarget(
    `${name}-push-target`,
    transformed(
      `${name}-push-target`,
      { rule: rule.name, targetId: "pipeline", arn: pipeline.arn, roleArn: role.arn },
      transform?.eventTarget,
    ),
    { parent, dependsOn: [policy] },
  );
}
