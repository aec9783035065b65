import { arn, arnOf } from "../arns";
import type { Call, Deployed } from "../deployed";
import { calls, repositoryOf, types, variable } from "./calls";

/** Files of a run in the pipeline's bucket, and the key that they are encrypted with. */
function artifactCalls(
  deployed: Deployed,
  source: string,
  bucket: string[],
  object: string[],
): Call[] {
  const [store] = deployed.only(types.pipeline).inputs.artifactStores as {
    location: string;
    encryptionKey: { id: string };
  }[];
  const bucketArn = `arn:aws:s3:::${store?.location ?? ""}`;
  return [
    ...calls(source, bucket, [bucketArn]),
    ...calls(source, object, [`${bucketArn}/cicd-dev/source/AbCdEfG`]),
    ...calls(
      "AWS CodePipeline user guide, Configure server-side encryption for artifacts stored in Amazon S3",
      ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
      [store?.encryptionKey.id ?? ""],
    ),
  ];
}

interface Action {
  provider: string;
  configuration: Record<string, string>;
}

const actionsOf = (deployed: Deployed) =>
  (deployed.only(types.pipeline).inputs.stages as { actions: Action[] }[]).flatMap(
    ({ actions }) => actions,
  );

/** What each provider of actions does with the pipeline's role. */
const byProvider: Record<
  string,
  (deployed: Deployed, configuration: Record<string, string>) => Call[]
> = {
  CodeCommit: (_, { RepositoryName }) =>
    calls(
      "AWS CodePipeline user guide, CodeCommit source action reference, service role permissions",
      [
        "CancelUploadArchive",
        "GetBranch",
        "GetCommit",
        "GetRepository",
        "GetUploadArchiveStatus",
        "UploadArchive",
      ].map((action) => `codecommit:${action}`),
      [arn("codecommit", RepositoryName ?? "")],
    ),
  CodeStarSourceConnection: (deployed, { ConnectionArn = "" }) => [
    ...calls(
      "AWS CodePipeline user guide, CodeStarSourceConnection action reference, service role permissions",
      [`${ConnectionArn.split(":")[2] ?? ""}:UseConnection`],
      [ConnectionArn],
    ),
    ...artifactCalls(
      deployed,
      "AWS CodePipeline user guide, Manage the CodePipeline service role; aws-cdk issue 13557",
      [],
      ["s3:PutObjectAcl"],
    ),
  ],
  CodeBuild: (_, { ProjectName }) =>
    calls(
      "AWS CodePipeline user guide, CodeBuild action reference, service role permissions",
      ["codebuild:BatchGetBuilds", "codebuild:StartBuild"],
      [arn("codebuild", `project/${ProjectName ?? ""}`)],
    ),
  ECS: (deployed, { ClusterName = "", ServiceName = "" }) => {
    const guide =
      "AWS CodePipeline user guide, Amazon ECS deploy action reference, service role permissions";
    return [
      ...calls(
        guide,
        ["ecs:DescribeServices", "ecs:UpdateService"],
        [arn("ecs", `service/${ClusterName}/${ServiceName}`)],
      ),
      ...calls(guide, ["ecs:DescribeTaskDefinition"]),
      ...calls(
        "AWS CodePipeline user guide, Add permissions to the CodePipeline service role, Amazon ECS",
        ["ecs:DescribeTasks"],
        [arn("ecs", `task/${ClusterName}/0123456789abcdef0123456789abcdef`)],
      ),
      ...calls(
        "AWS CodePipeline user guide, Add permissions to the CodePipeline service role, Amazon ECS",
        ["ecs:ListTasks"],
        ["*"],
        { "ecs:cluster": arn("ecs", `cluster/${ClusterName}`) },
      ),
      ...registration(deployed, guide),
    ];
  },
  CodeDeployToECS: (deployed, { ApplicationName = "", DeploymentGroupName = "" }) => {
    const guide =
      "AWS CodePipeline user guide, Amazon ECS and CodeDeploy blue-green deploy action reference, service role permissions";
    const group = deployed.only("aws:codedeploy/deploymentGroup:DeploymentGroup");
    return [
      ...calls(
        guide,
        ["codedeploy:CreateDeployment", "codedeploy:GetDeployment"],
        [arn("codedeploy", `deploymentgroup:${ApplicationName}/${DeploymentGroupName}`)],
      ),
      ...calls(
        guide,
        [
          "codedeploy:GetApplication",
          "codedeploy:GetApplicationRevision",
          "codedeploy:RegisterApplicationRevision",
        ],
        [arn("codedeploy", `application:${ApplicationName}`)],
      ),
      ...calls(
        guide,
        ["codedeploy:GetDeploymentConfig"],
        [arn("codedeploy", `deploymentconfig:${String(group.inputs.deploymentConfigName)}`)],
      ),
      ...registration(deployed, guide),
    ];
  },
  Manual: () => [],
};

