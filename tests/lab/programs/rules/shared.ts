import * as aws from "@pulumi/aws";

export const executionRoleArn = "arn:aws:iam::123456789012:role/execution";
export const subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"];

/** The environment of a build that breaks no rule. */
export const buildEnvironment = {
  computeType: "BUILD_GENERAL1_SMALL",
  image: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
  type: "LINUX_CONTAINER",
};

export const taskDefinition = (
  name: string,
  containers: object[],
  args: Partial<aws.ecs.TaskDefinitionArgs>,
) =>
  new aws.ecs.TaskDefinition(name, {
    family: name,
    requiresCompatibilities: ["EC2"],
    networkMode: "awsvpc",
    memory: "128",
    executionRoleArn,
    containerDefinitions: JSON.stringify(containers),
    ...args,
  });
