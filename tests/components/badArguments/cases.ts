import type { Component } from "./builders";

/** Arguments that a component refuses, besides its required ones, and its errors, one per line. */
export type RefusedArgs = readonly [args: object, ...lines: string[]];

const arn = (service: string, rest: string) =>
  `arn:aws:${service}:ap-northeast-1:123456789012:${rest}`;
const secret = arn("ssm", "parameter/token");
const namespaceArn = arn("servicediscovery", "namespace/ns-1");
const targetGroupArn = arn("elasticloadbalancing", "targetgroup/a/1");
const hostedZoneId = "Z0123456789ABCDEFGHIJ";
const byRequests = { maxCount: 2, requestsPerTarget: 100 };

const backlog = { name: "backlog", namespace: "Shop", metricName: "Backlog", targetValue: 10 };

const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const named = (count: number, value: string) =>
  Object.fromEntries(times(count, (i) => [`a${i}`, value]));

/** What each component refuses, with each of its errors at least once: `badArguments.test.ts` checks that. */
export const refusedArgs: Readonly<Record<Component, readonly RefusedArgs[]>> = {
  CallerGroup: [
    [
      { name: "Shop" },
      'name "Shop" must be lower-case letters, digits and single hyphens, and start with a letter',
    ],
  ],
  CicdPipeline: [
    [
      { name: "aws-shop" },
      'name "aws-shop" starts with a prefix that AWS reserves (internal-, aws, sg-); use another',
    ],
    [
      { source: { type: "codecommit", branch: "-main" } },
      'source.branch "-main" is not a branch\'s name such as main or feature/cart',
    ],
    [
      { source: { type: "codecommit", repositoryName: "a b" } },
      'source.repositoryName "a b" must be 1 to 80 letters, digits and . _ -, not ending in .git',
    ],
    [
      { source: { type: "github", repository: "alone" } },
      'source.repository "alone" must be <owner>/<repository>',
    ],
    [
      { source: { type: "github", repository: "shop/cart", connectionArn: "arn:x" } },
      'source.connectionArn "arn:x" is not the ARN of a connection such as arn:aws:codeconnections:…:connection/…',
    ],
    [
      { notificationEmail: "alice" },
      'notificationEmail "alice" is not an e-mail address such as me@example.com',
    ],
    [
      { logRetentionDays: 8 },
      "logRetentionDays 8 is not one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653; choose one of them",
    ],
    [
      { cpuArchitecture: "ARM64" },
      "cpuArchitecture ARM64 must be that of the target's tasks, X86_64",
    ],
    [
      { service: { deployedByPipeline: false } },
      "target: each update of the stack would undo what the pipeline deploys; give the service deployedByPipeline: true",
    ],
    [
      { codeDeployConfiguration: "ECSAllAtOnce" },
      "codeDeployConfiguration is only for a service whose deploymentController is CODE_DEPLOY; leave it out",
    ],
    [
      { codeDeployBakeMinutes: 5 },
      "codeDeployBakeMinutes is only for a service whose deploymentController is CODE_DEPLOY; leave it out",
    ],
    [
      { service: { deploymentController: "CODE_DEPLOY" }, codeDeployBakeMinutes: 2881 },
      "codeDeployBakeMinutes 2881 must be a whole number from 0 to 2880",
    ],
    [
      { service: { deployment: { strategy: "LINEAR", linear: { stepPercent: 5 } } } },
      "target: its deployments take 125 minutes plus the tasks' start, the pipeline waits 60; take larger steps or shorter bake times",
    ],
  ],
  Ec2Cluster: [
    [
      { name: "ecs-hosts" },
      'name "ecs-hosts" may not name a capacity provider: AWS reserves ecs and fargate for its own; use another',
    ],
    [
      { name: "far-too-long-for-a-name" },
      'name "far-too-long-for-a-name" is too long: 23 characters, at most 20',
    ],
    [
      { instanceRoleName: "a role" },
      'instanceRoleName "a role" must be 1 to 40 letters, digits, _ and -',
    ],
    [
      { instanceType: "t9.huge" },
      'instanceType "t9.huge" unknown; choose from t3.nano, t3.micro, t3.small, t3.medium, t3.large, t4g.nano, t4g.micro, t4g.small, t4g.medium, c5.large, m5.large, m6i.large, m6g.medium, m7g.medium',
    ],
    [
      { eniTrunking: true },
      "eniTrunking is not available on t3.micro; choose from c5.large, m5.large, m6i.large, m6g.medium, m7g.medium",
    ],
    [{ maxInstances: 0 }, "maxInstances 0 must be a whole number from 1 to 100"],
    [{ minInstances: 7 }, "minInstances 7 must be a whole number from 0 to 6"],
    [{ targetCapacity: 0 }, "targetCapacity 0 must be a whole number from 1 to 100"],
    [
      { terminationProtection: true, managedScaling: false },
      "terminationProtection needs managedScaling: without it nothing would ever remove the protection",
    ],
    [
      { tags: { "aws:team": "web" } },
      'tags: "aws:team" must have 1 to 128 characters and not begin with aws:, its value at most 256',
    ],
    [{ tags: named(49, "web") }, "tags has 49 tags; instances can have 48"],
  ],
  Ec2Service: [
    [
      { executionRoleName: "a role" },
      'executionRoleName "a role" must be 1 to 40 letters, digits, _ and -',
    ],
    [
      { capacity: "fargate" },
      "capacity fargate: an Ec2Service runs on instances; use a FargateService",
    ],
    [
      { capacity: { fargate: {} } },
      "capacity fargate: an Ec2Service runs on instances; use a FargateService",
    ],
    [
      { schedulingStrategy: "DAEMON", capacity: { ec2: {} } },
      'capacity: DAEMON does not support a capacity provider strategy; use capacity "ec2" or REPLICA',
    ],
    [{ cpu: 100 }, "cpu 100 must be a whole number from 128 to 10240"],
    [
      { containerMemory: 4096 },
      "a task with memory 4096 and cpu 0 fits on no t3.micro, which has about 921 MiB and 2048 CPU units for tasks; use a larger instanceType, or reduce both",
    ],
    [
      { desiredCount: 7 },
      "desiredCount 7 has no room: 6 t3.micro hold 1 task each, limited by network interfaces; allow more instances or take a larger type",
    ],
    [
      { desiredCount: 4, deployment: { strategy: "BLUE_GREEN" } },
      "deployment.strategy BLUE_GREEN has no room for twice 4 tasks: 6 t3.micro hold 1 task each, limited by network interfaces; allow more instances or use ROLLING",
    ],
    [
      { capacity: "ec2", desiredCount: 2 },
      "a deployment could never proceed: minimumHealthyPercent 100 of 2 tasks asks for a new task before an old one stops, but 2 t3.micro hold 1 task each, limited by network interfaces; allow more instances, take a larger type or lower minimumHealthyPercent",
    ],
    [
      { placementStrategies: times(6, () => ({ type: "random" })) },
      "placementStrategies has 6 items; ECS accepts at most 5",
    ],
    [
      { placementConstraints: times(11, () => ({ type: "distinctInstance" })) },
      "placementConstraints has 11 items; ECS accepts at most 10",
    ],
    [
      { placementStrategies: [{ type: "pack" }] },
      'placementStrategies[0].type "pack" unknown; choose from spread, binpack, random',
    ],
    [
      { placementStrategies: [{ type: "binpack", field: "disk" }] },
      'placementStrategies[0].field "disk" unknown; choose from cpu, memory',
    ],
    [
      { placementStrategies: [{ type: "spread" }] },
      'placementStrategies[0].field "" must be instanceId or an attribute such as attribute:ecs.availability-zone',
    ],
    [
      { placementConstraints: [{ type: "other" }] },
      'placementConstraints[0].type "other" unknown; choose from distinctInstance, memberOf',
    ],
    [
      { placementConstraints: [{ type: "memberOf" }] },
      "placementConstraints[0].expression has 0 characters, it must have 1 to 2000",
    ],
    [
      { schedulingStrategy: "DAEMON", placementStrategies: [{ type: "random" }] },
      "placementStrategies with DAEMON: each instance gets one task, so there is nothing to choose; leave them out",
    ],
    [
      { schedulingStrategy: "DAEMON", placementConstraints: [{ type: "distinctInstance" }] },
      "placementConstraints: distinctInstance is for REPLICA; DAEMON runs one task per instance anyway, leave it out",
    ],
    [
      { schedulingStrategy: "DAEMON", deploymentController: "CODE_DEPLOY" },
      "schedulingStrategy DAEMON cannot be deployed by CODE_DEPLOY; use REPLICA or the deploymentController ECS",
    ],
    [
      { schedulingStrategy: "DAEMON", deployment: { maximumPercent: 200 } },
      "maximumPercent 200 with DAEMON must be 100: one task per instance",
    ],
    [
      { schedulingStrategy: "DAEMON", deployment: { strategy: "BLUE_GREEN" } },
      "deployment.strategy BLUE_GREEN with DAEMON: an instance has no room for a second task; use ROLLING",
    ],
    [
      { schedulingStrategy: "DAEMON", autoscaling: { maxCount: 2, cpu: 50 } },
      "autoscaling with DAEMON: the number of tasks is that of the instances; leave it out, and scale the cluster",
    ],
    [
      { transform: { service: { launchType: "EC2" } } },
      "transform.service: launchType and capacityProviderStrategies exclude each other; leave one out",
    ],
  ],
  ExpressService: [
    [
      { name: "Shop" },
      'name "Shop" must be lower-case letters, digits and single hyphens, and start with a letter',
    ],
    [{ image: "" }, 'image "" must name an image such as public.ecr.aws/nginx/nginx:1.30'],
    [{ containerPort: 0 }, "containerPort 0 must be a whole number from 1 to 65535"],
    [{ healthCheckPath: "health" }, 'healthCheckPath "health" must start with /'],
    [{ command: [] }, "command is empty; leave it out for the image's own"],
    [
      { cpu: 300 },
      "cpu 300 is not a Fargate size; choose one of 256, 512, 1024, 2048, 4096, 8192, 16384",
    ],
    [
      { cpu: 256, memory: 8192 },
      "memory 8192 does not go with cpu 256 on Fargate; choose 512, 1024, 2048",
    ],
    [
      { cpu: 8192, memory: 16384 },
      "cpu 8192, memory 16384: Express services have at most 4096 CPU units and 8192 MiB",
    ],
    [{ scaling: { maxCount: 0 } }, "scaling.maxCount 0 must be a whole number from 1 to 5000"],
    [
      { scaling: { minCount: 3, maxCount: 2 } },
      "scaling.minCount 3 must be a whole number from 0 to 2",
    ],
    [
      { scaling: { cpu: 50, memory: 60 } },
      "scaling: an Express service can follow only one of cpu, memory; leave the others out",
    ],
    [{ scaling: { cpu: 101 } }, "scaling.cpu 101 must be a whole number from 1 to 100"],
    [
      { scaling: { requestsPerTarget: 0 } },
      "scaling.requestsPerTarget 0 must be a whole number from 1 to 2147483647",
    ],
    [
      { securityGroupIds: ["sg-1", "sg-2", "sg-3", "sg-4", "sg-5"] },
      "securityGroupIds has 5; at most 4 are possible in addition to the one that ECS creates",
    ],
    [
      { logRetentionDays: 31 },
      "logRetentionDays 31 is not one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653; choose one of them",
    ],
    [
      { environment: { TOKEN: "a" }, secrets: { TOKEN: { valueFrom: secret } } },
      'environment: "TOKEN" is in environment and in secrets; leave it in secrets',
    ],
    [
      { taskPolicies: [{ actions: [], resources: ["*"] }] },
      "taskPolicies[0] has no actions; give one",
    ],
    [
      { taskPolicyArns: { "a b": "arn:aws:iam::aws:policy/x" } },
      'taskPolicyArns: "a b" must be letters, digits and hyphens',
    ],
  ],
  FargateCluster: [
    [
      { name: "sg-shop" },
      'name "sg-shop" starts with a prefix that AWS reserves (internal-, aws, sg-); use another',
    ],
  ],
  FargateService: [
    [
      { name: "-web" },
      'name "-web" must be lower-case letters, digits and single hyphens, and start with a letter',
    ],
    [
      { cpu: 300 },
      "cpu 300 is not a Fargate size; choose one of 256, 512, 1024, 2048, 4096, 8192, 16384",
    ],
    [{ memory: 300 }, "memory 300 does not go with cpu 256 on Fargate; choose 512, 1024, 2048"],
    [
      { cpu: 2048, memory: 20000 },
      "memory 20000 does not go with cpu 2048 on Fargate; choose 4096 to 16384 in steps of 1024",
    ],
    [
      { capacity: "Fargate" },
      'capacity "Fargate" unknown; choose from fargate, ec2, or give a strategy',
    ],
    [{ capacity: "ec2" }, "capacity ec2: a FargateService has no instances; use an Ec2Service"],
    [
      { capacity: { ec2: {} } },
      "capacity ec2: a FargateService has no instances; use an Ec2Service",
    ],
    [{ capacity: {} }, "capacity names no provider; choose from fargate, fargateSpot, ec2"],
    [
      { capacity: { spot: {} } },
      'capacity: "spot" unknown; choose from fargate, fargateSpot, ec2',
      "capacity names no provider; choose from fargate, fargateSpot, ec2",
    ],
    [
      { capacity: { fargate: {}, ec2: {} } },
      "capacity mixes fargate, ec2: a strategy uses Fargate or instances, never both; leave one out",
    ],
    [
      { capacity: { fargateSpot: { weight: 1001 } } },
      "capacity.fargateSpot.weight 1001 must be a whole number from 0 to 1000",
    ],
    [
      { capacity: { fargateSpot: { base: -1 } } },
      "capacity.fargateSpot.base -1 must be a whole number from 0 to 100000",
    ],
    [
      { capacity: { fargate: { base: 1 }, fargateSpot: { base: 1 } } },
      "capacity: fargate has base 1, fargateSpot has base 1; only one provider may have one",
    ],
    [
      { capacity: { fargate: { weight: 0 } } },
      "capacity: every weight is 0, so no task could be placed; raise one",
    ],
    [
      { schedulingStrategy: "DAEMON" },
      "schedulingStrategy DAEMON needs instances, and Fargate has none; use REPLICA",
    ],
    [{ containerPort: 65536 }, "containerPort 65536 must be a whole number from 1 to 65535"],
    [{ desiredCount: -1 }, "desiredCount -1 must be a whole number from 0 to 5000"],
    [
      { deployment: { minimumHealthyPercent: 101 } },
      "minimumHealthyPercent 101 must be a whole number from 0 to 100",
    ],
    [
      { deployment: { maximumPercent: 99 } },
      "maximumPercent 99 must be a whole number from 100 to 200",
    ],
    [
      { deployment: { minimumHealthyPercent: 100, maximumPercent: 100 } },
      "a deployment could never proceed: minimumHealthyPercent 100 and maximumPercent 100 of 1 task allow neither one task less nor one more; lower the first or raise the second",
    ],
    [{ priority: 0 }, "priority 0 must be a whole number from 1 to 50000"],
    [{ pathPatterns: [] }, "pathPatterns.length 0 must be a whole number from 1 to 5"],
    [
      { pathPatterns: ["api/*"] },
      'pathPatterns: "api/*" must be a path such as /api/*: 1 to 128 characters that begin with / or *',
    ],
    [
      { hostHeaders: ["api"] },
      'hostHeaders: "api" must be a host such as api.example.com or api.*: at most 128 characters, one of them a dot',
    ],
    [
      {
        pathPatterns: ["/a", "/b", "/c"],
        hostHeaders: ["a.example.com", "b.example.com", "c.example.com"],
      },
      "pathPatterns and hostHeaders have 6 values; a rule can have at most 5",
    ],
    [
      { neighbour: { priority: 7 }, priority: 7 },
      "priority 7 belongs to other on this listener; give each rule its own priority",
    ],
    [
      { neighbour: { priority: 6 }, priority: 7, deployment: { strategy: "CANARY" } },
      "priority 6 belongs to other on this listener; give each rule its own priority",
    ],
    [
      { httpListenerArn: "arn:aws:mock:::listener" },
      "httpListenerArn is the same as listenerArn: its rule would redirect to itself; leave it out",
    ],
    [
      { listenerArn: undefined, priority: 3, healthCheckPath: "/up" },
      "priority, healthCheckPath without a listenerArn: no listener sends requests here; give it or leave them out",
    ],
    [
      { listenerArn: undefined, deployment: { strategy: "BLUE_GREEN" } },
      "deployment.strategy BLUE_GREEN without a listenerArn has no requests to move; use ROLLING",
    ],
    [
      { listenerArn: undefined, deploymentController: "CODE_DEPLOY" },
      "deploymentController CODE_DEPLOY without a listenerArn has no requests to move; use ECS",
    ],
    [
      { listenerArn: undefined, healthCheckGracePeriodSeconds: 30 },
      "healthCheckGracePeriodSeconds without a listenerArn or loadBalancers: nothing checks the tasks; leave it out",
    ],
    [
      { listenerArn: undefined, allowedSecurityGroups: { alb: "sg-1" } },
      "allowedSecurityGroups without a containerPort: there is no port to open; leave them out",
    ],
    [
      { listenerArn: undefined, loadBalancerArnSuffix: "app/a/1", autoscaling: byRequests },
      "autoscaling.requestsPerTarget without a listenerArn: no requests are counted; use cpu or memory",
    ],
    [
      { deploymentController: "CODE_DEPLOY", deployment: { strategy: "LINEAR" } },
      "deployment.strategy LINEAR needs the deploymentController ECS, not CODE_DEPLOY; leave one out",
    ],
    [
      {
        deploymentController: "CODE_DEPLOY",
        deployment: { alarms: ["errors"], maximumPercent: 150 },
      },
      "deployment.maximumPercent, deployment.alarms with CODE_DEPLOY, which ignores it; leave it out or use the deploymentController ECS",
    ],
    [
      { deploymentController: "CODE_DEPLOY", serviceConnect: { namespaceArn } },
      "serviceConnect with CODE_DEPLOY: Service Connect needs ECS's own deployments; use the deploymentController ECS",
    ],
    [
      {
        deploymentController: "CODE_DEPLOY",
        loadBalancerArnSuffix: "app/a/1",
        autoscaling: byRequests,
      },
      "autoscaling.requestsPerTarget cannot follow CODE_DEPLOY from one target group to the other; use cpu or memory",
    ],
    [
      { deployment: { strategy: "CANARY" }, priority: 1 },
      "priority 1 leaves CANARY no place before it for the rule for test traffic; use 2 or more",
    ],
    [
      { deployment: { strategy: "CANARY" }, pathPatterns: ["/a", "/b", "/c", "/d", "/e"] },
      "pathPatterns and hostHeaders have 5 values; with CANARY at most 4, as the rule for test traffic has one more",
    ],
    [
      {
        deployment: { strategy: "CANARY" },
        loadBalancerArnSuffix: "app/a/1",
        autoscaling: byRequests,
      },
      "autoscaling.requestsPerTarget cannot follow CANARY from one target group to the other; use cpu or memory",
    ],
    [
      { deployment: { bakeTimeInMinutes: 5 } },
      "bakeTimeInMinutes is not for ROLLING; leave it out or use the strategy it belongs to",
    ],
    [
      { deployment: { testTraffic: { header: "x-test", value: "1" } } },
      "testTraffic is not for ROLLING; leave it out or use the strategy it belongs to",
    ],
    [
      { deployment: { canary: {} } },
      "canary is not for ROLLING; leave it out or use the strategy it belongs to",
    ],
    [
      { deployment: { strategy: "CANARY", linear: {} } },
      "linear is not for CANARY; leave it out or use the strategy it belongs to",
    ],
    [
      { deployment: { strategy: "BLUE_GREEN", bakeTimeInMinutes: 1441 } },
      "bakeTimeInMinutes 1441 must be a whole number from 0 to 1440",
    ],
    [
      { deployment: { strategy: "CANARY", canary: { percent: 0.05 } } },
      "canary.percent 0.05 must be from 0.1 to 100 with at most one decimal",
    ],
    [
      { deployment: { strategy: "CANARY", canary: { bakeTimeInMinutes: -1 } } },
      "canary.bakeTimeInMinutes -1 must be a whole number from 0 to 1440",
    ],
    [
      { deployment: { strategy: "LINEAR", linear: { stepPercent: 2 } } },
      "linear.stepPercent 2 must be from 3 to 100 with at most one decimal",
    ],
    [
      { deployment: { strategy: "LINEAR", linear: { stepBakeTimeInMinutes: 1441 } } },
      "linear.stepBakeTimeInMinutes 1441 must be a whole number from 0 to 1440",
    ],
    [
      { deployment: { strategy: "CANARY", testTraffic: { header: "a b", value: "" } } },
      'testTraffic.header "a b" must be a header\'s name of 1 to 40 characters',
      "testTraffic.value has 0 characters, it must have 1 to 128",
    ],
    [
      { deployment: { alarms: ["", "errors", "errors"] } },
      "alarms has an empty name; give the names of alarms",
      'alarms: "errors" is listed twice; leave one out',
    ],
    [
      { serviceConnect: { namespaceArn: "shop" } },
      'serviceConnect.namespaceArn "shop" must be the ARN of a namespace of Cloud Map',
    ],
    [
      { serviceConnect: { namespaceArn, dnsName: "Shop" } },
      'serviceConnect.dnsName "Shop" must be 1 to 63 lower-case letters, digits and hyphens',
    ],
    [
      { serviceConnect: { namespaceArn, port: 80 } },
      "serviceConnect.port without a dnsName: only a service with a name has a port; give both or neither",
    ],
    [
      { serviceConnect: { namespaceArn, dnsName: "shop", port: 0 } },
      "serviceConnect.port 0 must be a whole number from 1 to 65535",
    ],
    [
      { autoscaling: { maxCount: 2 } },
      "autoscaling has nothing to scale by: give cpu, memory, requestsPerTarget, metrics or schedules",
    ],
    [
      { autoscaling: { maxCount: 2, cpu: 50 }, desiredCount: 3 },
      "autoscaling.minCount 3 must be a whole number from 0 to 2",
      "desiredCount 3 is more than autoscaling.maxCount 2; raise that or lower it",
    ],
    [
      { targetGroup: { protocolVersion: "HTTP3" } },
      'targetGroup.protocolVersion "HTTP3" unknown; choose from HTTP1, HTTP2, GRPC',
    ],
    [
      { targetGroup: { deregistrationDelay: 3601 } },
      "targetGroup.deregistrationDelay 3601 must be a whole number from 0 to 3600",
    ],
    [
      { targetGroup: { slowStart: 29 } },
      "targetGroup.slowStart 29 must be a whole number from 30 to 900",
    ],
    [
      { targetGroup: { healthCheck: { path: "/up" } }, healthCheckPath: "/up" },
      "targetGroup.healthCheck.path and healthCheckPath are the same argument; give one",
    ],
    [
      { targetGroup: { healthCheck: { path: "up" } } },
      'targetGroup.healthCheck.path "up" must start with / and have at most 1024 characters',
    ],
    [
      { healthCheckPath: "up" },
      'healthCheckPath "up" must start with / and have at most 1024 characters',
    ],
    [
      { targetGroup: { protocolVersion: "GRPC" }, healthCheckPath: "/" },
      'healthCheckPath "/" must be a method with gRPC: /package.service/method',
    ],
    [
      { targetGroup: { healthCheck: { matcher: "299-200" } } },
      'targetGroup.healthCheck.matcher "299-200" must be HTTP codes from 200 to 499, e.g. 200-299,301',
    ],
    [
      { targetGroup: { protocolVersion: "GRPC", healthCheck: { matcher: "200" } } },
      'targetGroup.healthCheck.matcher "200" must be gRPC codes from 0 to 99, e.g. 0-99',
    ],
    [
      { targetGroup: { healthCheck: { timeout: 121 } } },
      "targetGroup.healthCheck.timeout 121 must be a whole number from 2 to 120",
      "targetGroup.healthCheck.interval 10 must be more than the timeout, 121",
    ],
    [
      { targetGroup: { healthCheck: { interval: 4 } } },
      "targetGroup.healthCheck.interval 4 must be a whole number from 5 to 300",
    ],
    [
      { targetGroup: { healthCheck: { interval: 5, timeout: 5 } } },
      "targetGroup.healthCheck.interval 5 must be more than the timeout, 5",
    ],
    [
      { targetGroup: { healthCheck: { healthyThreshold: 1 } } },
      "targetGroup.healthCheck.healthyThreshold 1 must be a whole number from 2 to 10",
    ],
    [
      { targetGroup: { healthCheck: { unhealthyThreshold: 11 } } },
      "targetGroup.healthCheck.unhealthyThreshold 11 must be a whole number from 2 to 10",
    ],
    [
      { target: { containerName: "envoy", containerPort: 80 } },
      'target: the task has no container "envoy"; choose from nginx',
    ],
    [
      { target: { containerName: "nginx", containerPort: 81 } },
      'target: container "nginx" has no port 81; use 80',
    ],
    [
      {
        loadBalancers: [{ targetGroupArn, containerName: "agent" }],
        sidecars: [{ name: "agent", image: "agent:1" }],
      },
      'loadBalancers[0]: container "agent" has no port; give it one',
    ],
    [
      {
        loadBalancers: times(5, (i) => ({
          targetGroupArn: arn("elasticloadbalancing", `targetgroup/a/${i}`),
        })),
      },
      "loadBalancers: the service has 6 target groups; ECS takes at most 5",
    ],
    [
      { target: { containerName: "nginx", containerPort: 65536 } },
      "target.containerPort 65536 must be a whole number from 1 to 65535",
      'target: container "nginx" has no port 65536; use 80',
    ],
    [
      { loadBalancers: [{ targetGroupArn }, { targetGroupArn }] },
      "loadBalancers: arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/a/1 is listed twice; leave one out",
    ],
    [
      { neighbour: { priority: 8, deployment: { strategy: "CANARY" } }, priority: 7 },
      "priority 7 belongs to other-test-rule on this listener; give each rule its own priority",
    ],
    [
      { loadBalancers: [{ targetGroupArn: "a" }] },
      'loadBalancers[0].targetGroupArn "a" must be the ARN of a target group',
    ],
    [
      { loadBalancers: [{ targetGroupArn }], deploymentController: "CODE_DEPLOY" },
      "loadBalancers with CODE_DEPLOY: only the service's own target group has a second one; use ROLLING by ECS",
    ],
    [
      { healthCheckGracePeriodSeconds: -1 },
      "healthCheckGracePeriodSeconds -1 must be a whole number from 0 to 2147483647",
    ],
    [
      { allowedSecurityGroups: {} },
      "allowedSecurityGroups is empty, so nobody could reach the tasks; name a group or leave it out",
    ],
    [
      { allowedSecurityGroups: { "a b": "sg-1" } },
      'allowedSecurityGroups: "a b" must be letters, digits and hyphens',
    ],
    [{ containerName: "a b" }, 'containerName "a b" must be 1 to 255 letters, digits, _ and -'],
    [
      { image: "an image" },
      'image "an image" must name an image such as public.ecr.aws/nginx/nginx:1.30',
    ],
    [
      { sidecars: [{ name: "a b", image: "agent:1" }] },
      'sidecars: name "a b" must be 1 to 255 letters, digits, _ and -',
    ],
    [
      { sidecars: [{ name: "agent", image: "agent:1", port: 0 }] },
      "sidecars.agent.port 0 must be a whole number from 1 to 65535",
    ],
    [
      { containerCpu: 300 },
      "containerCpu and the sidecars' cpu add up to 300 units, but the task has 256; lower them or raise cpu",
    ],
    [{ containerCpu: -1 }, "containerCpu -1 must be a whole number from 0 to 196608"],
    [{ containerMemory: 5 }, "containerMemory 5 must be a whole number from 6 to 10000000"],
    [
      { containerMemory: 600 },
      "the containers reserve 600 MiB together, but the task has 512; lower theirs or raise memory",
      'container "nginx" may have 600 MiB, its task has 512; lower its memory or raise the task\'s',
    ],
    [
      { containerMemoryReservation: 5 },
      "containerMemoryReservation 5 must be a whole number from 6 to 10000000",
    ],
    [
      {
        sidecars: [
          { name: "agent", image: "agent:1", memory: 256 },
          { name: "other", image: "agent:1", memory: 300 },
        ],
      },
      "the containers reserve 556 MiB together, but the task has 512; lower theirs or raise memory",
    ],
    [
      { sidecars: [{ name: "agent", image: "agent:1", cpu: -1, memory: 5, memoryReservation: 7 }] },
      "sidecars.agent.cpu -1 must be a whole number from 0 to 196608",
      "sidecars.agent.memory 5 must be a whole number from 6 to 10000000",
      "sidecars.agent.memoryReservation 7 must be a whole number from 6 to 5",
    ],
    [{ user: "a user" }, 'user "a user" must be a user, or a user:group, by name or number'],
    [{ command: [] }, "command is empty; leave it out for the image's own"],
    [{ entryPoint: [] }, "entryPoint is empty; leave it out for the image's own"],
    [{ workingDirectory: "srv" }, 'workingDirectory "srv" must start with /'],
    [{ startTimeout: 1 }, "startTimeout 1 must be a whole number from 2 to 120"],
    [{ stopTimeout: 121 }, "stopTimeout 121 must be a whole number from 2 to 120"],
    [
      { healthCheck: { command: [] } },
      'healthCheck.command must begin with "CMD" or "CMD-SHELL", followed by a command',
    ],
    [
      {
        healthCheck: {
          command: ["CMD", "true"],
          interval: 4,
          timeout: 1,
          retries: 0,
          startPeriod: 301,
        },
      },
      "healthCheck.interval 4 must be a whole number from 5 to 300",
      "healthCheck.timeout 1 must be a whole number from 2 to 120",
      "healthCheck.retries 0 must be a whole number from 1 to 10",
      "healthCheck.startPeriod 301 must be a whole number from 0 to 300",
    ],
    [
      { ulimits: [{ name: "files", softLimit: 1, hardLimit: 1 }] },
      'ulimits: "files" unknown; choose from core, cpu, data, fsize, locks, memlock, msgqueue, nice, nofile, nproc, rss, rtprio, rttime, sigpending, stack',
    ],
    [
      { ulimits: [{ name: "core", softLimit: 1, hardLimit: 1 }] },
      "ulimits: on Fargate only nofile can be set, not core",
    ],
    [
      {
        ulimits: [
          { name: "nofile", softLimit: 2, hardLimit: 1 },
          { name: "nofile", softLimit: -1, hardLimit: 1 },
        ],
      },
      'ulimits: "nofile" is listed twice; leave one out',
      "ulimits.nofile: softLimit 2 is above hardLimit 1; lower one or raise the other",
      "ulimits.nofile.softLimit -1 must be a whole number from 0 to 2147483647",
    ],
    [
      { linuxParameters: { tmpfs: [{ containerPath: "tmp", size: 0 }] } },
      'linuxParameters.tmpfs: containerPath "tmp" must start with /',
      "linuxParameters.tmpfs.tmp.size 0 must be a whole number from 1 to 10000000",
    ],
    [
      { linuxParameters: { capabilities: { add: ["NET_ADMIN"] } } },
      "linuxParameters.capabilities.add: on Fargate only SYS_PTRACE can be added, not NET_ADMIN",
    ],
    [
      { mountPoints: [{ sourceVolume: "data", containerPath: "data" }] },
      'mountPoints: containerPath "data" must start with /',
      'mountPoints: the task has no volume "data"; name it in volumes',
    ],
    [
      {
        volumes: [{ name: "data" }],
        mountPoints: [{ sourceVolume: "dat", containerPath: "/data" }],
      },
      'mountPoints: the task has no volume "dat"; choose from data',
    ],
    [
      {
        volumes: [{ name: "data" }],
        mountPoints: [{ sourceVolume: "data", containerPath: "/data" }],
        linuxParameters: { tmpfs: [{ containerPath: "/data", size: 1 }] },
      },
      "mountPoints: two mounts are at /data; give each its own path",
    ],
    [
      { logConfiguration: { logDriver: "journald" } },
      'logConfiguration.logDriver "journald" is not available on Fargate; choose from awslogs, splunk, awsfirelens',
    ],
    [
      { logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "mine" } } },
      "logConfiguration.options: the execution role may only write to the task's own log group; leave awslogs-group out",
    ],
    [
      { logConfiguration: { logDriver: "awsfirelens" } },
      "logConfiguration: awsfirelens needs a container with a firelensConfiguration among the sidecars",
    ],
    [
      {
        logConfiguration: {
          logDriver: "splunk",
          secretOptions: { "splunk-token": { valueFrom: "token" } },
        },
      },
      'logConfiguration.secretOptions.splunk-token: "token" must be the ARN of a secret or a parameter',
    ],
    [
      { dependsOn: [{ containerName: "agent", condition: "START" }] },
      'dependsOn: container "nginx" depends on "agent", which the task does not have; choose from nginx',
    ],
    [
      {
        sidecars: [{ name: "agent", image: "agent:1" }],
        dependsOn: [{ containerName: "agent", condition: "READY" }],
      },
      'dependsOn: container "nginx" depends on "agent": condition "READY" unknown; choose from START, COMPLETE, SUCCESS, HEALTHY',
    ],
    [
      {
        sidecars: [{ name: "agent", image: "agent:1" }],
        dependsOn: [{ containerName: "agent", condition: "HEALTHY" }],
      },
      'dependsOn: container "nginx" depends on "agent" to be HEALTHY, which has no healthCheck; give it one or use START',
    ],
    [
      {
        sidecars: [{ name: "agent", image: "agent:1" }],
        dependsOn: [{ containerName: "agent", condition: "SUCCESS" }],
      },
      'dependsOn: container "nginx" depends on "agent" to SUCCESS, which is essential: the task would end with it; use START or HEALTHY, or set essential: false',
    ],
    [
      { dependsOn: [{ containerName: "nginx", condition: "START" }] },
      "dependsOn: the containers nginx wait for each other; leave one of them out",
    ],
    [
      { readonlyRootFilesystem: true, executeCommand: true },
      "readonlyRootFilesystem and executeCommand: the agent of ECS Exec writes to the root; leave one out",
    ],
    [
      { sidecars: times(10, (i) => ({ name: `agent-${i}`, image: "agent:1", memory: 6 })) },
      "sidecars: the task has 11 containers; ECS accepts at most 10",
    ],
    [
      { sidecars: [{ name: "nginx", image: "agent:1" }] },
      'sidecars: container "nginx" is listed twice; give each its own name',
    ],
    [
      { sidecars: [{ name: "agent", image: "agent:1", port: 80 }] },
      "sidecars: port 80 is used by two containers, which share the task's address; give each its own",
    ],
    [
      {
        sidecars: [
          { name: "one", image: "log:1", firelensConfiguration: { type: "fluentbit" } },
          { name: "two", image: "log:1", firelensConfiguration: { type: "fluentbit" } },
        ],
      },
      "firelensConfiguration: one and two; a task can have one log router, leave the others out",
    ],
    [
      { volumes: [{ name: "a b" }, { name: "data" }, { name: "data" }] },
      'volumes: "data" is listed twice; leave one out',
      'volumes: "a b" must be a name of 1 to 255 letters, digits, _ and -',
    ],
    [
      {
        volumes: [
          {
            name: "data",
            efsVolumeConfiguration: {
              fileSystemId: "fs",
              accessPointId: "ap",
              rootDirectory: "srv",
            },
          },
        ],
      },
      "volumes.data: accessPointId and rootDirectory: give one, an access point has its own root",
      'volumes.data: rootDirectory "srv" must start with /',
      'volumes.data: fileSystemId "fs" must be an id such as fs-0123456789abcdef0',
      'volumes.data: accessPointId "ap" must be an id such as fsap-0123456789abcdef0',
    ],
    [
      { logRetentionDays: 10 },
      "logRetentionDays 10 is not one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653; choose one of them",
    ],
    [
      { environment: { "A B": 1 } },
      'environment: "A B" must be letters, digits and _, and not begin with a digit',
    ],
    [
      { environment: { TOKEN: "a" }, secrets: { TOKEN: { valueFrom: secret } } },
      'environment: "TOKEN" is in environment and in secrets; leave it in secrets',
    ],
    [
      { secrets: { TOKEN: { valueFrom: "token" } } },
      'secrets.TOKEN: "token" must be the ARN of a secret or a parameter',
    ],
    [
      { secrets: { TOKEN: { valueFrom: secret, jsonKey: "a:b" } } },
      'secrets.TOKEN.jsonKey "a:b" may have neither colons nor spaces, and not be empty',
    ],
    [
      { secrets: { TOKEN: { valueFrom: secret, jsonKey: "a" } } },
      'secrets.TOKEN.jsonKey "a": only a secret has keys, a parameter has none; leave it out',
    ],
    [
      {
        secrets: {
          TOKEN: { valueFrom: arn("secretsmanager", "secret:token:key::"), jsonKey: "a" },
        },
      },
      'secrets.TOKEN: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:token:key::" already names a key; leave jsonKey out',
    ],
    [
      { taskPolicies: [{ effect: "Maybe", actions: [], resources: [], sid: "a b" }] },
      'taskPolicies[0].effect "Maybe" must be "Allow" or "Deny"',
      "taskPolicies[0] has no actions; give one",
      "taskPolicies[0] has no resources; give one",
      'taskPolicies[0].sid "a b" must be letters and digits',
    ],
    [
      { taskPolicies: [{ actions: ["read"], resources: ["bucket"] }] },
      'taskPolicies[0]: "read" is not an action such as s3:GetObject',
      'taskPolicies[0]: "bucket" must be an ARN or *',
    ],
    [
      {
        taskPolicies: [
          { sid: "a", actions: ["s3:GetObject"], resources: ["*"] },
          { sid: "a", actions: ["s3:GetObject"], resources: ["*"] },
        ],
      },
      'taskPolicies: sid "a" is listed twice; give each its own',
    ],
    [
      {
        taskPolicies: [
          {
            actions: ["s3:GetObject"],
            resources: ["*"],
            conditions: [
              { test: "StringEquals", variable: "aws:SourceVpc", values: [] },
              { test: "StringEquals", variable: "aws:SourceVpc", values: ["vpc-1"] },
            ],
          },
        ],
      },
      "taskPolicies[0]: the condition on aws:SourceVpc has no values; give one",
      'taskPolicies[0]: the condition "StringEquals aws:SourceVpc" is listed twice; give all its values in one',
    ],
    [
      { taskPolicyArns: named(11, "arn:aws:iam::aws:policy/ReadOnlyAccess") },
      "taskPolicyArns has 11 policies; a role can have at most 10",
    ],
    [
      { taskPolicyArns: { "a b": "Admin" } },
      'taskPolicyArns: "a b" must be letters, digits and hyphens',
      'taskPolicyArns.a b: "Admin" must be a policy\'s ARN',
    ],
    [
      { egress: {} },
      "egress: no rule allows port 443, which images, logs and secrets need; allow it",
    ],
    [
      {
        egress: { https: { port: 443 } },
        volumes: [{ name: "data", efsVolumeConfiguration: { fileSystemId: "fs-01234567" } }],
      },
      "egress: no rule allows port 2049, which EFS volumes need; allow it",
    ],
    [
      {
        egress: {
          "a b": { port: 443 },
          none: { port: 0 },
          both: { port: 80, cidrIpv4: "10.0.0.0/16", securityGroupId: "sg-1" },
          host: { port: 80, cidrIpv4: "10.0.0.1/16" },
        },
      },
      'egress: "a b" must be letters, digits and hyphens',
      "egress.none.port 0 must be a whole number from 1 to 65535",
      "egress.both: cidrIpv4 and securityGroupId are two destinations; give one",
      'egress.host: cidrIpv4 "10.0.0.1/16" must be an IPv4 block such as 10.0.0.0/16, with the network\'s own address',
    ],
  ],
  FargateTask: [
    [
      { name: "task-" },
      'name "task-" must be lower-case letters, digits and single hyphens, and start with a letter',
    ],
    [
      { cpu: 300 },
      "cpu 300 is not a Fargate size; choose one of 256, 512, 1024, 2048, 4096, 8192, 16384",
    ],
    [{ capacity: "ec2" }, "capacity ec2: a FargateTask has no instances; use an Ec2Service"],
    [{ stopTimeout: 1 }, "stopTimeout 1 must be a whole number from 2 to 120"],
  ],
  ImageRepository: [
    [
      { name: "nginx" },
      'name "nginx" must be <namespace>/<image> of lower-case letters, digits and hyphens, at most 64 characters',
    ],
    [
      { image: { source: "a/b" } },
      'source "a/b" is neither public nor build nor an image tag such as 1.4.2',
    ],
    [
      { image: { source: "public" } },
      "source public: there is no public image; give publicImage or choose build or a tag",
    ],
    [
      { image: [{ source: "build" }, { source: "build", cpuArchitecture: "ARM64" }] },
      "source build: the image is already built from ./nginx for X86_64, and cannot also be built from ./nginx for ARM64; " +
        "run all its services on one processor, or give each its own repository",
    ],
  ],
  LoadBalancer: [
    [
      { name: "internal-web" },
      'name "internal-web" starts with a prefix that AWS reserves (internal-, aws, sg-); use another',
    ],
    [
      {
        internal: true,
        network: { vpcId: "vpc-1", vpcCidrBlock: "10.0.0.0/16", publicSubnetIds: ["a", "b"] },
      },
      "internal needs network.taskSubnetIds, the subnets to put it in; give them",
    ],
    [
      { accessLogs: { bucket: "My Bucket" } },
      'accessLogs.bucket "My Bucket" must be a bucket\'s name: 3 to 63 lower-case letters, digits, - and .',
    ],
    [
      { accessLogs: { bucket: "logs", prefix: "/web" } },
      'accessLogs.prefix "/web" may neither begin nor end with /, nor contain AWSLogs',
    ],
    [{ webAclArn: "acl" }, 'webAclArn "acl" must be the ARN of a web ACL with the scope REGIONAL'],
    [
      { certificateArn: "certificate" },
      'certificateArn "certificate" is not a certificate\'s ARN such as arn:aws:acm:ap-northeast-1:123456789012:certificate/…',
    ],
    [
      {
        certificateArn: arn("acm", "certificate/11111111-2222-3333-4444-555555555555"),
        domain: { name: "shop.example.com", hostedZoneId },
      },
      "certificateArn and domain: give one, a domain gets its own certificate",
    ],
    [
      { domain: { name: "https://shop", hostedZoneId: "example.com" } },
      'domain.name "https://shop" is not a domain such as shop.example.com, in lower case and without https:// or a *',
      'domain.hostedZoneId "example.com" is not a hosted zone\'s id such as Z0123456789ABCDEFGHIJ',
    ],
    [
      { domain: { name: `${"a".repeat(60)}.example.com`, hostedZoneId } },
      'domain.name "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.com" is too long for a certificate: 72 characters, at most 64',
    ],
    [
      {
        domain: {
          name: "shop.example.com",
          hostedZoneId,
          alternativeNames: ["*.shop.example.com", "shop.example.com", "a b"],
        },
      },
      'domain.alternativeNames "a b" is not a domain such as shop.example.com, in lower case and without https:// or a *',
      'domain.alternativeNames: "shop.example.com" is listed twice; leave one out',
    ],
    [
      {
        domain: {
          name: "shop.example.com",
          hostedZoneId,
          alternativeNames: times(10, (i) => `a${i}.shop.example.com`),
        },
      },
      "domain.alternativeNames has 10 names; a certificate can have at most ten",
    ],
  ],
  ManagedInstancesCluster: [
    [
      { name: "fargate-like" },
      'name "fargate-like" may not name a capacity provider: AWS reserves ecs and fargate for its own; use another',
    ],
    [
      { name: "Managed" },
      'name "Managed" must be lower-case letters, digits and single hyphens, and start with a letter',
    ],
    [
      { instanceRoleName: "role" },
      'instanceRoleName "role" must be ecsInstanceRole and up to 25 letters, digits, _ and -',
    ],
    [{ storageSizeGib: 29 }, "storageSizeGib 29 must be a whole number from 30 to 16384"],
    [{ scaleInAfter: 3601 }, "scaleInAfter 3601 must be a whole number from -1 to 3600"],
    [
      { instanceRequirements: { vcpuCount: { min: 4, max: 2 } } },
      "instanceRequirements.vcpuCount 4 to 2 must be whole numbers from 1, the smaller first",
    ],
    [
      { instanceRequirements: { memoryMib: { min: 0 } } },
      "instanceRequirements.memoryMib 0 to Infinity must be whole numbers from 1, the smaller first",
    ],
    [
      { instanceRequirements: { allowedInstanceTypes: times(401, (i) => `m${i}.large`) } },
      "instanceRequirements.allowedInstanceTypes has 401 types; ECS accepts 400",
    ],
    [
      { instanceRequirements: { allowedInstanceTypes: ["m6i large"] } },
      'instanceRequirements.allowedInstanceTypes: "m6i large" is not an instance type such as t3.small or m6i.*',
    ],
    [
      {
        instanceRequirements: {
          allowedInstanceTypes: ["m6i.*"],
          excludedInstanceTypes: ["m6i.large"],
        },
      },
      "instanceRequirements: allowedInstanceTypes and excludedInstanceTypes exclude each other; leave one out",
    ],
    [
      { instanceRequirements: { burstablePerformance: "yes", cpuManufacturers: ["arm"] } },
      'instanceRequirements.burstablePerformance "yes" unknown; choose from included, excluded, required',
      'instanceRequirements.cpuManufacturers "arm" unknown; choose from intel, amd, amazon-web-services',
    ],
  ],
  ManagedInstancesService: [
    [
      { name: "managed_" },
      'name "managed_" must be lower-case letters, digits and single hyphens, and start with a letter',
    ],
    [{ cpu: 100 }, "cpu 100 must be a whole number from 128 to 196608"],
    [{ memory: 5 }, "memory 5 must be a whole number from 6 to 25165824"],
    [
      { schedulingStrategy: "DAEMON" },
      "schedulingStrategy DAEMON does not support a capacity provider strategy, which managed instances need; use REPLICA",
    ],
    [
      { deployment: { minimumHealthyPercent: 100, maximumPercent: 100 } },
      "a deployment could never proceed: minimumHealthyPercent 100 and maximumPercent 100 of 1 task allow neither one task less nor one more; lower the first or raise the second",
    ],
  ],
  Network: [
    [
      { availabilityZones: ["ap-northeast-1a"] },
      "availabilityZones: a load balancer needs two; give another",
    ],
    [
      { vpcCidrBlock: "10.0.0.0" },
      "vpcCidrBlock 10.0.0.0 is not an IPv4 CIDR block such as 10.0.0.0/16",
    ],
    [
      { vpcCidrBlock: "10.0.0.1/16" },
      "vpcCidrBlock 10.0.0.1/16 has host bits set; write 10.0.0.0/16",
    ],
    [
      { vpcCidrBlock: "10.0.0.0/8" },
      "vpcCidrBlock 10.0.0.0/8 is larger than a VPC may be; use /16 or smaller",
    ],
    [
      { vpcCidrBlock: "10.0.0.0/27" },
      "vpcCidrBlock 10.0.0.0/27 is too small for the subnets: the public ones would be /31 and AWS allows no smaller than /28; use /24 or larger",
    ],
    [
      { vpcCidrBlock: "10.0.0.0/24", availabilityZones: ["us-east-1a", "us-east-1e"] },
      "availabilityZones: 10.0.0.0/24 has room for the zones a to d, but not for us-east-1e; use /23 or larger",
    ],
    [
      { availabilityZones: ["us-east-1a", "us-east-1a"] },
      "availabilityZones: us-east-1a is in the slot of another zone; name each once",
    ],
    [
      { flowLogs: { bucketArn: "logs" } },
      'flowLogs.bucketArn "logs" is not a bucket\'s ARN: arn:aws:s3:::NAME, optionally with /FOLDER',
    ],
  ],
  RandomSecret: [
    [
      { name: "a key" },
      'name "a key" must be lower-case letters, digits and single hyphens, at most 64 characters',
    ],
  ],
  ScheduledTask: [
    [
      { name: "Nightly" },
      'name "Nightly" must be lower-case letters, digits and single hyphens, and start with a letter',
    ],
    [
      { scheduleExpression: "daily" },
      'scheduleExpression "daily" must be rate(…), cron(…) or at(…)',
    ],
    [
      { scheduleExpression: "rate(0 hours)" },
      'scheduleExpression "rate(0 hours)": a rate must be a whole number and minutes, hours or days',
    ],
    [
      { scheduleExpression: "at(tomorrow)" },
      'scheduleExpression "at(tomorrow)": a time must be written as in at(2026-12-01T03:00:00)',
    ],
    [
      { scheduleExpression: "cron(0 3 * * *)" },
      'scheduleExpression "cron(0 3 * * *)": a cron must have six fields (minutes, hours, day of month, month, day of week, year), not 5',
    ],
    [
      { scheduleExpression: "cron(0 3 1 * 1 *)" },
      'scheduleExpression "cron(0 3 1 * 1 *)": either day of month or day of week must be ?, and the other must not',
    ],
    [
      { scheduleExpressionTimezone: "Asia/Tokyo" },
      "scheduleExpressionTimezone is for cron and at; a rate is the same in every time zone; leave it out",
    ],
    [
      { scheduleExpression: "cron(0 3 * * ? *)", scheduleExpressionTimezone: "Tokyo" },
      'scheduleExpressionTimezone "Tokyo" is not a time zone such as Asia/Tokyo',
    ],
    [
      { flexibleTimeWindowMinutes: 1441 },
      "flexibleTimeWindowMinutes 1441 must be a whole number from 1 to 1440",
    ],
    [{ taskCount: 11 }, "taskCount 11 must be a whole number from 1 to 10"],
    [{ command: [] }, "command is empty; leave it out for the task's own"],
    [
      { retryPolicy: { maximumEventAgeInSeconds: 59, maximumRetryAttempts: 186 } },
      "retryPolicy.maximumEventAgeInSeconds 59 must be a whole number from 60 to 86400",
      "retryPolicy.maximumRetryAttempts 186 must be a whole number from 0 to 185",
    ],
    [
      { deadLetterQueueArn: arn("sqs", "dead.fifo") },
      'deadLetterQueueArn "arn:aws:sqs:ap-northeast-1:123456789012:dead.fifo" must be the ARN of a standard queue of SQS',
    ],
  ],
  ServiceAutoscaling: [
    [
      {
        metrics: [
          {
            name: "cpu",
            namespace: "My shop",
            metricName: "",
            dimensions: named(31, "a"),
            statistic: "p90",
            targetValue: 0,
          },
        ],
      },
      'autoscaling.metrics: name "cpu" must be 1 to 100 letters, digits, _ and -, and not cpu, memory, requests, target',
      'autoscaling.metrics.cpu.namespace "My shop" must be 1 to 255 letters, digits and . - _ / # :',
      "autoscaling.metrics.cpu.metricName has 0 characters, it must have 1 to 255",
      "autoscaling.metrics.cpu.dimensions has 31; a metric can have at most 30",
      'autoscaling.metrics.cpu.statistic "p90" unknown; choose from Average, Maximum, Minimum, SampleCount, Sum',
      "autoscaling.metrics.cpu.targetValue 0 must be a whole number from 1 to 1000000",
    ],
    [
      {
        metrics: [backlog, backlog],
        schedules: [{ name: "backlog", schedule: "rate(1 day)", minCount: 1 }],
      },
      'autoscaling.metrics: "backlog" is listed twice; give each its own name',
      'autoscaling.schedules: "backlog" is a metric\'s name; give it another',
      'autoscaling.schedules: "backlog" is a metric\'s name; give it another',
    ],
    [{ maxCount: 0 }, "autoscaling.maxCount 0 must be a whole number from 1 to 5000"],
    [{ minCount: 5 }, "autoscaling.minCount 5 must be a whole number from 0 to 4"],
    [{ cpu: 0 }, "autoscaling.cpu 0 must be a whole number from 1 to 100"],
    [{ memory: 101 }, "autoscaling.memory 101 must be a whole number from 1 to 100"],
    [
      { requestsPerTarget: 100 },
      "autoscaling.requestsPerTarget needs loadBalancerArnSuffix, to count its requests; give it",
    ],
    [
      { requestsPerTarget: 0, loadBalancerArnSuffix: "app/a/1" },
      "autoscaling.requestsPerTarget 0 must be a whole number from 1 to 1000000",
    ],
    [
      { cpu: undefined },
      "autoscaling has nothing to scale by: give cpu, memory, requestsPerTarget, metrics or schedules",
    ],
    [
      { schedules: [{ name: "cpu", schedule: "12:00", timezone: "Tokyo" }] },
      'autoscaling.schedules: name "cpu" must be 1 to 100 letters, digits, _ and -, and not cpu, memory, requests, target',
      'autoscaling.schedules.cpu.schedule "12:00" must be rate(…), cron(…) or at(…)',
      'autoscaling.schedules.cpu.timezone "Tokyo" is not a time zone such as Asia/Tokyo',
      "autoscaling.schedules.cpu changes nothing: give minCount or maxCount",
    ],
    [
      {
        schedules: [
          { name: "noon", schedule: "at(2026-04-01T12:00:00)", minCount: 3, maxCount: 2 },
          { name: "noon", schedule: "rate(1 day)", minCount: -1, maxCount: 5001 },
        ],
      },
      'autoscaling.schedules: "noon" is listed twice; give each its own name',
      "autoscaling.schedules.noon: minCount 3 is more than maxCount 2; lower one or raise the other",
      "autoscaling.schedules.noon.minCount -1 must be a whole number from 0 to 5000",
      "autoscaling.schedules.noon.maxCount 5001 must be a whole number from 0 to 5000",
    ],
  ],
};
