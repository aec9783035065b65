import assert from "node:assert/strict";

import { rules } from "../../policies/rules";
import { check, unknown, type TestResource } from "./harness";
import {
  AWSVPC,
  container,
  inTemplate,
  kinds,
  mandatory,
  messages,
  ROLE,
  stackOf,
  task,
  VPC_ONLY,
} from "./made";

describe("a Spot Fleet", () => {
  const fleet = (launchSpecifications: unknown): TestResource => ({
    type: "aws:ec2/spotFleetRequest:SpotFleetRequest",
    props: { launchSpecifications },
  });
  const inCloudFormation = (LaunchSpecifications: unknown) =>
    inTemplate("AWS::EC2::SpotFleet", { SpotFleetRequestConfigData: { LaunchSpecifications } });

  it("has its launch specifications judged as instances", async () => {
    const [imdsv2, userData] = ["launch-template-imdsv2", "ec2-user-data-no-plaintext-secrets"];
    const login = Buffer.from("export DB_PASSWORD=hunter2hunter2").toString("base64");
    assert.deepEqual(await mandatory([fleet([{ ami: "ami-1" }])]), [imdsv2]);
    const both = [userData, imdsv2];
    assert.deepEqual(await mandatory([fleet([{ userData: login }])]), both);
    assert.deepEqual(await mandatory([inCloudFormation([{ UserData: login }])]), both);
    const address = fleet([{ associatePublicIpAddress: true }]);
    const [message] = await messages([address], "launch-template-no-public-ip");
    assert.match(message ?? "", /associatePublicIpAddress is true/);
  });

  it("is judged by its launch templates if it has no launch specifications", async () => {
    assert.deepEqual(await mandatory([fleet(undefined)]), []);
    assert.deepEqual(await mandatory([fleet(unknown)]), []);
  });
});

describe("the overrides of a task", () => {
  const SECRETS = "ecs-task-definition-no-plaintext-secrets";
  const override = (Value: string) => ({
    ContainerOverrides: [{ Name: "web", Environment: [{ Name: "DB_PASSWORD", Value }] }],
  });
  const machine = (overrides: object): TestResource => ({
    type: "aws:sfn/stateMachine:StateMachine",
    props: {
      definition: JSON.stringify({
        States: {
          Run: {
            Resource: "arn:aws:states:::ecs:runTask.sync",
            Parameters: { NetworkConfiguration: {}, Overrides: overrides },
          },
        },
      }),
    },
  });
  const pipe = (value: unknown): TestResource => ({
    type: "aws:pipes/pipe:Pipe",
    props: {
      targetParameters: {
        ecsTaskParameters: {
          networkConfiguration: {},
          overrides: {
            containerOverrides: [{ name: "web", environments: [{ name: "DB_PASSWORD", value }] }],
          },
        },
      },
    },
  });
  const transformed = (inputTemplate: string): TestResource => ({
    type: "aws:cloudwatch/eventTarget:EventTarget",
    props: { inputTransformer: { inputPaths: { key: "$.detail.key" }, inputTemplate } },
  });
  const rule = (Input: string) =>
    inTemplate("AWS::Events::Rule", { Targets: [{ Arn: "arn:aws:ecs:x", Input }] });
  const input = (value: string) =>
    JSON.stringify({
      containerOverrides: [{ name: "web", environment: [{ name: "DB_PASSWORD", value }] }],
    });
  const found = async (...resources: TestResource[]) => {
    const [message] = await messages(resources, SECRETS);
    return message;
  };
  const named = /override of web holds a credential in plain text in the variable DB_PASSWORD/;

  it("are searched in a state machine, where a value may be a reference", async () => {
    assert.match((await found(machine(override("hunter2hunter2")))) ?? "", named);
    const reference = { "Value.$": "$.password", Name: "DB_PASSWORD" };
    const referring = { ContainerOverrides: [{ Name: "web", Environment: [reference] }] };
    assert.equal(await found(machine(referring)), undefined);
  });

  it("are searched in a pipe", async () => {
    assert.match((await found(pipe("hunter2hunter2"))) ?? "", named);
    assert.equal(await found(pipe("$.body.password")), undefined);
    const commands: TestResource = pipe("");
    const inCommand = JSON.parse(
      JSON.stringify(commands).replace(
        '"environments":[',
        '"commands":["--password=hunter2hunter2"],"x":[',
      ),
    ) as TestResource;
    assert.match((await found(inCommand)) ?? "", /override of web .* command/);
  });

  it("are left to the update if nothing is known about them", async () => {
    const hidden: TestResource = {
      type: "aws:pipes/pipe:Pipe",
      props: { targetParameters: { ecsTaskParameters: { overrides: unknown } } },
    };
    const findings = await check(rules, [hidden]);
    const open = findings.filter(({ message }) => message.includes("a credential in"));
    assert.deepEqual(
      open.map(({ message }) => /credential in (\w+) is not known yet/.exec(message)?.[1]),
      ["overrides"],
    );
  });

  it("are searched in the input template of an event's target", async () => {
    const template = input("hunter2hunter2").replace('"web"', "<name>");
    assert.match((await found(transformed(template))) ?? "", /variable DB_PASSWORD/);
    assert.equal(await found(transformed(input("<key>"))), undefined);
    assert.equal(await found(transformed(input("x").replace('"x"', "<key>"))), undefined);
    assert.equal(await found(transformed('"the state is <key>"')), undefined);
  });

  it("are searched in an event rule in a template, which contains its targets", async () => {
    assert.match((await found(rule(input("hunter2hunter2")))) ?? "", named);
    assert.equal(await found(rule(input(""))), undefined);
  });
});

