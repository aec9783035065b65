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
  /** Properties to set in each language; `undefined` removes one. */
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

// In two parts, so that scanners of this repository do not take it for a leaked token.
const gitHubToken = ["ghp", "x7Jq2LmN9vRt4KsW8yBz3CdF6gHp1QaE5uTo"].join("_");

const variable = (name: string, value: string): Form =>
  secondContainer({ environment: [{ name, value }] });

const hostVolume = (path: string): Form =>
  task({
    pulumi: { volumes: [{ name: "host", hostPath: path }] },
    cloudFormation: { Volumes: [{ Name: "host", Host: { SourcePath: path } }] },
  });

const plaintext = "ecs-task-definition-no-plaintext-secrets";

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
    why: "Only its name shows that the value is a credential.",
    before: secondContainer({ secrets: [{ name: "DB_PASSWORD", valueFrom: secretArn }] }),
    changed: secondContainer({
      environment: [{ name: "DB_PASSWORD", value: "Zk7wQ2mX9tLr4VbN8sJy" }],
    }),
  },
  {
    title: "GitHub token under a harmless name",
    kind: "flaw",
    rule: "ecs-task-definition-no-plaintext-secrets",
    why: "Only its form shows what it is.",
    before: secondContainer({ secrets: [{ name: "SETTING", valueFrom: secretArn }] }),
    changed: secondContainer({ environment: [{ name: "SETTING", value: gitHubToken }] }),
  },
  {
    title: "A log level in the environment",
    kind: "harmless",
    why: "Settings that are not secret belong there; cdk-nag's ECS2 wants all of them elsewhere.",
    before: secondContainer(),
    changed: secondContainer({ environment: [{ name: "LOG_LEVEL", value: "info" }] }),
  },
  {
    title: "A setting about passwords in the environment",
    kind: "harmless",
    why: "The name of a hash function is not a password, but its variable is named like one.",
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
  {
    title: "MySQL's password variable",
    kind: "flaw",
    rule: plaintext,
    why: "`MYSQL_PWD` is what the client reads, and no usual pattern of names matches it.",
    before: secondContainer(),
    changed: variable("MYSQL_PWD", "Zk7wQ2mX9tLr4VbN8sJy"),
  },
  {
    title: "Password in a connection URL",
    kind: "flaw",
    rule: plaintext,
    why: "The name says nothing; the value contains a user and a password.",
    before: variable("CACHE_URL", "redis://cache.internal:6379/0"),
    changed: variable("CACHE_URL", "redis://:Zk7wQ2mX9tLr4VbN8sJy@cache.internal:6379/0"),
  },
  {
    title: "Password in a connection string",
    kind: "flaw",
    rule: plaintext,
    why: "As .NET writes them: the password is a named part of the value.",
    before: variable("DB", "Server=db.internal;Database=web"),
    changed: variable("DB", "Server=db.internal;Database=web;Password=Zk7wQ2mX9tLr4VbN8sJy"),
  },
  {
    title: "GitHub token in a command",
    kind: "flaw",
    rule: plaintext,
    why: "Arguments are as public as variables.",
    before: secondContainer({ command: ["fetch", "--from", "github"] }),
    changed: secondContainer({ command: ["fetch", "--token", gitHubToken] }),
  },
  {
    title: "Container adds SYS_ADMIN",
    kind: "flaw",
    rule: "ecs-task-definition-no-added-capabilities",
    why: "Gives nearly as much as `privileged`, through another property.",
    before: secondContainer(),
    changed: secondContainer({ linuxParameters: { capabilities: { add: ["SYS_ADMIN"] } } }),
  },
  {
    title: "Task mounts Docker's socket",
    kind: "flaw",
    rule: "ecs-task-definition-no-docker-socket",
    why: "Whoever has the socket has the host.",
    before: hostVolume("/srv/cache"),
    changed: hostVolume("/var/run/docker.sock"),
  },
  {
    title: "Task shares its host's IPC namespace",
    kind: "flaw",
    rule: "ecs-task-definition-no-host-namespace",
    why: "The other namespace of the host.",
    before: task(),
    changed: task({ pulumi: { ipcMode: "host" }, cloudFormation: { IpcMode: "host" } }),
  },
  {
    title: "Second container without logs",
    kind: "flaw",
    rule: "ecs-task-definition-logging",
    why: "The first one has them.",
    before: secondContainer(),
    changed: secondContainer({ logConfiguration: undefined }),
  },
  {
    title: "Second container runs as root",
    kind: "flaw",
    rule: "ecs-task-definition-nonroot-user",
    why: "By its number.",
    before: secondContainer(),
    changed: secondContainer({ user: "0" }),
  },
  {
    title: "Second container writes to its root",
    kind: "flaw",
    rule: "ecs-task-definition-readonly-root",
    why: "What is not written is easy to overlook.",
    before: secondContainer(),
    changed: secondContainer({ readonlyRootFilesystem: undefined }),
  },
  {
    title: "Image tagged latest",
    kind: "flaw",
    rule: "ecs-task-definition-image-pinned",
    why: "Two starts may run two images.",
    before: secondContainer(),
    changed: secondContainer({ image: "public.ecr.aws/nginx/nginx:latest" }),
  },
  {
    title: "Path of a credentials file",
    kind: "harmless",
    why: "The variable says where a file is, not what is in it.",
    before: secondContainer(),
    changed: variable("GOOGLE_APPLICATION_CREDENTIALS", "/run/secrets/google.json"),
  },
  {
    title: "Prefix of secrets' names",
    kind: "harmless",
    why: "It names secrets, but is not one.",
    before: secondContainer(),
    changed: variable("SECRETS_PREFIX", "prod/web"),
  },
  {
    title: "Switch for resetting passwords",
    kind: "harmless",
    why: "The value is true.",
    before: secondContainer(),
    changed: variable("PASSWORD_RESET_ENABLED", "true"),
  },
  {
    title: "How long tokens live",
    kind: "harmless",
    why: "The value is a time.",
    before: secondContainer(),
    changed: variable("JWT_ACCESS_TOKEN_EXPIRES_IN", "15m"),
  },
  {
    title: "Who issues tokens",
    kind: "harmless",
    why: "The value is an address, which is not secret.",
    before: secondContainer(),
    changed: variable("TOKEN_ISSUER", "https://login.example.com"),
  },
  {
    title: "Name of a secret",
    kind: "harmless",
    why: "The program reads the secret itself, by its name.",
    before: secondContainer(),
    changed: variable("DB_SECRET_ID", "prod/web/db"),
  },
  {
    title: "Password from Secrets Manager",
    kind: "harmless",
    why: "As it should be.",
    before: secondContainer(),
    changed: secondContainer({ secrets: [{ name: "DB_PASSWORD", valueFrom: secretArn }] }),
  },
  {
    title: "Image by its digest",
    kind: "harmless",
    why: "It has no tag, but a digest pins it even better.",
    before: secondContainer(),
    changed: secondContainer({
      image: `public.ecr.aws/nginx/nginx@sha256:${"0123456789abcdef".repeat(4)}`,
    }),
  },
  {
    title: "Health check of a container",
    kind: "harmless",
    why: "A shell command without any secret.",
    before: secondContainer(),
    changed: secondContainer({
      healthCheck: { command: ["CMD-SHELL", "curl -fsS http://localhost:8080/ || exit 1"] },
    }),
  },
  {
    title: "Port of a container",
    kind: "harmless",
    why: "What a web server is for.",
    before: secondContainer(),
    changed: secondContainer({ portMappings: [{ containerPort: 8080, protocol: "tcp" }] }),
  },
  {
    title: "Init process for ECS Exec",
    kind: "harmless",
    why: "Linux parameters are not capabilities.",
    before: secondContainer(),
    changed: secondContainer({ linuxParameters: { initProcessEnabled: true } }),
  },
  {
    title: "Container drops all capabilities",
    kind: "harmless",
    why: "The opposite of adding one.",
    before: secondContainer(),
    changed: secondContainer({ linuxParameters: { capabilities: { drop: ["ALL"] } } }),
  },
  {
    title: "Tasks on Graviton",
    kind: "harmless",
    why: "Another processor does not change any permissions.",
    before: task(),
    changed: task({
      pulumi: { runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "ARM64" } },
      cloudFormation: {
        RuntimePlatform: { OperatingSystemFamily: "LINUX", CpuArchitecture: "ARM64" },
      },
    }),
  },
];
