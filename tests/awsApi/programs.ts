import * as pulumi from "@pulumi/pulumi";

import {
  CallerGroup,
  Ec2Cluster,
  Ec2Service,
  ExpressService,
  FargateCluster,
  FargateService,
  type FargateServiceArgs,
  FargateTask,
  ImageRepository,
  LoadBalancer,
  ManagedInstancesCluster,
  ManagedInstancesService,
  Network,
  ScheduledTask,
} from "../../components";
import { account, arn, region } from "../permissions/arns";

const image = "public.ecr.aws/docker/library/nginx:1.30.6-alpine";
const certificateArn = arn("acm", "certificate/11111111-2222-3333-4444-555555555555");
const fileSystemId = "fs-0123456789abcdef0";
const zones = [`${region}a`, `${region}c`];

/** A service whose containers use every option that the components have for containers. */
export function everythingInOneTask() {
  const network = new Network("own", { availabilityZones: zones, natGateways: "single" });
  const cluster = new FargateCluster("own", { name: "own", serviceConnect: true });
  const callers = new CallerGroup("callers", { name: "callers", network });
  const loadBalancer = new LoadBalancer("own", {
    name: "own",
    network,
    internal: true,
    certificateArn,
    accessLogs: { bucket: "own-logs", prefix: "alb" },
    enableDeletionProtection: true,
  });
  const secret = arn("secretsmanager", "secret:token-AbCdEf");
  const args: FargateServiceArgs = {
    cluster,
    network,
    region,
    name: "own",
    image,
    containerName: "app",
    containerPort: 8080,
    listenerArn: loadBalancer.listenerArn,
    priority: 7,
    pathPatterns: ["/a/*", "/b/*"],
    hostHeaders: ["www.example.com"],
    targetGroup: { deregistrationDelay: 60, slowStart: 60 },
    loadBalancers: [
      {
        targetGroupArn: arn("elasticloadbalancing", "targetgroup/other/0123456789abcdef"),
        containerName: "router",
      },
    ],
    serviceConnect: { namespaceArn: cluster.namespaceArn ?? "", dnsName: "own" },
    allowedSecurityGroups: { callers: callers.securityGroupId, alb: loadBalancer.securityGroupId },
    environment: { LEVEL: "info", SIZE: 4, ON: true },
    secrets: { TOKEN: { valueFrom: secret, jsonKey: "token" } },
    command: ["run"],
    entryPoint: ["/bin/app"],
    workingDirectory: "/srv",
    user: "1000:1000",
    readonlyRootFilesystem: true,
    healthCheck: {
      command: ["CMD", "check"],
      interval: 10,
      timeout: 5,
      retries: 3,
      startPeriod: 30,
    },
    dependsOn: [{ containerName: "router", condition: "START" }],
    linuxParameters: {
      initProcessEnabled: true,
      tmpfs: [{ containerPath: "/tmp", size: 64, mountOptions: ["rw"] }],
      capabilities: { drop: ["ALL"] },
    },
    volumes: [
      { name: "scratch" },
      {
        name: "files",
        efsVolumeConfiguration: {
          fileSystemId,
          accessPointId: "fsap-0123456789abcdef0",
          iam: true,
        },
      },
    ],
    mountPoints: [{ sourceVolume: "files", containerPath: "/files", readOnly: true }],
    ulimits: [{ name: "nofile", softLimit: 1024, hardLimit: 4096 }],
    startTimeout: 60,
    stopTimeout: 60,
    logConfiguration: {
      logDriver: "awsfirelens",
      options: { Name: "cloudwatch" },
      secretOptions: { KEY: { valueFrom: secret } },
    },
    sidecars: [
      {
        name: "router",
        image: "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable",
        port: 9000,
        cpu: 64,
        memory: 128,
        memoryReservation: 64,
        firelensConfiguration: {
          type: "fluentbit",
          options: { "enable-ecs-log-metadata": "true" },
        },
      },
    ],
    taskPolicies: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::own/*"] }],
    taskPolicyArns: { own: `arn:aws:iam::${account}:policy/own` },
    capacity: { fargate: { base: 1, weight: 1 }, fargateSpot: { weight: 3 } },
    loadBalancerArnSuffix: loadBalancer.arnSuffix,
    autoscaling: {
      minCount: 1,
      maxCount: 4,
      cpu: 50,
      memory: 60,
      requestsPerTarget: 600,
      schedules: [
        {
          name: "morning",
          schedule: "cron(0 9 ? * MON-FRI *)",
          timezone: "Asia/Tokyo",
          minCount: 2,
        },
      ],
    },
  };
  return new FargateService("own", args);
}

/** Options of instances and their services that no chapter uses. */
export function instancesAndDaemons() {
  const network = new Network("own", { availabilityZones: zones, natGateways: "none" });
  const repository = new ImageRepository("own", { name: "own/nginx", region });
  const cluster = new Ec2Cluster("own", {
    network,
    region,
    name: "own",
    instanceType: "m6i.large",
    eniTrunking: true,
    terminationProtection: true,
    targetCapacity: 80,
    tags: { team: "web" },
  });
  new Ec2Cluster("fixed", { network, region, name: "fixed", managedScaling: false });
  const common = {
    cluster,
    network,
    region,
    image: pulumi.interpolate`${repository.repositoryUrl}:1`,
  };
  new Ec2Service("agent", { ...common, name: "agent", schedulingStrategy: "DAEMON" });
  return new Ec2Service("worker", {
    ...common,
    name: "worker",
    cpu: 128,
    placementStrategies: [{ type: "spread", field: "attribute:ecs.availability-zone" }],
    placementConstraints: [{ type: "distinctInstance" }],
  });
}

/** Options of managed instances that no chapter uses. */
export function managedInstances() {
  const network = new Network("own", { availabilityZones: zones });
  const cluster = new ManagedInstancesCluster("own", {
    network,
    region,
    name: "own",
    capacityOptionType: "SPOT",
    storageSizeGib: 100,
    scaleInAfter: -1,
    monitoring: "DETAILED",
    instanceRequirements: {
      vcpuCount: { min: 2, max: 8 },
      memoryMib: { min: 4096, max: 32_768 },
      excludedInstanceTypes: ["c5.*"],
      cpuManufacturers: ["intel", "amd"],
      burstablePerformance: "excluded",
    },
  });
  return new ManagedInstancesService("own", {
    cluster,
    network,
    region,
    name: "own",
    image,
    cpu: 1024,
    memory: 3000,
  });
}

/** Services that are reached in other ways than those of the chapters, and tasks without a service. */
export function otherShapes() {
  const network = new Network("own", { availabilityZones: zones });
  const cluster = new FargateCluster("own", { name: "own" });
  const loadBalancer = new LoadBalancer("own", { name: "own", network });
  const common = { cluster, network, region, image };
  new FargateService("grpc", {
    ...common,
    name: "grpc",
    containerPort: 50051,
    listenerArn: loadBalancer.listenerArn,
    targetGroup: { protocolVersion: "GRPC", healthCheck: { matcher: "0-99" } },
  });
  for (const [i, strategy] of (["BLUE_GREEN", "CANARY", "LINEAR"] as const).entries()) {
    const name = strategy.toLowerCase().replace("_", "-");
    new FargateService(name, {
      ...common,
      name,
      listenerArn: loadBalancer.listenerArn,
      priority: 10 * (i + 1),
      deployment: { strategy },
    });
  }
  new ExpressService("express", {
    ...common,
    name: "express",
    internal: true,
    containerPort: 8080,
    environment: { LEVEL: "info" },
    secrets: {
      TOKEN: { valueFrom: arn("secretsmanager", "secret:token-AbCdEf"), jsonKey: "token" },
    },
    command: ["serve"],
    scaling: { minCount: 0, maxCount: 3, requestsPerTarget: 600 },
    securityGroupIds: ["sg-0123456789abcdef0"],
    taskPolicies: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::own/*"] }],
  });
  new FargateService("worker", { ...common, name: "worker", command: ["work"], stopTimeout: 120 });
  const task = new FargateTask("migrate", { ...common, name: "migrate", command: ["migrate"] });
  new ScheduledTask("nightly", {
    task,
    name: "nightly",
    scheduleExpression: "cron(0 3 * * ? *)",
    scheduleExpressionTimezone: "Asia/Tokyo",
    flexibleTimeWindowMinutes: 15,
    command: ["migrate", "--vacuum"],
    taskCount: 2,
    deadLetterQueueArn: arn("sqs", "dead"),
  });
  return new ScheduledTask("hourly", {
    task,
    name: "hourly",
    scheduleExpression: "rate(1 hour)",
    enabled: false,
  });
}
