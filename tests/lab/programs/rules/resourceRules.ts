import * as aws from "@pulumi/aws";

import { buildEnvironment, executionRoleArn, subnets, taskDefinition } from "./shared";

/** Breaks every rule that looks at one resource at a time. */
export function breakResourceRules(): void {
  taskDefinition("bridge", [{ name: "web", image: "nginx:1.30.6" }], { networkMode: "bridge" });
  taskDefinition(
    "careless",
    [
      {
        name: "web",
        image: "nginx:latest",
        privileged: true,
        environment: [{ name: "AWS_SECRET_ACCESS_KEY", value: "not-a-real-key" }],
      },
    ],
    {
      pidMode: "host",
      executionRoleArn: undefined,
      volumes: [
        { name: "shared", efsVolumeConfiguration: { fileSystemId: "fs-0123456789abcdef0" } },
      ],
    },
  );
  new aws.ecs.Service("public", {
    cluster: "arn:aws:ecs:ap-northeast-1:123456789012:cluster/handson",
    taskDefinition: "handson:1",
    launchType: "FARGATE",
    networkConfiguration: { subnets, assignPublicIp: true },
  });
  new aws.ec2.SecurityGroup("ssh", {
    vpcId: "vpc-0123456789abcdef0",
    ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }],
  });
  new aws.ec2.LaunchTemplate("imdsv1", { metadataOptions: { httpTokens: "optional" } });
  new aws.ecs.CapacityProvider("unprotected", {
    autoScalingGroupProvider: {
      autoScalingGroupArn:
        "arn:aws:autoscaling:ap-northeast-1:123456789012:autoScalingGroup:0:autoScalingGroupName/x",
      managedTerminationProtection: "DISABLED",
    },
  });
  const loadBalancer = new aws.lb.LoadBalancer("open", { subnets, dropInvalidHeaderFields: true });
  new aws.lb.Listener("http", {
    loadBalancerArn: loadBalancer.arn,
    port: 80,
    protocol: "HTTP",
    defaultActions: [
      { type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } },
    ],
  });
  new aws.ecr.Repository("movable", {
    imageTagMutability: "MUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
  });
  new aws.cloudwatch.LogGroup("endless", {});
  new aws.codebuild.Project("privileged", {
    serviceRole: executionRoleArn,
    artifacts: { type: "NO_ARTIFACTS" },
    environment: { ...buildEnvironment, privilegedMode: true },
    source: { type: "NO_SOURCE", buildspec: "version: 0.2" },
    logsConfig: { cloudwatchLogs: { status: "DISABLED" } },
  });
  new aws.codepipeline.Pipeline("token", {
    roleArn: executionRoleArn,
    artifactStores: [{ type: "S3", location: "artifacts" }],
    stages: [
      {
        name: "Source",
        actions: [
          {
            name: "Source",
            category: "Source",
            owner: "ThirdParty",
            provider: "GitHub",
            version: "1",
            outputArtifacts: ["source"],
            configuration: {
              Owner: "x",
              Repo: "x",
              Branch: "main",
              OAuthToken: "not-a-real-token",
            },
          },
        ],
      },
      {
        name: "Deploy",
        actions: [
          {
            name: "Approve",
            category: "Approval",
            owner: "AWS",
            provider: "Manual",
            version: "1",
          },
        ],
      },
    ],
  });
}
