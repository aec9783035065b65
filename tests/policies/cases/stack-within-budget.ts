import rule from "../../../policies/rules/stack-within-budget";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const task = (props: object = {}): TestResource => ({
  type: "aws:ecs/taskDefinition:TaskDefinition",
  name: "task",
  props: { cpu: "256", memory: "512", ...props },
});
const service = (props: object): TestResource => ({
  type: "aws:ecs/service:Service",
  name: "web",
  props: { launchType: "FARGATE", taskDefinition: unknown, ...props },
  dependencies: { taskDefinition: ["task"] },
});
const cluster: TestResource = { type: "aws:ecs/cluster:Cluster", name: "cluster", props: {} };
const onCluster = (props: object): TestResource => {
  const resource = service({ launchType: undefined, cluster: unknown, ...props });
  return { ...resource, dependencies: { ...resource.dependencies, cluster: ["cluster"] } };
};
const spread = (ordinary: object, spot: object) => ({
  launchType: undefined,
  capacityProviderStrategies: [
    { capacityProvider: "FARGATE", ...ordinary },
    { capacityProvider: "FARGATE_SPOT", ...spot },
  ],
});
const template = (instanceType: unknown): TestResource => ({
  type: "aws:ec2/launchTemplate:LaunchTemplate",
  name: "template",
  props: { instanceType },
});
const group = (props: object): TestResource => ({
  type: "aws:autoscaling/group:Group",
  name: "group",
  props,
  dependencies: { launchTemplate: ["template"] },
});
const many = (type: string, count: number, props: object = {}): TestResource[] =>
  Array.from({ length: count }, (_, i) => ({ type, name: `${type}-${i}`, props }));
const scheduled = (ecsParameters: object, props: object = {}): TestResource => ({
  type: "aws:scheduler/schedule:Schedule",
  name: "nightly",
  props: {
    scheduleExpression: "rate(1 minute)",
    target: { ecsParameters: { taskDefinitionArn: unknown, taskCount: 10, ...ecsParameters } },
    ...props,
  },
  dependencies: { target: ["task"] },
});
const onSpot = { capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }] };
const large = task({ cpu: "16384", memory: "122880" });
const budget = (monthlyUsd: number) => ({ enforcementLevel: "mandatory" as const, monthlyUsd });

const managed = (instanceRequirements?: object): TestResource => ({
  type: "aws:ecs/capacityProvider:CapacityProvider",
  name: "managed",
  props: {
    name: "managed-dev",
    managedInstancesProvider: { instanceLaunchTemplate: { instanceRequirements } },
  },
});
const small = { allowedInstanceTypes: ["t3.*"], burstablePerformance: "included" };
const onManaged = (props: object, name = "web"): TestResource => ({
  ...service({
    launchType: undefined,
    capacityProviderStrategies: [{ capacityProvider: "managed-dev", weight: 1 }],
    ...props,
  }),
  name,
});

const subnet = "aws:ec2/subnet:Subnet";
const express = "aws:ecs/expressGatewayService:ExpressGatewayService";
const balancer = "aws:lb/loadBalancer:LoadBalancer";

