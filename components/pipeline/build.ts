import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { allow, createServiceRole, policyDocument } from "../shared/iamPolicies";
import { physicalName } from "../shared/names";
import { type Transform, transformed } from "../shared/transform";
import type { ArtifactStore } from "./artifacts";
import { sourceArtifact } from "./source";

/** Which processor the build makes the image for, and where it pushes it. */
export interface BuildArgs {
  /** Base of the physical names. */
  base: string;
  region: string;
  /** The ECR repository: its address with no tag, and its ARN. */
  repositoryUrl: pulumi.Input<string>;
  repositoryArn: pulumi.Input<string>;
  containerName: string;
  cpuArchitecture: "X86_64" | "ARM64";
  logRetentionDays: number;
  store: ArtifactStore;
  /** Additional variables for the buildspec. */
  variables: Record<string, pulumi.Input<string>>;
  transform: BuildTransform | undefined;
}

/** Overrides for the arguments of each resource of the build. */
export interface BuildTransform {
  logGroup?: Transform<aws.cloudwatch.LogGroupArgs>;
  project?: Transform<aws.codebuild.ProjectArgs>;
  buildRole?: Transform<aws.iam.RoleArgs>;
  buildRolePolicy?: Transform<aws.iam.RolePolicyArgs>;
}

export interface Build {
  project: aws.codebuild.Project;
  action: aws.types.input.codepipeline.PipelineStageAction;
  logGroupName: string;
}

export const buildArtifact = "build";

/** File in the root of the source that says what to do: the second tutorial's name for it. */
const buildspec = "buildspec_nginx.yml";

/**
 * The build machine for each processor: an image is built on the kind of machine that it will run
 * on, as emulation is slow.
 *
 * Source: AWS CodeBuild user guide, "EC2 compute images".
 */
const machines = {
  X86_64: {
    type: "LINUX_CONTAINER",
    image: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
    platform: "linux/amd64",
  },
  ARM64: {
    type: "ARM_CONTAINER",
    image: "aws/codebuild/amazonlinux-aarch64-standard:3.0",
    platform: "linux/arm64",
  },
} as const;

/** The CodeBuild project that builds an image from each commit, and the action that runs it. */
export function createBuild(name: string, args: BuildArgs, parent: pulumi.Resource): Build {
  const projectName = physicalName("buildProject", args.base, pulumi.getStack());
  const logGroupName = `/codebuild/${projectName}`;
  const logGroup = new aws.cloudwatch.LogGroup(
    `${name}-build-logs`,
    transformed(
      `${name}-build-logs`,
      { name: logGroupName, retentionInDays: args.logRetentionDays },
      args.transform?.logGroup,
    ),
    { parent },
  );
  const role = createBuildRole(name, args, projectName, logGroup, parent);
  const { type, image, platform } = machines[args.cpuArchitecture];
  const variables = {
    REPOSITORY_URI: args.repositoryUrl,
    CONTAINER_NAME: args.containerName,
    PLATFORM: platform,
    ...args.variables,
  };
  // #region build-project
  const project = new aws.codebuild.Project(
    `${name}-build`,
    transformed(
      `${name}-build`,
      {
        name: projectName,
        description: "Builds the image of a commit and pushes it",
        serviceRole: role.arn,
        source: { type: "CODEPIPELINE", buildspec },
        artifacts: { type: "CODEPIPELINE" },
        encryptionKey: args.store.keyArn,
        buildTimeout: 15,
        queuedTimeout: 30,
        cache: { type: "LOCAL", modes: ["LOCAL_DOCKER_LAYER_CACHE", "LOCAL_SOURCE_CACHE"] },
        environment: {
          computeType: "BUILD_GENERAL1_SMALL",
          image,
          type,
          // Docker in Docker: the build itself runs in a container.
          privilegedMode: true,
          environmentVariables: Object.entries(variables).map(([key, value]) => ({
            name: key,
            value,
          })),
        },
        logsConfig: { cloudwatchLogs: { groupName: logGroup.name } },
      },
      args.transform?.project,
    ),
    { parent },
  );
  // #endregion
  return {
    project,
    logGroupName,
    action: {
      name: "Build",
      category: "Build",
      owner: "AWS",
      provider: "CodeBuild",
      version: "1",
      inputArtifacts: [sourceArtifact],
      outputArtifacts: [buildArtifact],
      configuration: { ProjectName: project.name },
    },
  };
}

/** The role may write the project's logs, pass artifacts on, and push to one repository. */
function createBuildRole(
  name: string,
  { base, region, repositoryArn, store, transform }: BuildArgs,
  projectName: string,
  logGroup: aws.cloudwatch.LogGroup,
  parent: pulumi.Resource,
): aws.iam.Role {
  const role = createServiceRole(
    `${name}-build`,
    {
      base: `${base}-build`,
      service: "codebuild.amazonaws.com",
      source: { service: "codebuild", region, resource: `project/${projectName}` },
      transform: transform?.buildRole,
    },
    parent,
  );
  new aws.iam.RolePolicy(
    `${name}-build-image`,
    transformed(
      `${name}-build-image`,
      {
        role: role.id,
        policy: policyDocument([
          allow(
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            pulumi.interpolate`${logGroup.arn}:*`,
          ),
          ...store.access(),
          // The login token is for an account, not for a repository.
          allow("ecr:GetAuthorizationToken", "*"),
          allow(
            [
              "ecr:BatchCheckLayerAvailability",
              "ecr:BatchGetImage",
              "ecr:CompleteLayerUpload",
              "ecr:DescribeImages",
              "ecr:InitiateLayerUpload",
              "ecr:PutImage",
              "ecr:UploadLayerPart",
            ],
            repositoryArn,
          ),
        ]),
      },
      transform?.buildRolePolicy,
    ),
    { parent },
  );
  return role;
}
