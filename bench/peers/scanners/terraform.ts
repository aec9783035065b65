import { type TestResource, unknown } from "../../../tests/policies/harness";

// Pulumi's AWS provider is generated from Terraform's, so one form can be converted to the other.
const TYPES: Readonly<Record<string, string>> = {
  "aws:autoscaling/group:Group": "aws_autoscaling_group",
  "aws:cloudwatch/logGroup:LogGroup": "aws_cloudwatch_log_group",
  "aws:ec2/launchTemplate:LaunchTemplate": "aws_launch_template",
  "aws:ec2/managedPrefixList:ManagedPrefixList": "aws_ec2_managed_prefix_list",
  "aws:ec2/securityGroup:SecurityGroup": "aws_security_group",
  "aws:ec2/securityGroupRule:SecurityGroupRule": "aws_security_group_rule",
  "aws:ec2/vpc:Vpc": "aws_vpc",
  "aws:ecr/repository:Repository": "aws_ecr_repository",
  "aws:ecs/service:Service": "aws_ecs_service",
  "aws:ecs/taskDefinition:TaskDefinition": "aws_ecs_task_definition",
  "aws:efs/fileSystem:FileSystem": "aws_efs_file_system",
  "aws:iam/role:Role": "aws_iam_role",
  "aws:iam/rolePolicy:RolePolicy": "aws_iam_role_policy",
  "aws:lb/loadBalancer:LoadBalancer": "aws_lb",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":
    "aws_vpc_security_group_ingress_rule",
};

// Names that are not simply Pulumi's in snake case: Pulumi uses the plural for repeated blocks and lists.
const NAMES: Readonly<Record<string, string>> = {
  entries: "entry",
  hostPath: "host_path",
  volumes: "volume",
  vpcZoneIdentifiers: "vpc_zone_identifier",
};

// Properties with JSON, which Terraform programs write as values and encode.
const ENCODED = ["containerDefinitions", "policy", "assumeRolePolicy"];

const terraformName = (name: string): string =>
  NAMES[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function typeOf({ type }: Pick<TestResource, "type">): string {
  const found = TYPES[type];
  if (found === undefined) {
    throw new Error(`no Terraform type is known for ${type}`);
  }
  return found;
}

function lines(name: string, value: unknown, refer: () => string): readonly string[] {
  if (value === undefined) {
    return [];
  }
  const blocks = isObject(value) ? [value] : value;
  if (Array.isArray(blocks) && blocks.length > 0 && blocks.every(isObject)) {
    return blocks.flatMap((block) => [
      `${terraformName(name)} {`,
      ...Object.entries(block).flatMap(([key, part]) => lines(key, part, refer)),
      "}",
    ]);
  }
  const expression = (part: unknown): string => {
    if (Array.isArray(part)) {
      return `[${part.map(expression).join(", ")}]`;
    }
    return part === unknown ? refer() : JSON.stringify(part);
  };
  const text =
    ENCODED.includes(name) && typeof value === "string"
      ? `jsonencode(${JSON.stringify(JSON.parse(value), undefined, 2)})`
      : expression(value);
  return [`${terraformName(name)} = ${text}`];
}

function resourceLines(resource: TestResource, all: readonly TestResource[]): readonly string[] {
  const { name = "it", props, dependencies = {} } = resource;
  return [
    `resource "${typeOf(resource)}" "${name}" {`,
    ...Object.entries(props).flatMap(([key, value]) => {
      // Unknown values of a property come from its dependencies, one by one.
      const targets = (dependencies[key] ?? []).values();
      const refer = (): string => {
        const { value: target } = targets.next();
        const found = all.find((candidate) => candidate.name === target);
        if (!found) {
          throw new Error(`${name}.${key} has an unknown value without a dependency`);
        }
        return `${typeOf(found)}.${target ?? ""}.id`;
      };
      return lines(key, value, refer);
    }),
    "}",
  ];
}

/** The resources of a stack as a Terraform program. @throws Error for a type that has no translation */
export function toTerraform(resources: readonly TestResource[]): string {
  return `${resources.flatMap((resource) => resourceLines(resource, resources)).join("\n")}\n`;
}
