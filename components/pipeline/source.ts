import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { allow, createServiceRole, policyDocument, type Statement } from "../shared/iamPolicies";
import { physicalName } from "../shared/names";

/** A git repository in AWS, made by the pipeline and deleted with it. */
export interface CodeCommitSource {
  type: "codecommit";
  /**
   * Base of the repository's name; the stack is added. Letters, digits and `. _ -`, at most 80.
   * @default "ecs-handson.nginx"
   */
  repositoryName?: string;
  /**
   * The branch whose pushes are deployed.
   * @default "main"
   */
  branch?: string;
}

/** A repository on GitHub, through a connection that somebody has to allow once in a browser. */
export interface GitHubSource {
  type: "github";
  /** `<owner>/<repository>`. */
  repository: string;
  /**
   * ARN of a connection that exists already.
   * @default a new one, which stays PENDING until somebody finishes its handshake in the console
   */
  connectionArn?: string;
  /**
   * The branch whose pushes are deployed.
   * @default "main"
   */
  branch?: string;
}

export type PipelineSource = CodeCommitSource | GitHubSource;

/** What a pipeline does with its source. */
export interface Source {
  branch: string;
  /** The pipeline's first action, which makes the artifact "source". */
  action: aws.types.input.codepipeline.PipelineStageAction;
  triggers: aws.types.input.codepipeline.PipelineTrigger[] | undefined;
  /** What the pipeline's role needs to fetch the source. */
  access: Statement[];
  /** What it does with the source's files in the artifact store, beside writing and reading them. */
  artifactActions: string[];
  /** Where to push to. */
  cloneUrl: pulumi.Output<string>;
  /** The connection, if there is one that the pipeline made: somebody must allow it. */
  connection: aws.codeconnections.Connection | undefined;
  /** The repository to watch, if it must be told to start the pipeline. */
  watched: aws.codecommit.Repository | undefined;
}

export const sourceArtifact = "source";

/** Whose changes start the pipeline: others need no new image. CodeCommit cannot tell by paths. */
const watchedPaths = ["nginx/**", "buildspec_nginx.yml"];

/** The tutorial's "gitリポジトリの作成", or a connection to a repository elsewhere. */
export function createSource(
  name: string,
  source: PipelineSource,
  base: string,
  parent: pulumi.Resource,
): Source {
  return source.type === "codecommit"
    ? createCodeCommitSource(name, source, parent)
    : createGitHubSource(name, source, base, parent);
}

function createCodeCommitSource(
  name: string,
  { repositoryName = "ecs-handson.nginx", branch = "main" }: CodeCommitSource,
  parent: pulumi.Resource,
): Source {
  const repository = new aws.codecommit.Repository(
    `${name}-repository`,
    {
      repositoryName: physicalName("codeRepository", repositoryName, pulumi.getStack()),
      description: `Pushes to ${branch} are built and deployed`,
    },
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
  base: string,
  parent: pulumi.Resource,
): Source {
  const connection = given === undefined ? createConnection(name, base, parent) : undefined;
  const connectionArn = connection?.arn ?? given ?? "";
  // An ARN from before the service's change of name has the permission of that name.
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
  base: string,
  parent: pulumi.Resource,
): aws.codeconnections.Connection {
  return new aws.codeconnections.Connection(
    `${name}-connection`,
    { name: physicalName("connection", base, pulumi.getStack()), providerType: "GitHub" },
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
  args: { base: string; region: string; repository: aws.codecommit.Repository; branch: string },
  pipeline: aws.codepipeline.Pipeline,
  parent: pulumi.Resource,
): void {
  const ruleName = physicalName("eventRule", `${args.base}-push`, pulumi.getStack());
  const rule = new aws.cloudwatch.EventRule(
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
    { parent },
  );
  const role = createServiceRole(
    `${name}-push`,
    {
      base: `${args.base}-push`,
      service: "events.amazonaws.com",
      source: { service: "events", region: args.region, resource: `rule/${ruleName}` },
    },
    parent,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-push-start`,
    {
      role: role.id,
      policy: policyDocument([allow("codepipeline:StartPipelineExecution", pipeline.arn)]),
    },
    { parent },
  );
  new aws.cloudwatch.EventTarget(
    `${name}-push-target`,
    { rule: rule.name, targetId: "pipeline", arn: pipeline.arn, roleArn: role.arn },
    { parent, dependsOn: [policy] },
  );
}