describe("a template with other resources", () => {
  const names = async (Type: string, props: object, level = "mandatory") => {
    const findings = await check(rules, [inTemplate(Type, props)]);
    return findings.filter((each) => each.level === level).map(({ rule }) => rule);
  };
  const SECRETS = "ecs-task-definition-no-plaintext-secrets";

  it("has its builds judged", async () => {
    const project = (more: object) => ({
      Environment: { EnvironmentVariables: [{ Name: "STAGE", Value: "prod" }] },
      Source: { Type: "GITHUB", Location: "https://github.com/acme/site" },
      ...more,
    });
    const found = (more: object) => names("AWS::CodeBuild::Project", project(more));
    assert.deepEqual(await found({}), []);
    const login = { Name: "NPM_TOKEN", Value: "hunter2hunter2" };
    assert.deepEqual(await found({ Environment: { EnvironmentVariables: [login] } }), [SECRETS]);
    const stored = { ...login, Type: "SECRETS_MANAGER" };
    assert.deepEqual(await found({ Environment: { EnvironmentVariables: [stored] } }), []);
    const BuildSpec = "phases: { build: { commands: ['deploy --password hunter2hunter2'] } }";
    assert.deepEqual(await found({ Source: { BuildSpec } }), [SECRETS]);
    assert.deepEqual(await found({ SecondarySources: [{ BuildSpec }] }), [SECRETS]);
    const Location = "https://ann:hunter2@github.com/acme/site";
    assert.deepEqual(await found({ Source: { Location } }), ["codebuild-source-no-credentials"]);
    const off = { CloudWatchLogs: { Status: "DISABLED" } };
    const advice = await names("AWS::CodeBuild::Project", project({ LogsConfig: off }), "advisory");
    assert.ok(advice.includes("codebuild-logging"));
  });

  it("has its pipelines judged", async () => {
    const action = (Configuration: object, Owner = "AWS", Provider = "CodeBuild") => ({
      Stages: [{ Actions: [{ Name: "a", ActionTypeId: { Owner, Provider }, Configuration }] }],
    });
    const found = (props: object) => names("AWS::CodePipeline::Pipeline", props);
    const token = "codepipeline-no-oauth-token-source";
    assert.deepEqual(await found(action({})), []);
    assert.deepEqual(await found(action({}, "ThirdParty", "GitHub")), [token]);
    const EnvironmentVariables = JSON.stringify([{ name: "API_KEY", value: "hunter2hunter2" }]);
    assert.deepEqual(await found(action({ EnvironmentVariables })), [SECRETS]);
    const encryption = async (props: object) =>
      (await names("AWS::CodePipeline::Pipeline", props, "advisory")).includes(
        "codepipeline-artifacts-encrypted",
      );
    const store = { Type: "S3", Location: "artifacts" };
    const closed = { ...store, EncryptionKey: { Id: "alias/artifacts", Type: "KMS" } };
    assert.equal(await encryption({ ArtifactStore: store }), true);
    assert.equal(await encryption({ ArtifactStore: closed }), false);
    assert.equal(
      await encryption({ ArtifactStores: [{ Region: "r", ArtifactStore: store }] }),
      true,
    );
    assert.equal(
      await encryption({ ArtifactStores: [{ Region: "r", ArtifactStore: closed }] }),
      false,
    );
  });

  it("has the policies of its repositories and of IAM judged", async () => {
    const Statement = [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "ecr:*" }];
    const open = ["ecr-policy-not-public"];
    const text = { RepositoryPolicyText: { Statement } };
    assert.deepEqual(await names("AWS::ECR::Repository", text), open);
    assert.deepEqual(await names("AWS::ECR::Repository", {}), []);
    assert.deepEqual(await names("AWS::ECR::RegistryPolicy", { PolicyText: { Statement } }), open);
    const admin = { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
    for (const Type of ["AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy"]) {
      assert.deepEqual(
        await names(Type, { PolicyDocument: admin }),
        ["iam-no-wildcard-admin"],
        Type,
      );
    }
    const lifecycle = async (props: object) =>
      (await names("AWS::ECR::Repository", props, "advisory")).includes("ecr-lifecycle-policy");
    assert.equal(await lifecycle({}), true);
    assert.equal(await lifecycle({ LifecyclePolicy: { LifecyclePolicyText: "{}" } }), false);
  });

  it("has its file systems, parameters and cluster sessions judged", async () => {
    assert.deepEqual(await names("AWS::EFS::FileSystem", { Encrypted: true }), []);
    assert.deepEqual(await names("AWS::EFS::FileSystem", {}), ["efs-encrypted"]);
    const login = { Name: "/site/db-password", Type: "String", Value: "hunter2hunter2" };
    assert.deepEqual(await names("AWS::SSM::Parameter", login), ["ssm-parameter-secure-string"]);
    const exec = (Logging: string) => ({
      Configuration: { ExecuteCommandConfiguration: { Logging } },
    });
    const sessions = async (Logging: string) =>
      (await names("AWS::ECS::Cluster", exec(Logging), "advisory")).includes(
        "ecs-cluster-exec-logging",
      );
    assert.deepEqual([await sessions("NONE"), await sessions("DEFAULT")], [true, false]);
  });

  it("has its volumes judged, and so has a daemon", async () => {
    const props = (path: string) => task({ Volumes: [{ Name: "v", Host: { SourcePath: path } }] });
    const socket = "ecs-task-definition-no-docker-socket";
    assert.deepEqual(await names("AWS::ECS::TaskDefinition", props("/var/run/docker.sock")), [
      socket,
    ]);
    assert.deepEqual(await names("AWS::ECS::TaskDefinition", props("/data")), []);
    const daemon: TestResource = {
      type: "aws:ecs/daemonTaskDefinition:DaemonTaskDefinition",
      props: {
        executionRoleArn: ROLE,
        containerDefinitions: [container],
        volumes: [{ name: "v", hosts: [{ sourcePath: "/var/run/docker.sock" }] }],
      },
    };
    assert.deepEqual(await mandatory([daemon]), [socket]);
  });
});

