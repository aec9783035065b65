import * as tokens from "../../policies/graph/tokens";
import { type TestResource, unknown } from "./harness";

/** A task definition as the first tutorial writes it, with what the rules ask for added. */
export function taskDefinition(props: object = {}, containers: object = {}): TestResource {
  const container = {
    name: "nginx",
    image: "public.ecr.aws/nginx/nginx:1.28.0",
    user: "101",
    readonlyRootFilesystem: true,
    portMappings: [{ containerPort: 80, hostPort: 80 }],
    logConfiguration: { logDriver: "awslogs" },
    ...containers,
  };
  return {
    type: tokens.TASK_DEFINITION,
    props: {
      family: "handson",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      networkMode: "awsvpc",
      executionRoleArn: "arn:aws:iam::123456789012:role/execution",
      containerDefinitions: JSON.stringify([container]),
      ...props,
    },
  };
}

/** The first tutorial's task definition as it stands: no execution role, no logs. */
export const tutorialTaskDefinition: TestResource = {
  type: tokens.TASK_DEFINITION,
  name: "main",
  props: {
    family: "handson",
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
    networkMode: "awsvpc",
    containerDefinitions:
      '[{"name":"nginx","image":"nginx:1.14","portMappings":[{"containerPort":80,"hostPort":80}]}]',
  },
};

export function vpc(name = "vpc", props: object = {}): TestResource {
  return { type: "aws:ec2/vpc:Vpc", name, props: { cidrBlock: "10.0.0.0/16", ...props } };
}

/** A security group at preview: its id and the VPC's are unknown. */
export function group(name: string, props: object = {}, extra: object = {}): TestResource {
  return {
    type: tokens.SECURITY_GROUP,
    name,
    props: { description: name, vpcId: unknown, ...props },
    outputs: { ingress: unknown, ...props, vpcId: unknown, id: unknown },
    dependencies: { vpcId: ["vpc"], ...extra },
  };
}

export function service(groups: readonly string[], props: object = {}): TestResource {
  return {
    type: tokens.SERVICE,
    name: "web",
    props: {
      networkConfiguration: {
        subnets: [unknown],
        securityGroups: groups.map((name) => (name.startsWith("sg-") ? name : unknown)),
        ...props,
      },
    },
    dependencies: { networkConfiguration: groups.filter((name) => !name.startsWith("sg-")) },
  };
}

export function loadBalancer(
  groups: readonly string[],
  props: object = {},
  type = "aws:lb/loadBalancer:LoadBalancer",
): TestResource {
  return {
    type,
    name: "alb",
    props: { securityGroups: groups.map(() => unknown), ...props },
    dependencies: { securityGroups: groups },
  };
}

/** A `SecurityGroupIngressRule` of a group. */
export function ingressRule(target: string, source: object, extra: Partial<TestResource> = {}) {
  return {
    type: tokens.INGRESS_RULE,
    name: "ingress",
    props: { securityGroupId: unknown, ipProtocol: "tcp", fromPort: 80, toPort: 80, ...source },
    ...extra,
    dependencies: { securityGroupId: [target], ...extra.dependencies },
  } satisfies TestResource;
}

/** A `SecurityGroupRule` of a group. */
export function groupRule(target: string, source: object, extra: Partial<TestResource> = {}) {
  return {
    type: tokens.SECURITY_GROUP_RULE,
    name: "rule",
    props: {
      type: "ingress",
      securityGroupId: unknown,
      protocol: "tcp",
      fromPort: 80,
      toPort: 80,
      ...source,
    },
    ...extra,
    dependencies: { securityGroupId: [target], ...extra.dependencies },
  } satisfies TestResource;
}

/** An inline ingress rule. */
export function inline(source: object): object {
  return { ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, ...source }] };
}
