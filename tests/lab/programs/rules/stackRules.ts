import * as aws from "@pulumi/aws";

import { executionRoleArn, subnets, taskDefinition } from "./shared";

/** Breaks every rule that looks at the stack as a whole. */
export function breakStackRules(): void {
  const vpc = new aws.ec2.Vpc("net", { cidrBlock: "10.0.0.0/16" });
  const group = new aws.ec2.SecurityGroup("both", { vpcId: vpc.id });
  new aws.vpc.SecurityGroupIngressRule("world", {
    securityGroupId: group.id,
    ipProtocol: "tcp",
    fromPort: 80,
    toPort: 80,
    cidrIpv4: "0.0.0.0/0",
  });
  const balancers = new aws.ec2.SecurityGroup("balancer", { vpcId: vpc.id });
  new aws.vpc.SecurityGroupIngressRule("admin", {
    securityGroupId: balancers.id,
    ipProtocol: "tcp",
    fromPort: 80,
    toPort: 81,
    cidrIpv4: "0.0.0.0/0",
  });
  new aws.lb.LoadBalancer("balancer", { subnets, securityGroups: [balancers.id] });
  const role = new aws.iam.Role("both", {
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { Service: "ecs-tasks.amazonaws.com" },
        },
      ],
    }),
  });
  new aws.iam.RolePolicy("admin", {
    role: role.id,
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    }),
  });
  const task = taskDefinition("same-role", [{ name: "web", image: "nginx:1.30.6" }], {
    executionRoleArn: role.arn,
    taskRoleArn: role.arn,
  });
  const service = new aws.ecs.Service("web", {
    name: "web",
    cluster: "arn:aws:ecs:ap-northeast-1:123456789012:cluster/handson",
    taskDefinition: task.arn,
    launchType: "EC2",
    networkConfiguration: { subnets, securityGroups: [group.id] },
  });
  new aws.codepipeline.Pipeline("deploy", {
    roleArn: executionRoleArn,
    artifactStores: [{ type: "S3", location: "artifacts" }],
    stages: [
      {
        name: "Source",
        actions: [
          {
            name: "Source",
            category: "Source",
            owner: "AWS",
            provider: "CodeCommit",
            version: "1",
            outputArtifacts: ["source"],
            configuration: { RepositoryName: "nginx", BranchName: "main" },
          },
        ],
      },
      {
        name: "Deploy",
        actions: [
          {
            name: "Deploy",
            category: "Deploy",
            owner: "AWS",
            provider: "ECS",
            version: "1",
            inputArtifacts: ["source"],
            configuration: { ClusterName: "handson", ServiceName: service.name },
          },
        ],
      },
    ],
  });
}