describe("a state machine", () => {
  const run = {
    Type: "Task",
    Resource: "arn:aws:states:::ecs:runTask.sync",
    Parameters: { NetworkConfiguration: { AwsvpcConfiguration: { SecurityGroups: ["sg-0123"] } } },
  };
  const definition = {
    Comment: "nightly",
    StartAt: "Both",
    States: { Both: { Type: "Parallel", Branches: [{ States: { Run: run } }], End: true } },
  };

  it("is judged by the tasks that its branches run, whether its definition is text or an object", async () => {
    const machine = { type: "aws:sfn/stateMachine:StateMachine", name: "machine" };
    const text = { ...machine, props: { definition: JSON.stringify(definition) } };
    assert.deepEqual(await mandatory([text]), [VPC_ONLY]);
    const inCloudFormation = inTemplate("AWS::StepFunctions::StateMachine", {
      Definition: definition,
    });
    assert.deepEqual(await mandatory([inCloudFormation]), [VPC_ONLY]);
  });
});

describe("a call of ECS's API", () => {
  const machine = (Resource: string, Parameters: object): TestResource => ({
    type: "aws:sfn/stateMachine:StateMachine",
    props: { definition: JSON.stringify({ States: { Call: { Resource, Parameters } } }) },
  });
  const schedule = (arn: string, input: object): TestResource => ({
    type: "aws:scheduler/schedule:Schedule",
    props: { target: { arn, input: JSON.stringify(input) } },
  });
  const calls = (name: string, parameters: object) => [
    machine(`arn:aws:states:::aws-sdk:ecs:${name}`, parameters),
    schedule(`arn:aws:scheduler:::aws-sdk:ecs:${name}`, parameters),
  ];
  const inGroups = (SecurityGroups: unknown) => ({
    NetworkConfiguration: { AwsvpcConfiguration: { SecurityGroups } },
  });

  it("runs tasks whose groups are judged", async () => {
    for (const name of ["runTask", "createService", "updateService", "startTask"]) {
      for (const each of calls(name, inGroups(["sg-0123"]))) {
        assert.deepEqual(await mandatory([each]), [VPC_ONLY], `${name} of ${each.type}`);
      }
    }
    const harmless = [
      ...calls("stopTask", inGroups(["sg-0123"])),
      ...calls("updateService", { Service: "web", DesiredCount: 0 }),
    ];
    for (const each of harmless) assert.deepEqual(await mandatory([each]), []);
  });

  it("makes task definitions that are judged", async () => {
    for (const each of calls("registerTaskDefinition", task())) {
      assert.deepEqual(await mandatory([each]), []);
    }
    for (const each of calls("registerTaskDefinition", task({ NetworkMode: "host" }))) {
      assert.deepEqual(await mandatory([each]), [AWSVPC]);
    }
  });

  it("is refused if its groups are only known when it runs", async () => {
    const ARN = "arn:aws:states:::ecs:runTask";
    const byPath = { AwsvpcConfiguration: { "SecurityGroups.$": "$.groups" } };
    for (const each of [
      machine(ARN, { NetworkConfiguration: byPath }),
      machine(ARN, inGroups("{% $states.input.groups %}")),
    ]) {
      assert.deepEqual(await mandatory([each]), [VPC_ONLY]);
    }
  });
});

