import { type TestResource, unknown } from "../harness";

// Parts of programs as the engine sends them to a pack in a first preview: ids and ARNs are unknown, and
// a property's dependencies list what it comes from, including components in other languages and what is inside them.

type Needs = Readonly<Record<string, readonly string[]>>;

/** A resource that depends on others. */
export const made = (
  type: string,
  name: string,
  props: object,
  dependencies: Needs = {},
  parent?: string,
): TestResource => ({
  type,
  name,
  props,
  dependencies,
  outputs: { ...props, id: unknown, arn: unknown },
  ...(parent === undefined ? {} : { parent }),
});

export const vpc = (props: object = {}, parent?: string) =>
  made("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16", ...props }, {}, parent);
export const subnets = (parent?: string) =>
  ["a", "c"].map((zone, i) =>
    made(
      "aws:ec2/subnet:Subnet",
      `subnet-${zone}`,
      { vpcId: unknown, cidrBlock: `10.0.${i}.0/24` },
      { vpcId: ["vpc"] },
      parent,
    ),
  );

const tcp = (port: unknown, source: object) => ({
  ...{ protocol: "tcp", fromPort: port, toPort: port },
  ...source,
});
export const fromWorld = tcp(80, { cidrBlocks: ["0.0.0.0/0"] });
export const fromVpc = tcp(80, { cidrBlocks: ["10.0.0.0/16"] });
export const fromGroup = (port: unknown = 80) => tcp(port, { securityGroups: [unknown] });

/** A security group of the VPC with inline rules, which come from `origins`. */
export const group = (
  name: string,
  ingress: readonly object[],
  origins: readonly string[] = [],
  parent?: string,
) =>
  made(
    "aws:ec2/securityGroup:SecurityGroup",
    name,
    { vpcId: unknown, description: name, ingress },
    { vpcId: ["vpc"], ingress: origins },
    parent,
  );

export const balancer = (groups: readonly string[], props: object = {}, parent?: string) =>
  made(
    "aws:lb/loadBalancer:LoadBalancer",
    "balancer",
    {
      loadBalancerType: "application",
      dropInvalidHeaderFields: true,
      securityGroups: groups.map(() => unknown),
      subnets: [unknown, unknown],
      ...props,
    },
    { securityGroups: groups, subnets: ["subnet-a", "subnet-c"] },
    parent,
  );

const trust = (service: string) =>
  JSON.stringify({
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }],
  });
export const role = (name = "execution", service = "ecs-tasks.amazonaws.com", parent?: string) =>
  made("aws:iam/role:Role", name, { assumeRolePolicy: trust(service) }, {}, parent);

export const container = (more: object = {}) => ({
  name: "web",
  image: "public.ecr.aws/docker/library/nginx:1.30.6-alpine",
  user: "101",
  readonlyRootFilesystem: true,
  logConfiguration: { logDriver: "awslogs" },
  ...more,
});
export const task = (
  props: object = {},
  containers: readonly object[] = [container()],
  roles: readonly string[] = ["execution"],
) =>
  made(
    "aws:ecs/taskDefinition:TaskDefinition",
    "task",
    {
      family: "web",
      cpu: "256",
      memory: "512",
      networkMode: "awsvpc",
      executionRoleArn: unknown,
      containerDefinitions: JSON.stringify(containers),
      ...props,
    },
    { executionRoleArn: roles },
  );

export const cluster = made("aws:ecs/cluster:Cluster", "cluster", {
  settings: [{ name: "containerInsights", value: "enabled" }],
});
export const service = (
  groups: readonly string[],
  props: object = {},
  network: object = {},
  origins: readonly string[] = ["subnet-a", "subnet-c"],
) =>
  made(
    "aws:ecs/service:Service",
    "service",
    {
      launchType: "FARGATE",
      desiredCount: 2,
      taskDefinition: unknown,
      cluster: unknown,
      networkConfiguration: {
        subnets: [unknown, unknown],
        securityGroups: groups.map(() => unknown),
        ...network,
      },
      ...props,
    },
    {
      networkConfiguration: [...groups, ...origins],
      taskDefinition: ["task"],
      cluster: ["cluster"],
    },
  );

/** Cluster, role and task definition, which most programs have. */
export const usual = [cluster, role(), task()];
