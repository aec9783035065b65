import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { FargateService, type FargateServiceArgs } from "../../../components";
import { evaluate } from "../../program/mocks";
import { refuses } from "../refusals";
import { declareWeb, webArgs } from "../webService";

const SECRET = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:db-AbCdEf";
const taskType = "aws:ecs/taskDefinition:TaskDefinition";

async function taskOf(changes: Partial<FargateServiceArgs>) {
  const { resources } = await declareWeb(changes);
  const task = resources.find(({ type }) => type === taskType);
  assert.ok(task);
  return task.inputs;
}

async function containersOf(changes: Partial<FargateServiceArgs>) {
  const { containerDefinitions } = await taskOf(changes);
  return JSON.parse(String(containerDefinitions)) as Record<string, unknown>[];
}

const only = async (changes: Partial<FargateServiceArgs>) => (await containersOf(changes))[0] ?? {};

describe("a task's own container", () => {
  it("gets variables that are outputs, numbers and truth values, as texts", async () => {
    const { environment } = await only({
      environment: { URL: pulumi.output("https://queue"), PORT: 8080, DEBUG: pulumi.output(false) },
    });
    assert.deepEqual(environment, [
      { name: "DEBUG", value: "false" },
      { name: "PORT", value: "8080" },
      { name: "URL", value: "https://queue" },
    ]);
  });

  it("says nothing of what it is not told", async () => {
    assert.deepEqual(Object.keys(await only({})), [
      "name",
      "image",
      "essential",
      "portMappings",
      "logConfiguration",
      "linuxParameters",
    ]);
  });

  it("has all that a container definition of ECS has and this project uses", async () => {
    const healthCheck = { command: ["CMD-SHELL", "curl -f localhost || exit 1"], retries: 2 };
    const container = await only({
      command: ["serve"],
      entryPoint: ["/bin/app"],
      workingDirectory: "/srv",
      user: "1000:1000",
      readonlyRootFilesystem: true,
      healthCheck,
      linuxParameters: {
        tmpfs: [{ containerPath: "/tmp", size: 64, mountOptions: ["noexec"] }],
        capabilities: { drop: ["ALL"] },
      },
      ulimits: [{ name: "nofile", softLimit: 1024, hardLimit: 4096 }],
      startTimeout: 30,
      stopTimeout: 60,
      containerCpu: 128,
      containerMemory: 384,
      containerMemoryReservation: 256,
    });
    assert.deepEqual(
      { ...container, logConfiguration: undefined, portMappings: undefined },
      {
        name: "nginx",
        image: "nginx:1.30.6",
        essential: true,
        cpu: 128,
        memory: 384,
        memoryReservation: 256,
        portMappings: undefined,
        logConfiguration: undefined,
        linuxParameters: {
          capabilities: { drop: ["ALL"] },
          tmpfs: [{ containerPath: "/tmp", size: 64, mountOptions: ["noexec"] }],
        },
        command: ["serve"],
        entryPoint: ["/bin/app"],
        workingDirectory: "/srv",
        user: "1000:1000",
        ulimits: [{ name: "nofile", softLimit: 1024, hardLimit: 4096 }],
        readonlyRootFilesystem: true,
        healthCheck,
        startTimeout: 30,
        stopTimeout: 60,
      },
    );
  });

  it("has an init process for ECS Exec beside what it has of Linux", async () => {
    const { linuxParameters } = await only({
      linuxParameters: { capabilities: { drop: ["ALL"] } },
    });
    assert.deepEqual(linuxParameters, {
      initProcessEnabled: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  it("can be entered by ECS Exec unless its root is read-only", async () => {
    const { resources } = await declareWeb({ readonlyRootFilesystem: true });
    const service = resources.find(({ type }) => type === "aws:ecs/service:Service");
    assert.equal(service?.inputs.enableExecuteCommand, false);
    await refuses(
      declareWeb({ readonlyRootFilesystem: true, executeCommand: true }),
      /readonlyRootFilesystem and executeCommand: .* leave one out/,
    );
  });

  it("gets one key of a secret in JSON, whose ARN may be known later", async () => {
    const { secrets } = await only({
      secrets: {
        USER: { valueFrom: SECRET, jsonKey: "user" },
        PASSWORD: { valueFrom: pulumi.output(SECRET), jsonKey: "password" },
      },
    });
    assert.deepEqual(secrets, [
      { name: "PASSWORD", valueFrom: `${SECRET}:password::` },
      { name: "USER", valueFrom: `${SECRET}:user::` },
    ]);
  });
});

describe("a container beside the own one", () => {
  const agent = {
    name: "agent",
    image: pulumi.output("123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/agent@sha256:0"),
    repositoryArn: "arn:aws:ecr:ap-northeast-1:123456789012:repository/agent",
    essential: false,
    environment: { LEVEL: 3 },
    secrets: { TOKEN: { valueFrom: SECRET } },
    command: ["watch"],
    user: "65532",
    cpu: 32,
    memory: 96,
    memoryReservation: 64,
    dependsOn: [{ containerName: "nginx", condition: "START" as const }],
  };

  it("takes what the own one takes", async () => {
    const [, container] = await containersOf({ sidecars: [agent] });
    assert.deepEqual(
      { ...container, logConfiguration: undefined },
      {
        name: "agent",
        image: "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/agent@sha256:0",
        essential: false,
        cpu: 32,
        memory: 96,
        memoryReservation: 64,
        environment: [{ name: "LEVEL", value: "3" }],
        secrets: [{ name: "TOKEN", valueFrom: SECRET }],
        logConfiguration: undefined,
        command: ["watch"],
        user: "65532",
        dependsOn: [{ containerName: "nginx", condition: "START" }],
      },
    );
  });

  it("has its image pulled and its secrets read by the same execution role, and no more", async () => {
    const { resources } = await declareWeb({ sidecars: [agent], executeCommand: false });
    const policies = Object.fromEntries(
      resources
        .filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
        .map(({ name, inputs }) => [name, JSON.parse(String(inputs.policy)) as object]),
    );
    assert.deepEqual(policies["web-execution-pull"], {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
        {
          Effect: "Allow",
          Action: [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
          ],
          Resource: "arn:aws:ecr:ap-northeast-1:123456789012:repository/agent",
        },
      ],
    });
    assert.deepEqual(policies["web-execution-secrets"], {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: [SECRET] }],
    });
  });

  it("may be the task's log router, which others send to", async () => {
    const containers = await containersOf({
      logConfiguration: {
        logDriver: "awsfirelens",
        options: { Name: "http", Host: pulumi.output("logs.example.com") },
        secretOptions: { apikey: { valueFrom: SECRET, jsonKey: "key" } },
      },
      sidecars: [
        { name: "router", image: "fluent-bit:1", firelensConfiguration: { type: "fluentbit" } },
      ],
    });
    assert.deepEqual(containers[0]?.logConfiguration, {
      logDriver: "awsfirelens",
      options: { Name: "http", Host: "logs.example.com" },
      secretOptions: [{ name: "apikey", valueFrom: `${SECRET}:key::` }],
    });
    assert.deepEqual(containers[1]?.firelensConfiguration, { type: "fluentbit" });
    assert.match(JSON.stringify(containers[1].logConfiguration), /"awslogs"/);
  });

  it("keeps its logs where the task's are, with further options of the driver", async () => {
    const { logConfiguration } = await only({
      logConfiguration: { logDriver: "awslogs", options: { mode: "non-blocking" } },
    });
    assert.deepEqual(logConfiguration, {
      logDriver: "awslogs",
      options: {
        "awslogs-group": "/ecs/handson-dev",
        "awslogs-region": "ap-northeast-1",
        "awslogs-stream-prefix": "nginx",
        mode: "non-blocking",
      },
    });
  });
});

describe("a task's volumes", () => {
  it("are shared by the containers that have a place for them", async () => {
    const mountPoints = [{ sourceVolume: "code", containerPath: "/srv", readOnly: true }];
    const inputs = await taskOf({ volumes: [{ name: "code" }], mountPoints });
    assert.deepEqual(inputs.volumes, [{ name: "code" }]);
    const [own] = JSON.parse(String(inputs.containerDefinitions)) as { mountPoints: unknown }[];
    assert.deepEqual(own?.mountPoints, mountPoints);
  });

  it("on EFS are encrypted in transit, by an access point and the task role where asked for", async () => {
    const { volumes } = await taskOf({
      volumes: [
        { name: "plain", efsVolumeConfiguration: { fileSystemId: "fs-01234567" } },
        {
          name: "own",
          efsVolumeConfiguration: {
            fileSystemId: "fs-01234567",
            accessPointId: "fsap-01234567",
            iam: true,
          },
        },
      ],
    });
    assert.deepEqual(volumes, [
      {
        name: "plain",
        efsVolumeConfiguration: { fileSystemId: "fs-01234567", transitEncryption: "ENABLED" },
      },
      {
        name: "own",
        efsVolumeConfiguration: {
          fileSystemId: "fs-01234567",
          transitEncryption: "ENABLED",
          authorizationConfig: { accessPointId: "fsap-01234567", iam: "ENABLED" },
        },
      },
    ]);
  });
});

describe("what a pipeline makes revisions of", () => {
  const volumes = [{ name: "code" }];

  async function templateOf(changes: Partial<FargateServiceArgs>) {
    const { outputs } = await evaluate(
      () => ({
        template: new FargateService("web", { ...webArgs, ...changes }).deployTarget.template,
      }),
      // Of a task definition without volumes a preview would not know that it has none.
      { states: (type) => (type === taskType ? { volumes } : {}) },
    );
    return JSON.parse(outputs.template) as Record<string, unknown>;
  }

  it("has the task's volumes, and does not ask for them where there are none", async () => {
    assert.deepEqual((await templateOf({ volumes })).volumes, volumes);
    assert.ok(!("volumes" in (await templateOf({}))));
  });
});

describe("a task's code", () => {
  it("may do what the program says, by a policy of the task role's", async () => {
    const { resources, outputs } = await declareWeb({
      executeCommand: false,
      taskPolicies: [
        {
          sid: "Queue",
          actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
          resources: [pulumi.output("arn:aws:sqs:ap-northeast-1:123456789012:jobs")],
        },
        {
          effect: "Deny",
          actions: ["s3:*"],
          resources: ["*"],
          conditions: [
            { test: "StringNotEquals", variable: "aws:SourceVpc", values: ["vpc-1", "vpc-2"] },
            { test: "StringNotEquals", variable: "aws:RequestedRegion", values: ["eu-west-1"] },
          ],
        },
      ],
      taskPolicyArns: { xray: "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess" },
    });
    const policy = resources.find(({ name }) => name === "web-task-policies");
    assert.equal(policy?.inputs.role, "web-task-id");
    assert.deepEqual(JSON.parse(String(policy.inputs.policy)), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Queue",
          Effect: "Allow",
          Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
          Resource: ["arn:aws:sqs:ap-northeast-1:123456789012:jobs"],
        },
        {
          Effect: "Deny",
          Action: ["s3:*"],
          Resource: ["*"],
          Condition: {
            StringNotEquals: {
              "aws:SourceVpc": ["vpc-1", "vpc-2"],
              "aws:RequestedRegion": ["eu-west-1"],
            },
          },
        },
      ],
    });
    const attachment = resources.find(({ name }) => name === "web-task-xray");
    assert.equal(attachment?.inputs.policyArn, "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess");
    const service = resources.find(({ type }) => type === "aws:ecs/service:Service");
    for (const name of ["web-task-policies", "web-task-xray"]) {
      assert.ok(service?.dependencies.includes(name), `${name} is there before the tasks`);
    }
    assert.equal(await valueOf(outputs.taskRole.arn), "arn:aws:mock:::web-task");
  });

  for (const [title, changes, told] of [
    [
      "a statement without actions",
      { actions: [], resources: ["*"] },
      /taskPolicies\[0\] has no actions/,
    ],
    ["one without resources", { actions: ["s3:Get*"], resources: [] }, /\[0\] has no resources/],
    [
      "an action that is none",
      { actions: ["GetObject"], resources: ["*"] },
      /"GetObject" is no action/,
    ],
    [
      "a resource that is none",
      { actions: ["s3:Get*"], resources: ["bucket"] },
      /"bucket" must be an ARN or \*/,
    ],
    [
      "an effect that is none",
      { effect: "Maybe", actions: ["s3:Get*"], resources: ["*"] },
      /effect "Maybe" must be "Allow" or "Deny"/,
    ],
    [
      "a name with spaces",
      { sid: "a b", actions: ["s3:Get*"], resources: ["*"] },
      /sid "a b" must be letters/,
    ],
    [
      "a condition without values",
      {
        actions: ["s3:Get*"],
        resources: ["*"],
        conditions: [{ test: "Bool", variable: "aws:x", values: [] }],
      },
      /the condition on aws:x has no values/,
    ],
    [
      "a condition twice",
      {
        actions: ["s3:Get*"],
        resources: ["*"],
        conditions: [
          { test: "StringEquals", variable: "aws:x", values: ["1"] },
          { test: "StringEquals", variable: "aws:x", values: ["2"] },
        ],
      },
      /"StringEquals aws:x" is there twice/,
    ],
  ] as [string, NonNullable<FargateServiceArgs["taskPolicies"]>[number], RegExp][]) {
    it(`is refused ${title}`, async () => {
      await refuses(declareWeb({ taskPolicies: [changes] }), told);
    });
  }

  it("is refused two statements of one name", async () => {
    const statement = { sid: "A", actions: ["s3:Get*"], resources: ["*"] };
    await refuses(declareWeb({ taskPolicies: [statement, statement] }), /sid "A" is there twice/);
  });

  it("is refused policies that are none, and more than a role takes", async () => {
    const arns = Object.fromEntries(
      Array.from({ length: 11 }, (_, i) => [`p${i}`, `arn:aws:iam::aws:policy/P${i}`]),
    );
    await refuses(declareWeb({ taskPolicyArns: arns }), /has 11 policies; a role takes at most 10/);
    await refuses(
      declareWeb({ taskPolicyArns: { "a b": "AdministratorAccess" } }),
      /taskPolicyArns: "a b" must be letters/,
      /taskPolicyArns\.a b: "AdministratorAccess" must be a policy's ARN/,
    );
  });
});

