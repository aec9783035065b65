import * as aws from "@pulumi/aws";

import { buildEnvironment, executionRoleArn, subnets, taskDefinition } from "./shared";

/** Breaks the rules on what containers may do to their host, and who may do what. */
export function breakHostRules(): void {
  taskDefinition(
    "host",
    [
      {
        name: "web",
        image: "nginx:1.30.6",
        linuxParameters: { capabilities: { add: ["NET_ADMIN"] } },
        dockerSecurityOptions: ["apparmor:unconfined"],
      },
    ],
    { volumes: [{ name: "socket", hostPath: "/var/run/docker.sock" }] },
  );
  taskDefinition("windows", [{ name: "web", image: "nginx:1.30.6" }], {
    runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" },
  });
  new aws.ecs.Cluster("silent", {
    settings: [{ name: "containerInsights", value: "enabled" }],
    configuration: { executeCommandConfiguration: { logging: "NONE" } },
  });
  new aws.ecs.Service("old", {
    cluster: "arn:aws:ecs:ap-northeast-1:123456789012:cluster/handson",
    taskDefinition: "handson:1",
    launchType: "FARGATE",
    platformVersion: "1.3.0",
    networkConfiguration: { subnets },
  });
  new aws.ec2.LaunchTemplate("talkative", {
    networkInterfaces: [{ associatePublicIpAddress: "true" }],
    userData: Buffer.from("export DB_PASSWORD=hunter2-but-longer\n").toString("base64"),
  });
  new aws.ecr.RepositoryPolicy("public", {
    repository: "nginx",
    policy: statement({ Principal: "*", Action: "ecr:BatchGetImage" }),
  });
  new aws.codebuild.Project("token-in-url", {
    serviceRole: executionRoleArn,
    artifacts: { type: "NO_ARTIFACTS" },
    environment: buildEnvironment,
    source: { type: "GITHUB", location: "https://alice:not-a-real-token@github.com/o/s.git" },
  });
  new aws.iam.Role("anybody", {
    assumeRolePolicy: statement({ Principal: "*", Action: "sts:AssumeRole" }),
  });
  new aws.iam.Policy("wide", {
    policy: statement({ Action: ["s3:*", "iam:PassRole"], Resource: "*" }),
  });
  new aws.ec2.SecurityGroup("talks-to-all", {
    vpcId: "vpc-0123456789abcdef0",
    egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
  });
  const loadBalancer = new aws.lb.LoadBalancer("old-tls", {
    subnets,
    dropInvalidHeaderFields: true,
  });
  new aws.lb.Listener("old-tls", {
    loadBalancerArn: loadBalancer.arn,
    port: 443,
    protocol: "HTTPS",
    sslPolicy: "ELBSecurityPolicy-2016-08",
    certificateArn:
      "arn:aws:acm:ap-northeast-1:123456789012:certificate/00000000-0000-0000-0000-000000000000",
    defaultActions: [
      { type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } },
    ],
  });
}

const statement = (what: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...what }] });
