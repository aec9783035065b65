/**
 * The SDK's package of each service, whose schemas are AWS's own model of it. It is loaded with the first request to
 * the service, which takes up to a fifth of a second.
 */
export const clients = {
  applicationAutoScaling: () => require("@aws-sdk/client-application-auto-scaling") as object,
  autoScaling: () => require("@aws-sdk/client-auto-scaling") as object,
  cloudWatch: () => require("@aws-sdk/client-cloudwatch") as object,
  cloudWatchLogs: () => require("@aws-sdk/client-cloudwatch-logs") as object,
  codeCommit: () => require("@aws-sdk/client-codecommit") as object,
  codePipeline: () => require("@aws-sdk/client-codepipeline") as object,
  ec2: () => require("@aws-sdk/client-ec2") as object,
  ecr: () => require("@aws-sdk/client-ecr") as object,
  ecs: () => require("@aws-sdk/client-ecs") as object,
  elbv2: () => require("@aws-sdk/client-elastic-load-balancing-v2") as object,
  iam: () => require("@aws-sdk/client-iam") as object,
  sts: () => require("@aws-sdk/client-sts") as object,
};