/** Another revision of the pipeline's own task definition, which has tags and roles. */
function registration(deployed: Deployed, source: string): Call[] {
  const { inputs } = deployed.only(types.taskDefinition, "cicd-service-task");
  const family = String(inputs.family);
  return [
    ...calls(source, ["ecs:RegisterTaskDefinition"]),
    ...calls(source, ["ecs:TagResource"], [arn("ecs", `task-definition/${family}:2`)], {
      "ecs:CreateAction": "RegisterTaskDefinition",
    }),
    ...passing(source, inputs),
  ];
}

const passing = (source: string, { executionRoleArn, taskRoleArn }: Record<string, unknown>) =>
  calls(source, ["iam:PassRole"], [String(executionRoleArn), String(taskRoleArn)], {
    "iam:PassedToService": "ecs-tasks.amazonaws.com",
  });

export function pipelineCalls(deployed: Deployed): Call[] {
  return [
    ...artifactCalls(
      deployed,
      "AWS CodePipeline user guide, Manage the CodePipeline service role",
      ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"],
      ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
    ),
    ...actionsOf(deployed).flatMap(({ provider, configuration }) => {
      const table = byProvider[provider];
      if (!table) throw new Error(`no calls are known for the action provider ${provider}`);
      return table(deployed, configuration);
    }),
  ];
}

export function buildCalls(deployed: Deployed): Call[] {
  const guide = "AWS CodeBuild user guide, Allow CodeBuild to interact with other AWS services";
  const project = deployed.only(types.project);
  const { cloudwatchLogs } = project.inputs.logsConfig as { cloudwatchLogs: { groupName: string } };
  const repository = repositoryOf(variable(project, "REPOSITORY_URI")) ?? "";
  return [
    ...calls(
      guide,
      ["logs:CreateLogStream", "logs:PutLogEvents"],
      [arn("logs", `log-group:${cloudwatchLogs.groupName}:log-stream:1`)],
    ),
    ...artifactCalls(
      deployed,
      guide,
      ["s3:GetBucketAcl", "s3:GetBucketLocation"],
      ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
    ),
    ...calls("buildspec_nginx.yml, aws ecr get-login-password", ["ecr:GetAuthorizationToken"]),
    ...calls("buildspec_nginx.yml, aws ecr describe-images", ["ecr:DescribeImages"], [repository]),
    ...calls(
      "Amazon ECR user guide, IAM permissions for pushing an image",
      [
        "BatchCheckLayerAvailability",
        "BatchGetImage",
        "CompleteLayerUpload",
        "InitiateLayerUpload",
        "PutImage",
        "UploadLayerPart",
      ].map((action) => `ecr:${action}`),
      [repository],
    ),
  ];
}

export function codeDeployCalls(deployed: Deployed): Call[] {
  const guide = "AWS managed policy reference, AWSCodeDeployRoleForECS v3";
  const service = arnOf(deployed.only(types.service, "cicd-service-service")) ?? "";
  const taskSets = `${service.replace(":service/", ":task-set/")}/ecs-svc/1234567890123456789`;
  const group = deployed.only("aws:codedeploy/deploymentGroup:DeploymentGroup").inputs
    .loadBalancerInfo as {
    targetGroupPairInfo: { prodTrafficRoute: { listenerArns: string[] } };
  };
  return [
    ...calls(guide, ["ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet"], [service]),
    ...calls(guide, ["ecs:CreateTaskSet", "ecs:DeleteTaskSet"], [taskSets]),
    ...calls(
      guide,
      ["DescribeListeners", "DescribeRules", "DescribeTargetGroups"].map(
        (action) => `elasticloadbalancing:${action}`,
      ),
    ),
    ...calls(
      guide,
      ["elasticloadbalancing:ModifyListener"],
      group.targetGroupPairInfo.prodTrafficRoute.listenerArns,
    ),
    ...calls(
      guide,
      ["elasticloadbalancing:ModifyRule"],
      [deployed.arn(types.rule, "cicd-service-rule")],
    ),
    ...passing(guide, deployed.only(types.taskDefinition, "cicd-service-task").inputs),
  ];
}