describe("programs outside ECS", () => {
  const SECRETS = "ecs-task-definition-no-plaintext-secrets";
  const password = (value: string) => ({ Name: "DB_PASSWORD", Value: value });

  for (const [Type, properties] of Object.entries({
    "AWS::Lambda::Function": (value: string) => ({
      Environment: { Variables: { DB_PASSWORD: value } },
    }),
    "AWS::Batch::JobDefinition": (value: string) => ({
      ContainerProperties: { Image: "app:1", Environment: [password(value)] },
      Parameters: { Db_Password: value },
    }),
    "AWS::AppRunner::Service": (value: string) => ({
      SourceConfiguration: {
        ImageRepository: {
          ImageConfiguration: { RuntimeEnvironmentVariables: [password(value)] },
        },
      },
    }),
    "AWS::Amplify::App": (value: string) => ({ EnvironmentVariables: [password(value)] }),
    "AWS::Amplify::Branch": (value: string) => ({ EnvironmentVariables: [password(value)] }),
    "AWS::Glue::Job": (value: string) => ({ DefaultArguments: { "--password": value } }),
    "AWS::ElasticBeanstalk::Environment": (Value: string) => ({
      OptionSettings: [{ Namespace: "a", OptionName: "DB_PASSWORD", Value }],
    }),
  })) {
    it(`are searched for credentials in every kind of ${Type}`, async () => {
      for (const [kind, make] of Object.entries(kinds)) {
        const bad = new Set(await mandatory([make(Type, properties("hunter2hunter2"))]));
        assert.deepEqual([...bad], [SECRETS], kind);
        assert.deepEqual(await mandatory([make(Type, properties("$DB_PASSWORD"))]), [], kind);
      }
    });
  }

  it("are searched for credentials in a SAM template, including what it sets for all functions", async () => {
    const Environment = { Variables: { DB_PASSWORD: "hunter2hunter2" } };
    const template = (own: object, all: object) =>
      stackOf(
        JSON.stringify({
          Transform: "AWS::Serverless-2016-10-31",
          Globals: { Function: all },
          Resources: { Hello: { Type: "AWS::Serverless::Function", Properties: own } },
        }),
      );
    const [own] = await messages([template({ Environment }, {})], SECRETS);
    assert.match(own ?? "", /Hello in its template: The function holds/);
    const [all] = await messages([template({}, { Environment })], SECRETS);
    assert.match(all ?? "", /Globals in its template: The function holds/);
    assert.deepEqual(await mandatory([template({ Handler: "a.b" }, { Timeout: 3 })]), []);
    const Definition = { States: { Run: { Password: "hunter2hunter2" } } };
    const machine = inTemplate("AWS::Serverless::StateMachine", { Definition });
    assert.deepEqual(await mandatory([machine]), [SECRETS]);
  });

  it("keep the names of their variables", async () => {
    const made = inTemplate("AWS::Lambda::Function", {
      Environment: { Variables: { DB_PASSWORD: "hunter2hunter2" } },
    });
    assert.match((await messages([made], SECRETS))[0] ?? "", /variable DB_PASSWORD/);
    const planned: TestResource = {
      type: "network:tf:aws_lambda_function",
      props: { environment: [{ variables: { DB_PASSWORD: "hunter2hunter2" } }] },
    };
    assert.match((await messages([planned], SECRETS))[0] ?? "", /variable DB_PASSWORD/);
  });
});

