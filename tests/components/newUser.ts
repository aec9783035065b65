import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import {
  FargateCluster,
  FargateService,
  type FargateServiceArgs,
  FargateTask,
  LoadBalancer,
  Network,
  RandomSecret,
  ScheduledTask,
} from "../../components";

/** What exists before the program: images, each with its digest, and what a company's programs share. */
export interface Given {
  image: string;
  nginxImage: string;
  phpImage: string;
  codeImage: string;
  /** Id of the zone of `example.com`. */
  hostedZoneId: string;
  /** The bucket of the load balancers' access logs, and the ARN of the one of the flow logs. */
  accessLogs: string;
  flowLogs: string;
  webAclArn: string;
}

/** A new user's program, which docs/components.md shows in parts. */
export function newUserProgram(given: Given) {
  const { image, nginxImage, phpImage, codeImage, hostedZoneId, accessLogs, webAclArn } = given;
  const region = "ap-northeast-1";
  const network = new Network("shop", {
    availabilityZones: [`${region}a`, `${region}c`],
    flowLogs: { bucketArn: given.flowLogs },
  });
  const cluster = new FargateCluster("shop", { name: "shop", serviceConnect: true });
  const loadBalancer = new LoadBalancer("public", {
    name: "shop",
    network,
    domain: { name: "shop.example.com", hostedZoneId },
    accessLogs: { bucket: accessLogs },
    webAclArn,
    enableDeletionProtection: true,
  });

  // What all services here have in common.
  const common = {
    cluster,
    network,
    region,
    user: "1000",
    readonlyRootFilesystem: true,
    linuxParameters: { tmpfs: [{ containerPath: "/tmp", size: 64 }] },
    egress: {
      https: { port: 443 },
      stock: { port: 50051, cidrIpv4: network.vpcCidrBlock },
    },
  };

  // A public API.
  const jobs = new aws.sqs.Queue("jobs", { visibilityTimeoutSeconds: 120 });
  const key = new RandomSecret("key", { name: "shop-key" });
  const api = new FargateService("api", {
    ...common,
    name: "api",
    image,
    containerName: "api",
    containerPort: 8080,
    listenerArn: loadBalancer.listenerArn,
    pathPatterns: ["/api/*"],
    priority: 100,
    targetGroup: { healthCheck: { path: "/api/health", matcher: "200-299" } },
    allowedSecurityGroups: { alb: loadBalancer.securityGroupId },
    environment: { LOG_LEVEL: "info", QUEUE_URL: jobs.url },
    secrets: { SIGNING_KEY: key.source },
    taskPolicies: [{ actions: ["sqs:SendMessage"], resources: [jobs.arn] }],
    serviceConnect: { namespaceArn: cluster.namespaceArn ?? "" },
    desiredCount: 2,
    autoscaling: { maxCount: 6, cpu: 50 },
  });

  // A worker, which nobody calls.
  new FargateService("worker", {
    ...common,
    name: "worker",
    image,
    containerName: "worker",
    command: ["worker", "--concurrency", "4"],
    environment: { QUEUE_URL: jobs.url, CONCURRENCY: 4 },
    taskPolicies: [
      {
        actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"],
        resources: [jobs.arn],
      },
    ],
    stopTimeout: 120,
    capacity: { fargate: { base: 1, weight: 1 }, fargateSpot: { weight: 3 } },
    // Messages that wait for each task, as the worker itself puts them: `aws cloudwatch put-metric-data`.
    autoscaling: {
      maxCount: 3,
      metrics: [
        {
          name: "backlog",
          namespace: "Shop",
          metricName: "BacklogPerTask",
          dimensions: { Queue: "jobs" },
          statistic: "Maximum",
          targetValue: 10,
        },
      ],
    },
  });

  // A service for the others of the VPC, by gRPC behind an internal load balancer and by name.
  const internal = new LoadBalancer("internal", {
    name: "shop-inside",
    network,
    internal: true,
    domain: { name: "inside.example.com", hostedZoneId },
    accessLogs: { bucket: accessLogs, prefix: "inside" },
    enableDeletionProtection: true,
  });
  new FargateService("stock", {
    ...common,
    name: "stock",
    image,
    containerName: "stock",
    containerPort: 50051,
    listenerArn: internal.listenerArn,
    targetGroup: { protocolVersion: "GRPC", healthCheck: { matcher: "0-99" } },
    serviceConnect: {
      namespaceArn: cluster.namespaceArn ?? "",
      dnsName: "stock",
      appProtocol: "grpc",
    },
    allowedSecurityGroups: { alb: internal.securityGroupId, api: api.securityGroupId },
  });

  // nginx before PHP, and the code that both read, which a third container brings.
  const code = { sourceVolume: "code", containerPath: "/var/www", readOnly: true };
  new FargateService("site", {
    ...common,
    name: "site",
    image: phpImage,
    containerName: "php",
    containerPort: 9000,
    volumes: [{ name: "code" }],
    mountPoints: [code],
    dependsOn: [{ containerName: "code", condition: "SUCCESS" }],
    healthCheck: { command: ["CMD", "php-fpm-healthcheck"], startPeriod: 10 },
    sidecars: [
      {
        name: "nginx",
        image: nginxImage,
        port: 8080,
        user: "101",
        readonlyRootFilesystem: true,
        linuxParameters: { tmpfs: [{ containerPath: "/tmp", size: 64 }] },
        mountPoints: [code],
        dependsOn: [{ containerName: "php", condition: "HEALTHY" }],
      },
      {
        name: "code",
        image: codeImage,
        command: ["cp", "-r", "/code/.", "/var/www"],
        user: "1000",
        readonlyRootFilesystem: true,
        essential: false,
        mountPoints: [{ sourceVolume: "code", containerPath: "/var/www" }],
      },
    ],
    target: { containerName: "nginx", containerPort: 8080 },
    listenerArn: loadBalancer.listenerArn,
    priority: 200,
    allowedSecurityGroups: { alb: loadBalancer.securityGroupId },
  });

  // Tasks without a service: by hand, and every night.
  const migrate = new FargateTask("migrate", {
    ...common,
    name: "migrate",
    image,
    containerName: "migrate",
    command: ["migrate"],
  });
  const dead = new aws.sqs.Queue("dead", { messageRetentionSeconds: 1_209_600 });
  new ScheduledTask("nightly", {
    task: migrate,
    scheduleExpression: "cron(0 3 * * ? *)",
    scheduleExpressionTimezone: "Asia/Tokyo",
    command: ["migrate", "--vacuum"],
    deadLetterQueueArn: dead.arn,
  });

  return {
    url: pulumi.interpolate`${loadBalancer.url}api/health`,
    migrate: migrate.commands.run,
  };
}

/** The page's example of `transform`. */
export function transformedService(args: FargateServiceArgs) {
  return new FargateService("transformed", {
    ...args,
    transform: {
      service: { availabilityZoneRebalancing: "ENABLED" },
      taskDefinition: (task) => ({ ...task, ephemeralStorage: { sizeInGib: 50 } }),
      securityGroupEgressRule: { cidrIpv4: "10.0.0.0/16" },
    },
  });
}
