import type { Rule } from "../../policies/lib/rule";
import { rules } from "../../policies/rules";
import { check, type PackConfig, type TestResource } from "./harness";

// Task definitions, groups and tasks as they are written outside the AWS provider. Sources: the schemas of
// AWS::ECS::TaskDefinition and the others in the CloudFormation Template Reference; aws-native has them in camel case.

export const ROLE = "arn:aws:iam::123456789012:role/execution";
export const AWSVPC = "ecs-task-definition-awsvpc-network-mode";
export const EXECUTION = "ecs-task-definition-execution-role-required";
export const VPC_ONLY = "ecs-service-security-group-vpc-only";

export const container = {
  Name: "web",
  Image: "nginx:1.28.0",
  User: "101",
  ReadonlyRootFilesystem: true,
  LogConfiguration: { LogDriver: "awslogs" },
};
export const task = (more: object = {}) => ({
  Family: "web",
  NetworkMode: "awsvpc",
  ExecutionRoleArn: ROLE,
  ContainerDefinitions: [container],
  ...more,
});
export const ingress = { IpProtocol: "tcp", FromPort: 80, ToPort: 80 };

/** Names with a lower-case first letter, as in aws-native. */
function lowerCamel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerCamel);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      lowerCamel(part),
    ]),
  );
}

type Kind = (typeName: string, properties: object, extra?: Partial<TestResource>) => TestResource;

export const native: Kind = (typeName, properties, extra = {}) => {
  const [, service = "", name = ""] = typeName.split("::");
  const type = `aws-native:${service.toLowerCase()}:${name}`;
  return { type, name, props: lowerCamel(properties) as object, ...extra };
};
export const cloudControl: Kind = (typeName, properties, extra = {}) => ({
  type: "aws:cloudcontrol/resource:Resource",
  name: typeName.split("::")[2] ?? "",
  props: { typeName, desiredState: JSON.stringify(properties) },
  ...extra,
});
export const stackOf = (templateBody: unknown, props: object = {}): TestResource => ({
  type: "aws:cloudformation/stack:Stack",
  name: "stack",
  props: { templateBody, ...props },
});
export const inTemplate: Kind = (Type, Properties) =>
  stackOf(JSON.stringify({ Resources: { It: { Type, Properties } } }));
const inStackSet: Kind = (...args) => ({
  ...inTemplate(...args),
  type: "aws:cloudformation/stackSet:StackSet",
});
export const kinds = { native, cloudControl, inTemplate, inStackSet };

export async function mandatory(
  resources: readonly TestResource[],
  config: PackConfig = {},
  chosen: readonly Rule[] = rules,
): Promise<string[]> {
  const findings = await check(chosen, resources, config);
  return findings.filter(({ level }) => level === "mandatory").map(({ rule }) => rule);
}
export async function messages(
  resources: readonly TestResource[],
  name: string,
): Promise<string[]> {
  const findings = await check(rules, resources);
  return findings.filter(({ rule }) => rule === name).map(({ message }) => message);
}