describe("a daemon's containers", () => {
  const daemon = (containerDefinitions: unknown): TestResource => ({
    type: "aws:ecs/daemonTaskDefinition:DaemonTaskDefinition",
    props: { executionRoleArn: ROLE, containerDefinitions },
  });

  it("are left to the update if a word of a command is not known", async () => {
    const findings = await check(rules, [daemon([{ ...container, commands: ["serve", unknown] }])]);
    assert.ok(
      findings.some(({ message }) => message.includes("credential in command is not known yet")),
    );
  });

  it("are left to the update if nothing is known about them", async () => {
    const findings = await check(rules, [daemon(unknown)]);
    assert.deepEqual(
      findings.filter(({ message }) => message.includes("containerDefinitions is not known yet"))
        .length,
      1,
    );
    assert.deepEqual(await mandatory([daemon(unknown)]), []);
  });
});

describe("an Express service", () => {
  const express = (primaryContainer: unknown): TestResource => ({
    type: "aws:ecs/expressGatewayService:ExpressGatewayService",
    props: { executionRoleArn: ROLE, primaryContainer },
  });
  const SECRETS = "ecs-task-definition-no-plaintext-secrets";

  it("has its container judged like a task definition's, under the provider's names and CloudFormation's", async () => {
    const image = "nginx:1.28.0";
    const login = [{ name: "DB_PASSWORD", value: "hunter2hunter2" }];
    assert.deepEqual(await mandatory([express({ image })]), []);
    assert.deepEqual(await mandatory([express({ image, environments: login })]), [SECRETS]);
    assert.deepEqual(await mandatory([express({ image, environment: login })]), [SECRETS]);
    const commands = ["serve", "--password=hunter2hunter2"];
    assert.deepEqual(await mandatory([express({ image, commands })]), [SECRETS]);
    assert.deepEqual(await mandatory([express({ image, command: commands })]), [SECRETS]);
  });

  it("has its container left to the update if nothing is known about it", async () => {
    const findings = await check(rules, [express(unknown)]);
    const open = findings.filter(({ message }) => message.includes("not known yet"));
    assert.match(open[0]?.message ?? "", /containerDefinitions is not known yet/);
    assert.equal(open.length, 1);
  });

  it("is reported to name no image if it has no container, which AWS refuses", async () => {
    const [message] = await messages([express(undefined)], "ecs-task-definition-image-pinned");
    assert.match(message ?? "", /names no image/);
  });
});