export default {
  rule,
  pass: {
    "a stack with nothing that costs money": [task()],
    "a service on instances": [service({ launchType: "EC2", desiredCount: 5000 }), task()],
    "a service in a cluster without a strategy": [
      onCluster({ desiredCount: 5000 }),
      task(),
      cluster,
    ],
    "a service without tasks": [service({}), task()],
    "managed instances that no task needs": [managed(small), onManaged({}), task()],
    "managed instances for few tasks": [managed(small), onManaged({ desiredCount: 3 }), task()],
    "a capacity provider of an Auto Scaling group": [
      { type: "aws:ecs/capacityProvider:CapacityProvider", props: { name: "managed-dev" } },
      onManaged({ desiredCount: 5000 }),
      task(),
    ],
    "a schedule that is off": [scheduled({ launchType: "FARGATE" }, { state: "DISABLED" }), large],
    "a schedule of tasks on instances": [scheduled({ launchType: "EC2" }), large],
    "a schedule of something else": [scheduled({}, { target: { arn: "arn:aws:sqs:x" } }), large],
    "a schedule that is seldom due": [
      scheduled({ launchType: "FARGATE" }, { scheduleExpression: "cron(0 3 1 * ? *)" }),
      large,
    ],
    "a pipeline that is paid by the minute": many("aws:codepipeline/pipeline:Pipeline", 600, {
      pipelineType: "V2",
    }),
  },
  fail: {
    "scheduled tasks": [
      /438000 Fargate runs of a minute or more/,
      [scheduled({ launchType: "FARGATE" }), large],
    ],
    "scheduled tasks on Spot": [
      /438000 Fargate Spot runs of a minute or more/,
      [scheduled(onSpot), large],
    ],
    "tasks that follow the cluster's default strategy": [
      /20 Fargate tasks/,
      [
        cluster,
        {
          type: "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
          name: "providers",
          props: {
            clusterName: unknown,
            defaultCapacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
          },
          dependencies: { clusterName: ["cluster"] },
        },
        onCluster({ desiredCount: 20 }),
        task({ cpu: "4096", memory: "8192" }),
      ],
    ],
    "managed instances for many tasks, with the fee for managing them": [
      /about 2512 USD .*: 100 t3\.small instances 2274, 100 managed instance fees 238\./,
      [managed(small), onManaged({ desiredCount: 200 }), task()],
    ],
    "Express services, with the load balancer that they share": [
      /about 706 USD a month .*: 14 Fargate tasks 630, 16 public IPv4 addresses 58, 1 load balancer 18\./,
      many(express, 14),
    ],
    "Express services that say how many tasks they run, how large, and where": [
      /: 42 Fargate tasks 472, 45 public IPv4 addresses 164, 1 load balancer 18\./,
      many(express, 14, {
        scalingTargets: [{ minTaskCount: 3 }],
        ...{ cpu: "256", memory: "512" },
        networkConfigurations: [{ subnets: ["a", "b", "c"] }],
      }),
    ],
    "instances of a mixed group": [
      /1 p4d\.24xlarge instance/,
      [
        template("p4d.24xlarge"),
        {
          ...group({ desiredCapacity: 1, mixedInstancesPolicy: { launchTemplate: unknown } }),
          dependencies: { mixedInstancesPolicy: ["template"] },
        },
      ],
    ],
    "tasks whose size has units": [
      /20 Fargate tasks/,
      [service({ desiredCount: 20 }), task({ cpu: "4 vCPU", memory: "8GB" })],
    ],
    "an instance with accelerators": [
      /1 p4d\.24xlarge instance 4\d{4} \(an estimate/,
      [{ type: "aws:ec2/instance:Instance", props: { instanceType: "p4d.24xlarge" } }],
    ],
    "too many tasks": [
      /about 5623 USD a month and its budget is 500: 500 Fargate tasks 5623\./,
      [service({ desiredCount: 500 }), task()],
    ],
    "too many NAT gateways, with the most expensive items first": [
      /about 538 USD .*: 11 NAT gateways 498, 11 public IPv4 addresses 40\./,
      [...many("aws:ec2/natGateway:NatGateway", 11), ...many("aws:ec2/eip:Eip", 11)],
    ],
    "instances that are too expensive": [
      /10 m5\.large instances 934/,
      [group({ minSize: 10, maxSize: 20 }), template("m5.large")],
    ],
  },
  unknown: {
    "the size of an Express service": many(express, 1, { cpu: unknown }),
    "how many tasks an Express service runs": many(express, 1, {
      scalingTargets: [{ minTaskCount: unknown }],
    }),
    "how many tasks managed instances hold": [
      managed(small),
      onManaged({ desiredCount: unknown }),
      task(),
    ],
    "whose tasks managed instances hold": [
      { ...managed(small), props: { ...managed(small).props, name: unknown } },
      onManaged({ desiredCount: 1 }),
      task(),
    ],
    "which instances ECS may launch": [
      managed({ allowedInstanceTypes: unknown }),
      onManaged({ desiredCount: 1 }),
      task(),
    ],
    "instances of a type outside the table": [
      managed({ allowedInstanceTypes: ["q*"] }),
      onManaged({ desiredCount: 1 }),
      task(),
    ],
    "how many tasks run": [service({ desiredCount: unknown }), task()],
    "what tasks run on": [service({ launchType: unknown, desiredCount: 1 }), task()],
    "how tasks are distributed": [
      service({ desiredCount: 4, ...spread({ base: 0, weight: unknown }, { base: 0, weight: 3 }) }),
      task(),
    ],
    "how often a schedule is due": [
      scheduled({ launchType: "FARGATE" }, { scheduleExpression: unknown }),
      large,
    ],
    "what a schedule's tasks run on": [scheduled({ launchType: unknown }), large],
    "how large tasks are": [service({ desiredCount: 1 }), task({ cpu: unknown })],
    "a task definition of another stack": [service({ desiredCount: 1 })],
    "which instances run": [group({ minSize: 1 }), template(unknown)],
  },
  configured: {
    "a stack within its budget": [budget(12), [service({ desiredCount: 1 }), task()]],
    "a stack over a budget of its own": [
      budget(11),
      [service({ desiredCount: 1 }), task()],
      /about 11 USD a month and its budget is 11: 1 Fargate task 11/,
    ],
    "tasks on ARM, which cost a fifth less": [
      budget(9),
      [service({ desiredCount: 1 }), task({ runtimePlatform: { cpuArchitecture: "ARM64" } })],
    ],
    "a quarter of the tasks at the ordinary price": [
      budget(20),
      [
        service({ desiredCount: 4, ...spread({ base: 0, weight: 1 }, { base: 0, weight: 3 }) }),
        task(),
      ],
      /1 Fargate task 11, 3 Fargate Spot tasks 10/,
    ],
    "managed instances within their budget": [
      budget(78),
      [managed(small), onManaged({ desiredCount: 3 }), task()],
    ],
    "managed instances over their budget": [
      budget(70),
      [managed(small), onManaged({ desiredCount: 3 }), task()],
      /3 t3\.small instances 68, 3 managed instance fees 7/,
    ],
    "managed instances that two services share": [
      budget(1),
      [
        managed(small),
        onManaged({ desiredCount: 1 }),
        onManaged({ desiredCount: 1 }, "api"),
        task(),
      ],
      /: 2 t3\.small instances/,
    ],
    "managed instances for a part of the tasks": [
      budget(1),
      [
        managed(small),
        onManaged({
          desiredCount: 4,
          capacityProviderStrategies: [
            { capacityProvider: "managed-dev", weight: 1 },
            { capacityProvider: "other-dev", weight: 3 },
          ],
        }),
        task(),
      ],
      /: 1 t3\.small instance 23/,
    ],
    "managed instances that must hold large tasks": [
      budget(1),
      [
        managed({ allowedInstanceTypes: ["t3.small", "m6i.*"], burstablePerformance: "included" }),
        onManaged({ desiredCount: 1 }),
        task({ cpu: "4096", memory: "8192" }),
      ],
      /1 m6i\.xlarge instance/,
    ],
    "managed instances for ARM, none of a single vCPU": [
      budget(1),
      [
        managed({ vcpuCount: { min: 1 }, memoryMib: { min: 1 } }),
        onManaged({ desiredCount: 1 }),
        task({ runtimePlatform: { cpuArchitecture: "ARM64" } }),
      ],
      /1 m7g\.large instance/,
    ],
    "managed instances of an excluded type, and of too few vCPUs": [
      budget(1),
      [
        managed({ excludedInstanceTypes: ["m6i.xlarge", "c*"], vcpuCount: { min: 4 } }),
        onManaged({ desiredCount: 1 }),
        task(),
      ],
      /1 m6i\.2xlarge instance/,
    ],
    "managed instances without requirements": [
      budget(1),
      [managed(), onManaged({ desiredCount: 1 }), task({ cpu: undefined, memory: undefined })],
      /1 m(5|6i)\.large instance 93/,
    ],
    "public addresses of tasks": [
      budget(1),
      [service({ desiredCount: 2, networkConfiguration: { assignPublicIp: true } }), task()],
      /2 public IPv4 addresses 7/,
    ],
    "a load balancer in three zones": [
      budget(1),
      many(balancer, 1, { subnets: ["a", "b", "c"] }),
      /1 load balancer 18, 3 public IPv4 addresses 11/,
    ],
    "a load balancer whose subnets are not known yet": [
      budget(1),
      [
        ...many(balancer, 1, { subnets: unknown }),
        ...many(subnet, 3, { mapPublicIpOnLaunch: true }),
      ],
      /1 load balancer 18, 3 public IPv4 addresses 11/,
    ],
    "an internal load balancer": [
      budget(18),
      many(balancer, 1, { internal: true, subnets: ["a", "b", "c"] }),
    ],
    "an Express service in private subnets": [
      budget(63),
      [
        ...["a", "b"].map((id) => ({ type: subnet, name: id, props: { id } })),
        ...many(express, 1, { networkConfigurations: [{ subnets: ["a", "b"] }] }),
      ],
    ],
    "an Express service in public subnets": [
      budget(63),
      [
        ...["a", "b"].map((id) => ({
          ...{ type: subnet, name: id },
          props: { id, mapPublicIpOnLaunch: true },
        })),
        ...many(express, 1, { networkConfigurations: [{ subnets: ["a", "b"] }] }),
      ],
      /3 public IPv4 addresses 11/,
    ],
    "resources that are paid by the month": [
      budget(1),
      [
        ...many("aws:codepipeline/pipeline:Pipeline", 1),
        ...many("aws:secretsmanager/secret:Secret", 1),
        ...many("aws:kms/key:Key", 1),
      ],
      /about 2 USD .*: 1 pipeline 1, 1 KMS key 1, 1 secret 0/,
    ],
    "a type that the table does not have, by an estimate": [
      budget(1),
      [group({ desiredCapacity: 2, minSize: 0 }), template("m9.large")],
      /2 m9\.large instances 254 \(an estimate: not in the price list\)/,
    ],
  },
  other: { type: "aws:ec2/vpc:Vpc", props: { cidrBlock: "10.0.0.0/16" } },
} satisfies Cases;
