import type { TestResource } from "../../../../tests/policies/harness";
import type { CfnResource, Form, ScannerCase } from "../case";

const role = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;
const secretArn = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:db-AbCdEf";

/** Properties of a container, as ECS spells them. */
type Container = Readonly<Record<string, unknown>>;

const container = (name: string, more: Container = {}): Container => ({
  name,
  image: "public.ecr.aws/nginx/nginx:1.28.0",
  user: "101",
  readonlyRootFilesystem: true,
  logConfiguration: {
    logDriver: "awslogs",
    options: {
      "awslogs-group": "web",
      "awslogs-region": "ap-northeast-1",
      "awslogs-stream-prefix": name,
    },
  },
  ...more,
});

/** CloudFormation spells ECS's property names with a capital; names of log options are data. */
function capitalized(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(capitalized);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key.charAt(0).toUpperCase() + key.slice(1),
      key === "options" ? part : capitalized(part),
    ]),
  );
}

interface TaskOptions {
  readonly containers?: readonly Container[];
  /** Properties to set in each language; `undefined` takes one away. */
  readonly pulumi?: object;
  readonly cloudFormation?: object;
}

function task({ containers = [container("web")], ...more }: TaskOptions = {}): Form {
  const pulumi: TestResource = {
    type: "aws:ecs/taskDefinition:TaskDefinition",
    name: "task",
    props: {
      family: "web",
      requiresCompatibilities: ["EC2"],
      cpu: "256",
      memory: "512",
      networkMode: "awsvpc",
      executionRoleArn: role("execution"),
      taskRoleArn: role("task"),
      containerDefinitions: JSON.stringify(containers),
      ...more.pulumi,
    },
  };
  const cloudFormation: CfnResource = {
    Type: "AWS::ECS::TaskDefinition",
    Properties: {
      Family: "web",
      RequiresCompatibilities: ["EC2"],
      Cpu: "256",
      Memory: "512",
      NetworkMode: "awsvpc",
      ExecutionRoleArn: role("execution"),
      TaskRoleArn: role("task"),
      ContainerDefinitions: capitalized(containers),
      ...more.cloudFormation,
    },
  };
  return { pulumi: [pulumi], cloudFormation: { Task: cloudFormation } };
}

const secondContainer = (more: Container = {}): Form =>
  task({ containers: [container("web"), container("sidecar", more)] });

const secondVolume = (transitEncryption: "ENABLED" | "DISABLED"): Form => {
  const volumes = [
    { name: "first", transitEncryption: "ENABLED" },
    { name: "second", transitEncryption },
  ];
  const fileSystemId = "fs-0123456789abcdef0";
  return task({
    pulumi: {
      volumes: volumes.map(({ name, ...encryption }) => ({
        name,
        efsVolumeConfiguration: { fileSystemId, ...encryption },
      })),
    },
    cloudFormation: {
      Volumes: volumes.map((volume) => ({
        Name: volume.name,
        EFSVolumeConfiguration: {
          FilesystemId: fileSystemId,
          TransitEncryption: volume.transitEncryption,
        },
      })),
    },
  });
};

// In two parts, so that no scanner of this repository takes it for a token that somebody lost.
const gitHubToken = ["ghp", "x7Jq2LmN9vRt4KsW8yBz3CdF6gHp1QaE5uTo"].join("_");

/** What runs in a task, and as whom. */
export const taskCases: readonly ScannerCase[] = [
  {
    title: "Second container privileged",
    kind: "flaw",
    rule: "ecs-task-definition-no-privileged",
    why: "ECS calls the property `privileged`; Checkov's CKV_AWS_334 looks for `privilege`.",
    before: secondContainer(),
    changed: secondContainer({ privileged: true }),
  },
  {
    title: "Task shares its host's process namespace",
    kind: "flaw",
    rule: "ecs-task-definition-no-host-namespace",
    why: "`pidMode` belongs to the task; Checkov's CKV_AWS_335 looks for it in containers, which have none.",
    before: task(),
    changed: task({ pulumi: { pidMode: "host" }, cloudFormation: { PidMode: "host" } }),
  },
  {
    title: "Second EFS volume without encryption in transit",
    kind: "flaw",
    rule: "ecs-task-definition-efs-transit-encryption",
    why: "The first volume is in order, and Checkov's CKV_AWS_97 stops there.",
    before: secondVolume("ENABLED"),
    changed: secondVolume("DISABLED"),
  },
  {
    title: "Password in the environment of the second container",
    kind: "flaw",
    rule: "ecs-task-definition-no-plaintext-secrets",
    why: "Only its name tells that the value is a credential.",
    before: secondContainer({ secrets: [{ name: "DB_PASSWORD", valueFrom: secretArn }] }),
    changed: secondContainer({
      environment: [{ name: "DB_PASSWORD", value: "Zk7wQ2mX9tLr4VbN8sJy" }],
    }),
  },
  {
    title: "GitHub token under a harmless name",
    kind: "flaw",
    rule: "ecs-task-definition-no-plaintext-secrets",
    why: "Only its form tells what it is.",
    before: secondContainer({ secrets: [{ name: "SETTING", valueFrom: secretArn }] }),
    changed: secondContainer({ environment: [{ name: "SETTING", value: gitHubToken }] }),
  },
  {
    title: "A log level in the environment",
    kind: "harmless",
    why: "Settings that are no secrets belong there; cdk-nag's ECS2 wants all of them elsewhere.",
    before: secondContainer(),
    changed: secondContainer({ environment: [{ name: "LOG_LEVEL", value: "info" }] }),
  },
  {
    title: "A setting about passwords in the environment",
    kind: "harmless",
    rule: "ecs-task-definition-no-plaintext-secrets",
    why: "The name of a hash function is no password, but its variable is named like one.",
    before: secondContainer(),
    changed: secondContainer({
      environment: [{ name: "PASSWORD_HASH_ALGORITHM", value: "argon2id" }],
    }),
  },
  {
    title: "Image of a registry with a port, without a tag",
    kind: "flaw",
    rule: "ecs-task-definition-image-pinned",
    why: "The colon precedes the registry's port, not a tag.",
    before: secondContainer({ image: "registry.example.com:5000/web:1.4.2" }),
    changed: secondContainer({ image: "registry.example.com:5000/web" }),
  },
  {
    title: "Execution role is the task role",
    kind: "flaw",
    rule: "ecs-task-definition-distinct-roles",
    why: "Two properties must be compared.",
    before: task(),
    changed: task({
      pulumi: { taskRoleArn: role("execution") },
      cloudFormation: { TaskRoleArn: role("execution") },
    }),
  },
  {
    title: "Network mode is bridge",
    kind: "flaw",
    rule: "ecs-task-definition-awsvpc-network-mode",
    why: "Tasks then share their host's network interface and have no group of their own.",
    before: task(),
    changed: task({
      pulumi: { networkMode: "bridge" },
      cloudFormation: { NetworkMode: "bridge" },
    }),
  },
  {
    title: "Execution role missing",
    kind: "flaw",
    rule: "ecs-task-definition-execution-role-required",
    why: "What is not written is easy to overlook.",
    before: task(),
    changed: task({
      pulumi: { executionRoleArn: undefined },
      cloudFormation: { ExecutionRoleArn: undefined },
    }),
  },
];
