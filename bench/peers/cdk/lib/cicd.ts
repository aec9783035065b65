import { Duration, RemovalPolicy } from "aws-cdk-lib";
import * as codebuild from "aws-cdk-lib/aws-codebuild";
import * as codecommit from "aws-cdk-lib/aws-codecommit";
import * as codepipeline from "aws-cdk-lib/aws-codepipeline";
import * as actions from "aws-cdk-lib/aws-codepipeline-actions";
import * as kms from "aws-cdk-lib/aws-kms";
import * as logs from "aws-cdk-lib/aws-logs";
import * as s3 from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";

import { createFargateService } from "./fargateService";
import type { Shared } from "./foundation";

/** The cicd chapter: a service that a pipeline deploys with each push. */
export function deployCicd(scope: Construct, shared: Shared): void {
  const { vpc, listener, repository } = shared;
  const props = { name: "cicd", vpc, listener, priority: 40, hosts: ["cicd.*"] };
  const service = createFargateService(scope, props);
  repository.grantPull(service.taskDefinition.obtainExecutionRole());
  const artifactBucket = createArtifactBucket(scope);
  const source = new codepipeline.Artifact("source");
  const build = new codepipeline.Artifact("build");
  new codepipeline.Pipeline(scope, "pipeline", {
    pipelineName: "cicd-dev",
    pipelineType: codepipeline.PipelineType.V2,
    artifactBucket,
    stages: [
      {
        stageName: "Source",
        actions: [
          new actions.CodeCommitSourceAction({
            actionName: "Source",
            repository: new codecommit.Repository(scope, "code", {
              repositoryName: "ecs-handson.nginx-dev",
              description: "Pushes to main are built and deployed",
            }),
            branch: "main",
            output: source,
            trigger: actions.CodeCommitTrigger.EVENTS,
          }),
        ],
      },
      {
        stageName: "Build",
        actions: [
          new actions.CodeBuildAction({
            actionName: "Build",
            project: createProject(scope, shared, artifactBucket),
            input: source,
            outputs: [build],
          }),
        ],
      },
      {
        stageName: "Deploy",
        actions: [
          new actions.EcsDeployAction({
            actionName: "Deploy",
            service,
            input: build,
            deploymentTimeout: Duration.minutes(20),
          }),
        ],
      },
    ],
  });
}

function createArtifactBucket(scope: Construct): s3.Bucket {
  const encryptionKey = new kms.Key(scope, "artifacts-key", {
    description: "Artifacts of cicd",
    enableKeyRotation: true,
    pendingWindow: Duration.days(7),
    removalPolicy: RemovalPolicy.DESTROY,
  });
  return new s3.Bucket(scope, "artifacts", {
    encryption: s3.BucketEncryption.KMS,
    encryptionKey,
    bucketKeyEnabled: true,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    lifecycleRules: [
      {
        expiration: Duration.days(14),
        noncurrentVersionExpiration: Duration.days(1),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
    ],
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

function createProject(
  scope: Construct,
  { repository }: Shared,
  { encryptionKey }: s3.Bucket,
): codebuild.PipelineProject {
  const project = new codebuild.PipelineProject(scope, "build", {
    projectName: "cicd-dev",
    description: "Builds the image of a commit and pushes it",
    buildSpec: codebuild.BuildSpec.fromSourceFilename("buildspec_nginx.yml"),
    encryptionKey,
    timeout: Duration.minutes(15),
    queuedTimeout: Duration.minutes(30),
    cache: codebuild.Cache.local(
      codebuild.LocalCacheMode.DOCKER_LAYER,
      codebuild.LocalCacheMode.SOURCE,
    ),
    environment: {
      buildImage: codebuild.LinuxBuildImage.AMAZON_LINUX_2_5,
      computeType: codebuild.ComputeType.SMALL,
      // Docker in Docker: the build itself runs in a container.
      privileged: true,
      environmentVariables: {
        REPOSITORY_URI: { value: repository.repositoryUri },
        CONTAINER_NAME: { value: "cicd" },
        PLATFORM: { value: "linux/amd64" },
      },
    },
    logging: {
      cloudWatch: {
        logGroup: new logs.LogGroup(scope, "build-logs", {
          logGroupName: "/codebuild/cicd-dev",
          retention: logs.RetentionDays.ONE_MONTH,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      },
    },
  });
  repository.grantPullPush(project);
  return project;
}
