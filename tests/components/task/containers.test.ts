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

const valueOf = <T>(output: pulumi.Output<T> | T): Promise<T> =>
  new Promise((resolve) => {
    pulumi.output(output).apply((value) => {
      resolve(value as T);
    });
  });

describe("a task's own container", () => {
  it("gets variables that are Outputs, numbers and booleans as text", async () => {
    const { environment } = await only({
      environment: { URL: pulumi.output("https://queue"), PORT: 8080, DEBUG: pulumi.output(false) },
    });
    assert.deepEqual(environment, [
      { name: "DEBUG", value: "false" },
      { name: "PORT", value: "8080" },
      { name: "URL", value: "https://queue" },
    ]);
  });

  it("sets nothing that it is not given", async () => {
    assert.deepEqual(Object.keys(await only({})), [
      "name",
      "image",
      "essential",
      "portMappings",
      "logConfiguration",
      "linuxParameters",
    ]);
  });

  it("sets every property of an ECS container definition that this project offers", async () => {
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

  it("has an init process for ECS Exec besides its own Linux parameters", async () => {
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

  it("gets one key of a JSON secret, whose ARN may be known later", async () => {
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

describe("a sidecar", () => {
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

  it("accepts what the task's own container accepts", async () => {
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
  it("are shared by the containers that mount them", async () => {
    const mountPoints = [{ sourceVolume: "code", containerPath: "/srv", readOnly: true }];
    const inputs = await taskOf({ volumes: [{ name: "code" }], mountPoints });
    assert.deepEqual(inputs.volumes, [{ name: "code" }]);
    const [own] = JSON.parse(String(inputs.containerDefinitions)) as { mountPoints: unknown }[];
    assert.deepEqual(own?.mountPoints, mountPoints);
  });

  it("on EFS are encrypted in transit, with an access point and the task role if asked for", async () => {
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

describe("a pipeline's template for revisions", () => {
  const volumes = [{ name: "code" }];

  async function templateOf(changes: Partial<FargateServiceArgs>) {
    const { outputs } = await evaluate(
      () => ({
        template: new FargateService("web", { ...webArgs, ...changes }).deployTarget.template,
      }),
      // A preview would not know that a task definition without volumes has none.
      { states: (type) => (type === taskType ? { volumes } : {}) },
    );
    return JSON.parse(outputs.template) as Record<string, unknown>;
  }

  it("has the task's volumes, and does not read them from the task definition if there are none", async () => {
    assert.deepEqual((await templateOf({ volumes })).volumes, volumes);
    assert.ok(!("volumes" in (await templateOf({}))));
  });
});

describe("a task role", () => {
  it("may do what the program says, through a policy", async () => {
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
      assert.ok(service?.dependencies.includes(name), `${name} exists before the tasks`);
    }
    assert.equal(await valueOf(outputs.taskRole.arn), "arn:aws:mock:::web-task");
  });

  for (const [title, changes, problem] of [
    [
      "a statement without actions",
      { actions: [], resources: ["*"] },
      /taskPolicies\[0\] has no actions/,
    ],
    [
      "a statement without resources",
      { actions: ["s3:Get*"], resources: [] },
      /\[0\] has no resources/,
    ],
    [
      "an invalid action",
      { actions: ["GetObject"], resources: ["*"] },
      /"GetObject" is not an action/,
    ],
    [
      "an invalid resource",
      { actions: ["s3:Get*"], resources: ["bucket"] },
      /"bucket" must be an ARN or \*/,
    ],
    [
      "an unknown effect",
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
      /"StringEquals aws:x" is listed twice/,
    ],
  ] as [string, NonNullable<FargateServiceArgs["taskPolicies"]>[number], RegExp][]) {
    it(`refuses ${title}`, async () => {
      await refuses(declareWeb({ taskPolicies: [changes] }), problem);
    });
  }

  it("refuses two statements with one name", async () => {
    const statement = { sid: "A", actions: ["s3:Get*"], resources: ["*"] };
    await refuses(declareWeb({ taskPolicies: [statement, statement] }), /sid "A" is listed twice/);
  });

  it("refuses invalid policies, and more than a role can have", async () => {
    const arns = Object.fromEntries(
      Array.from({ length: 11 }, (_, i) => [`p${i}`, `arn:aws:iam::aws:policy/P${i}`]),
    );
    await refuses(
      declareWeb({ taskPolicyArns: arns }),
      /has 11 policies; a role can have at most 10/,
    );
    await refuses(
      declareWeb({ taskPolicyArns: { "a b": "AdministratorAccess" } }),
      /taskPolicyArns: "a b" must be letters/,
      /taskPolicyArns\.a b: "AdministratorAccess" must be a policy's ARN/,
    );
  });
});