const valueOf = <T>(output: pulumi.Output<T> | T): Promise<T> =>
  new Promise((resolve) => {
    pulumi.output(output).apply((value) => {
      resolve(value as T);
    });
  });

describe("a container", () => {
  const check = { command: ["CMD", "true"] };
  const agent = { name: "agent", image: "agent:1" };

  for (const [title, changes, told] of [
    ["a name that is none", { containerName: "a b" }, /containerName "a b" must be/],
    ["a port out of range", { sidecars: [{ ...agent, port: 0 }] }, /sidecars\.agent\.port 0 must/],
    ["a user that is none", { user: "a b" }, /user "a b" must be a user/],
    ["an empty command", { command: [] }, /command is empty/],
    ["an empty entry point", { entryPoint: [] }, /entryPoint is empty/],
    [
      "a folder that is none",
      { workingDirectory: "srv" },
      /workingDirectory "srv" must start with/,
    ],
    ["too long to stop", { stopTimeout: 121 }, /stopTimeout 121 must be .* from 2 to 120/],
    ["too short to start", { startTimeout: 1 }, /startTimeout 1 must be .* from 2 to 120/],
    [
      "a health check that runs nothing",
      { healthCheck: { command: ["curl"] } },
      /must begin with "CMD"/,
    ],
    [
      "a check too often",
      { healthCheck: { ...check, interval: 1 } },
      /healthCheck\.interval 1 .* 5 to 300/,
    ],
    [
      "a check too long",
      { healthCheck: { ...check, timeout: 121 } },
      /healthCheck\.timeout 121 .* 2 to 120/,
    ],
    ["no retries", { healthCheck: { ...check, retries: 0 } }, /healthCheck\.retries 0 .* 1 to 10/],
    [
      "too long a start",
      { healthCheck: { ...check, startPeriod: 301 } },
      /healthCheck\.startPeriod 301 .* 0 to 300/,
    ],
    [
      "a limit that Linux has not",
      { ulimits: [{ name: "files", softLimit: 1, hardLimit: 1 }] },
      /"files" unknown; choose from core/,
    ],
    [
      "a limit that Fargate does not let be set",
      { ulimits: [{ name: "core", softLimit: 1, hardLimit: 1 }] },
      /Fargate lets nofile be set only, not core/,
    ],
    [
      "a soft limit above the hard one",
      { ulimits: [{ name: "nofile", softLimit: 2, hardLimit: 1 }] },
      /softLimit 2 is above hardLimit 1/,
    ],
    [
      "a folder in memory without size or place",
      { linuxParameters: { tmpfs: [{ containerPath: "tmp", size: 0 }] } },
      /tmpfs: containerPath "tmp" must start with \//,
    ],
    [
      "a capability that Fargate does not let be added",
      { linuxParameters: { capabilities: { add: ["NET_ADMIN"] } } },
      /Fargate lets SYS_PTRACE be added only, not NET_ADMIN/,
    ],
    [
      "a place for a volume that is not there",
      { mountPoints: [{ sourceVolume: "code", containerPath: "/srv" }] },
      /the task has no volume "code"; name it in volumes/,
    ],
    [
      "two things in one place",
      {
        volumes: [{ name: "code" }],
        mountPoints: [
          { sourceVolume: "code", containerPath: "/srv" },
          { sourceVolume: "code", containerPath: "/srv" },
        ],
      },
      /two things are to be at \/srv/,
    ],
    [
      "a log driver that Fargate has not",
      { logConfiguration: { logDriver: "syslog" } },
      /logDriver "syslog" is not to be had on Fargate; choose from awslogs, splunk, awsfirelens/,
    ],
    [
      "a log group of others",
      { logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "x" } } },
      /leave awslogs-group out/,
    ],
    [
      "a log router that is not there",
      { logConfiguration: { logDriver: "awsfirelens" } },
      /awsfirelens needs a container with a firelensConfiguration/,
    ],
    [
      "a dependency on nobody",
      { dependsOn: [{ containerName: "x", condition: "START" }] },
      /"nginx" depends on "x", which the task does not have/,
    ],
    [
      "a condition that is none",
      { sidecars: [agent], dependsOn: [{ containerName: "agent", condition: "UP" }] },
      /condition "UP" unknown; choose from START, COMPLETE, SUCCESS, HEALTHY/,
    ],
    [
      "to wait for the health of what has no check",
      { sidecars: [agent], dependsOn: [{ containerName: "agent", condition: "HEALTHY" }] },
      /"nginx" depends on "agent" to be HEALTHY, which has no healthCheck/,
    ],
    [
      "to wait for the end of what the task ends with",
      { sidecars: [agent], dependsOn: [{ containerName: "agent", condition: "SUCCESS" }] },
      /"agent" to SUCCESS, which is essential/,
    ],
    [
      "to wait in a circle",
      {
        sidecars: [{ ...agent, dependsOn: [{ containerName: "nginx", condition: "START" }] }],
        dependsOn: [{ containerName: "agent", condition: "START" }],
      },
      /the containers nginx, agent wait for each other/,
    ],
    [
      "more CPU than its task",
      { containerCpu: 512 },
      /cpu are 512 units together, the task has 256/,
    ],
    [
      "more memory than its task",
      { containerMemory: 1024 },
      /"nginx" may have 1024 MiB, its task has 512/,
    ],
    [
      "memory that is not there for all",
      { sidecars: [{ ...agent, memory: 500 }], containerMemoryReservation: 64 },
      /reserve 564 MiB together, the task has 512/,
    ],
    [
      "to keep more memory than it may have",
      { containerMemory: 128, containerMemoryReservation: 256 },
      /containerMemoryReservation 256 must be .* from 6 to 128/,
    ],
    [
      "a secret's key that is none",
      { secrets: { A: { valueFrom: SECRET, jsonKey: "a:b" } } },
      /secrets\.A\.jsonKey "a:b"/,
    ],
    [
      "two keys of a secret",
      { secrets: { A: { valueFrom: `${SECRET}:a::`, jsonKey: "b" } } },
      /says a key already; leave jsonKey out/,
    ],
    [
      "a key of a parameter",
      {
        secrets: {
          A: { valueFrom: "arn:aws:ssm:ap-northeast-1:123456789012:parameter/a", jsonKey: "b" },
        },
      },
      /a parameter has no keys/,
    ],
    [
      "two volumes of one name",
      { volumes: [{ name: "a" }, { name: "a" }] },
      /volumes: "a" is there twice/,
    ],
    [
      "a volume's name that is none",
      { volumes: [{ name: "a b" }] },
      /volumes: "a b" must be a name/,
    ],
    [
      "two roots of a volume",
      {
        volumes: [
          {
            name: "a",
            efsVolumeConfiguration: {
              fileSystemId: "fs-1",
              accessPointId: "fsap-1",
              rootDirectory: "/",
            },
          },
        ],
      },
      /accessPointId and rootDirectory: give one/,
    ],
  ] as [string, Partial<FargateServiceArgs>, RegExp][]) {
    it(`is refused ${title}`, async () => {
      await refuses(declareWeb(changes), told);
    });
  }

  it("is told everything that is wrong at once, by the name of the container", async () => {
    await refuses(
      declareWeb({
        user: "a b",
        sidecars: [{ ...agent, stopTimeout: 500, healthCheck: { command: [] } }],
      }),
      /- user "a b"/,
      /- sidecars\.agent\.stopTimeout 500/,
      /- sidecars\.agent\.healthCheck\.command/,
    );
  });

  it("is refused an eleventh, and a second log router", async () => {
    const many = Array.from({ length: 10 }, (_, i) => ({ name: `c${i}`, image: "a:1", memory: 6 }));
    await refuses(
      declareWeb({ sidecars: many }),
      /the task has 11 containers; ECS takes at most 10/,
    );
    const router = { image: "a:1", firelensConfiguration: { type: "fluentbit" as const } };
    await refuses(
      declareWeb({
        sidecars: [
          { ...router, name: "one" },
          { ...router, name: "two" },
        ],
      }),
      /one and two; a task has one log router/,
    );
  });
});
