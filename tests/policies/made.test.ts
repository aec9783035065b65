import assert from "node:assert/strict";

import type { Rule } from "../../policies/lib/rule";
import { rules } from "../../policies/rules";
import { check, type PackConfig, secret, type TestResource, unknown, urnOf } from "./harness";
import { group, service, vpc } from "./stacks";

// What a task definition, a group or tasks are called elsewhere than in the AWS provider. Sources: the schemas of
// AWS::ECS::TaskDefinition and the others in the CloudFormation Template Reference; aws-native has them in camel case.

const ROLE = "arn:aws:iam::123456789012:role/execution";
const AWSVPC = "ecs-task-definition-awsvpc-network-mode";
const EXECUTION = "ecs-task-definition-execution-role-required";
const VPC_ONLY = "ecs-service-security-group-vpc-only";

const container = {
  Name: "web",
  Image: "nginx:1.28.0",
  User: "101",
  ReadonlyRootFilesystem: true,
  LogConfiguration: { LogDriver: "awslogs" },
};
const task = (more: object = {}) => ({
  Family: "web",
  NetworkMode: "awsvpc",
  ExecutionRoleArn: ROLE,
  ContainerDefinitions: [container],
  ...more,
});
const ingress = { IpProtocol: "tcp", FromPort: 80, ToPort: 80 };

/** Names with a small first letter, as aws-native has them, but for containers, which ECS reads in any case. */
function small(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(small);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      small(part),
    ]),
  );
}

type Kind = (typeName: string, properties: object, extra?: Partial<TestResource>) => TestResource;

const native: Kind = (typeName, properties, extra = {}) => {
  const [, service = "", name = ""] = typeName.split("::");
  const type = `aws-native:${service.toLowerCase()}:${name}`;
  return { type, name, props: small(properties) as object, ...extra };
};
const cloudControl: Kind = (typeName, properties, extra = {}) => ({
  type: "aws:cloudcontrol/resource:Resource",
  name: typeName.split("::")[2] ?? "",
  props: { typeName, desiredState: JSON.stringify(properties) },
  ...extra,
});
const stackOf = (templateBody: unknown, props: object = {}): TestResource => ({
  type: "aws:cloudformation/stack:Stack",
  name: "stack",
  props: { templateBody, ...props },
});
const inTemplate: Kind = (Type, Properties) =>
  stackOf(JSON.stringify({ Resources: { It: { Type, Properties } } }));
const inStackSet: Kind = (...args) => ({
  ...inTemplate(...args),
  type: "aws:cloudformation/stackSet:StackSet",
});
const kinds = { native, cloudControl, inTemplate, inStackSet };

async function mandatory(
  resources: readonly TestResource[],
  config: PackConfig = {},
  chosen: readonly Rule[] = rules,
): Promise<string[]> {
  const findings = await check(chosen, resources, config);
  return findings.filter(({ level }) => level === "mandatory").map(({ rule }) => rule);
}
async function messages(resources: readonly TestResource[], name: string): Promise<string[]> {
  const findings = await check(rules, resources);
  return findings.filter(({ rule }) => rule === name).map(({ message }) => message);
}

for (const [kind, make] of Object.entries(kinds)) {
  describe(`a resource of the kind ${kind}`, () => {
    const definition = (more: object) => [make("AWS::ECS::TaskDefinition", task(more))];

    it("may be a task definition with all that the tutorial asks for", async () => {
      assert.deepEqual(await mandatory(definition({})), []);
    });

    it("is judged as a task definition", async () => {
      assert.deepEqual(await mandatory(definition({ NetworkMode: "bridge" })), [AWSVPC]);
      assert.deepEqual(await mandatory(definition({ ExecutionRoleArn: " " })), [EXECUTION]);
      const containers = [{ ...container, Privileged: true }];
      assert.deepEqual(await mandatory(definition({ ContainerDefinitions: containers })), [
        "ecs-task-definition-no-privileged",
      ]);
    });

    it("is judged as a group that the world may reach", async () => {
      const open = {
        GroupDescription: "x",
        SecurityGroupIngress: [{ ...ingress, CidrIp: "0.0.0.0/0", FromPort: 22, ToPort: 22 }],
      };
      const found = await mandatory([make("AWS::EC2::SecurityGroup", open)]);
      assert.deepEqual(found, ["security-group-no-unrestricted-ingress"]);
    });

    it("is judged as tasks of a group outside the stack", async () => {
      const network = { AwsvpcConfiguration: { SecurityGroups: ["sg-0123"], Subnets: ["s"] } };
      const runners: Record<string, object> = {
        "AWS::ECS::Service": { NetworkConfiguration: network },
        "AWS::ECS::TaskSet": { NetworkConfiguration: network },
        "AWS::ECS::ExpressGatewayService": {
          ExecutionRoleArn: ROLE,
          PrimaryContainer: { Image: "nginx:1.28.0" },
          NetworkConfiguration: { SecurityGroups: ["sg-0123"], Subnets: ["s"] },
        },
        "AWS::Scheduler::Schedule": {
          Target: { EcsParameters: { TaskDefinitionArn: "a", NetworkConfiguration: network } },
        },
        "AWS::Events::Rule": {
          Targets: [
            {
              EcsParameters: {
                TaskDefinitionArn: "a",
                NetworkConfiguration: { AwsVpcConfiguration: network.AwsvpcConfiguration },
              },
            },
          ],
        },
      };
      for (const [type, props] of Object.entries(runners)) {
        assert.deepEqual(await mandatory([make(type, props)]), [VPC_ONLY], type);
      }
    });
  });
}

describe("an ingress rule of another kind", () => {
  const base = [vpc(), group("tasks"), service(["tasks"])];

  it("opens the group that it depends on", async () => {
    const rule = native(
      "AWS::EC2::SecurityGroupIngress",
      { ...ingress, GroupId: unknown, CidrIp: "0.0.0.0/0" },
      { dependencies: { groupId: ["tasks"] } },
    );
    assert.deepEqual(await mandatory([...base, rule]), [VPC_ONLY]);
    const inside = native(
      "AWS::EC2::SecurityGroupIngress",
      { ...ingress, GroupId: unknown, CidrIp: "10.0.1.0/24" },
      { dependencies: { groupId: ["tasks"] } },
    );
    assert.deepEqual(await mandatory([...base, inside]), []);
  });

  it("is refused where its state is not known", async () => {
    const rule: TestResource = {
      type: "aws:cloudcontrol/resource:Resource",
      props: { typeName: "AWS::EC2::SecurityGroupIngress", desiredState: unknown },
      dependencies: { desiredState: ["tasks"] },
    };
    assert.deepEqual(await mandatory([...base, rule]), [VPC_ONLY]);
    assert.match(
      (await messages([...base, rule], VPC_ONLY))[0] ?? "",
      /desiredState is not known yet/,
    );
  });
});

describe("a group of another kind", () => {
  it("is the group of a service that depends on it", async () => {
    const open = native(
      "AWS::EC2::SecurityGroup",
      { VpcId: unknown, SecurityGroupIngress: [{ ...ingress, CidrIp: "0.0.0.0/0" }] },
      { name: "tasks", dependencies: { vpcId: ["vpc"] } },
    );
    assert.deepEqual(await mandatory([vpc(), open, service(["tasks"])]), [VPC_ONLY]);
    const closed = native(
      "AWS::EC2::SecurityGroup",
      { VpcId: unknown, SecurityGroupIngress: [{ ...ingress, CidrIp: "10.0.0.0/16" }] },
      { name: "tasks", dependencies: { vpcId: ["vpc"] } },
    );
    assert.deepEqual(await mandatory([vpc(), closed, service(["tasks"])]), []);
  });
});

const TEMPLATE = `
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Block: { Type: String, Default: 10.0.0.0/16 }
  Public: { Type: String, Default: "no" }
  Mode: { Type: String, Default: awsvpc }
Conditions:
  IsPublic: !Equals [!Ref Public, "yes"]
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: { CidrBlock: !Ref Block }
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Action: "sts:AssumeRole", Principal: { Service: ecs-tasks.amazonaws.com } }]
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: tasks
      VpcId: !Ref Vpc
      SecurityGroupIngress:
        - { IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: !GetAtt Vpc.CidrBlock }
  World:
    Type: AWS::EC2::SecurityGroupIngress
    Condition: IsPublic
    Properties: { GroupId: !GetAtt [Group, GroupId], IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0 }
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      NetworkMode: !Ref Mode
      ExecutionRoleArn: !GetAtt Role.Arn
      ContainerDefinitions:
        - Name: web
          Image: !Sub "\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.amazonaws.com/web:1.0"
          LogConfiguration: { LogDriver: awslogs }
  Service:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      NetworkConfiguration:
        AwsvpcConfiguration:
          Subnets: [subnet-1]
          SecurityGroups: [!GetAtt Group.GroupId]
`;

describe("a template in YAML", () => {
  it("is read with its functions, conditions and defaults", async () => {
    assert.deepEqual(await mandatory([stackOf(TEMPLATE)]), []);
  });

  it("is read with the parameters that it is given", async () => {
    const found = async (parameters: object) => mandatory([stackOf(TEMPLATE, { parameters })]);
    assert.deepEqual(await found({ Public: "yes" }), [VPC_ONLY]);
    assert.deepEqual(await found({ Mode: "host" }), [AWSVPC]);
    assert.deepEqual(await found({ Block: "10.1.0.0/16" }), []);
    assert.deepEqual(await found({ Mode: unknown }), [AWSVPC]);
  });

  it("is named in a finding, with the place in it", async () => {
    const [finding] = await check(rules, [stackOf(TEMPLATE, { parameters: { Mode: "host" } })]);
    assert.match(finding?.message ?? "", /Task in its template: networkMode is not "awsvpc"/);
    assert.equal(finding?.urn, urnOf(stackOf("")));
    const [open] = await messages([stackOf(TEMPLATE, { parameters: { Public: "yes" } })], VPC_ONLY);
    assert.match(open ?? "", /stack\/Group of the ECS service stack\/Service allows tcp 80 from 0/);
  });

  it("may be a secret, which no message shows", async () => {
    const hidden = stackOf(secret(TEMPLATE.replace("Default: awsvpc", "Default: hunter2")));
    const findings = await check(rules, [hidden]);
    assert.ok(findings.some(({ rule }) => rule === AWSVPC));
    assert.ok(findings.every(({ message }) => !message.includes("hunter2")));
  });
});

describe("what no rule can look into", () => {
  const stack = (props: object): TestResource => ({ ...stackOf(undefined), props });
  const nested = JSON.stringify({
    Resources: { Inner: { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL: "x" } } },
  });
  const hidden: Record<string, TestResource> = {
    "a template elsewhere": stack({ templateUrl: "https://bucket.s3.amazonaws.com/t.yaml" }),
    "a template that is not known yet": stack({ templateBody: unknown }),
    "a template that cannot be read": stack({ templateBody: "Resources: [" }),
    "a template of something else": stack({ templateBody: "hello" }),
    "a stack inside a template": stack({ templateBody: nested }),
    "a macro": stack({ templateBody: JSON.stringify({ Transform: "Own", Resources: {} }) }),
    "resources in a loop": stack({
      templateBody: JSON.stringify({
        Transform: "AWS::LanguageExtensions",
        Resources: { "Fn::ForEach::X": [] },
      }),
    }),
    "a product of Service Catalog": {
      type: "aws:servicecatalog/provisionedProduct:ProvisionedProduct",
      props: { productName: "x" },
    },
    "a resource of an unknown type": {
      type: "aws:cloudcontrol/resource:Resource",
      props: { typeName: unknown, desiredState: "{}" },
    },
  };

  for (const [title, resource] of Object.entries(hidden)) {
    it(`is refused by the tutorial's rules: ${title}`, async () => {
      assert.deepEqual(await mandatory([resource]), [VPC_ONLY, AWSVPC, EXECUTION]);
    });
  }

  it("is allowed until a day where it is listed, which is said", async () => {
    const [resource] = Object.values(hidden);
    assert.ok(resource);
    const listed = (expires: string): PackConfig =>
      Object.fromEntries(
        [VPC_ONLY, AWSVPC, EXECUTION].map((name) => [
          name,
          {
            enforcementLevel: "mandatory",
            unseenResources: [{ urn: urnOf(resource), reason: "the platform's stack", expires }],
          },
        ]),
      );
    const findings = await check(rules, [resource], listed("2999-12-31"));
    assert.deepEqual(
      findings.map(({ level }) => level),
      ["advisory", "advisory", "advisory"],
    );
    assert.match(findings[0]?.message ?? "", /listed until 2999-12-31: the platform's stack/);
    assert.deepEqual(await mandatory([resource], listed("2020-01-01")), [
      VPC_ONLY,
      AWSVPC,
      EXECUTION,
    ]);
  });

  it("is no excuse for what can be seen", async () => {
    const seen = stackOf(TEMPLATE, { parameters: { Mode: "host" } });
    const config: PackConfig = {
      [AWSVPC]: {
        enforcementLevel: "mandatory",
        unseenResources: [{ urn: urnOf(seen), reason: "x", expires: "2999-12-31" }],
      },
    };
    assert.deepEqual(await mandatory([seen], config), [AWSVPC]);
  });

  it("is no template without tasks or groups, and no other type of resource", async () => {
    const bucket = JSON.stringify({ Resources: { B: { Type: "AWS::S3::Bucket" } } });
    const others = [
      stackOf(bucket),
      cloudControl("AWS::S3::Bucket", {}),
      native("AWS::S3::Bucket", {}),
    ];
    for (const each of others) assert.deepEqual(await mandatory([each]), []);
  });
});

describe("tasks that something else starts", () => {
  const network = (name: string) => ({ [name]: ["sg-0123"], subnets: ["s"] });
  const starters: Record<string, TestResource> = {
    "an event": {
      type: "aws:cloudwatch/eventTarget:EventTarget",
      props: {
        ecsTarget: { taskDefinitionArn: "a", networkConfiguration: network("securityGroups") },
      },
    },
    "a schedule": {
      type: "aws:scheduler/schedule:Schedule",
      props: { target: { ecsParameters: { networkConfiguration: network("securityGroups") } } },
    },
    "a pipe": {
      type: "aws:pipes/pipe:Pipe",
      props: {
        targetParameters: {
          ecsTaskParameters: {
            networkConfiguration: { awsVpcConfiguration: network("securityGroups") },
          },
        },
      },
    },
    "a state machine": {
      type: "aws:sfn/stateMachine:StateMachine",
      props: {
        definition: JSON.stringify({
          States: {
            Run: {
              Type: "Task",
              Resource: "arn:aws:states:::ecs:runTask.sync",
              Parameters: {
                NetworkConfiguration: { AwsvpcConfiguration: network("SecurityGroups") },
              },
            },
          },
        }),
      },
    },
    "an Express service": {
      type: "aws:ecs/expressGatewayService:ExpressGatewayService",
      props: {
        executionRoleArn: ROLE,
        primaryContainer: { image: "nginx:1.28.0" },
        networkConfigurations: [network("securityGroups")],
      },
    },
  };

  for (const [title, resource] of Object.entries(starters)) {
    it(`have their groups judged: ${title}`, async () => {
      assert.deepEqual(await mandatory([resource]), [VPC_ONLY]);
    });
  }

  it("have no groups where something else is started", async () => {
    const others: TestResource[] = [
      { type: "aws:cloudwatch/eventTarget:EventTarget", props: { arn: "arn:aws:lambda:x" } },
      { type: "aws:scheduler/schedule:Schedule", props: { target: { arn: "arn:aws:sqs:x" } } },
      { type: "aws:sfn/stateMachine:StateMachine", props: { definition: unknown } },
    ];
    for (const each of others) assert.deepEqual(await mandatory([each]), []);
  });
});

describe("a daemon's task definition", () => {
  const daemon = (more: object, props: object = {}): TestResource => ({
    type: "aws:ecs/daemonTaskDefinition:DaemonTaskDefinition",
    props: {
      executionRoleArn: ROLE,
      containerDefinitions: [
        { name: "agent", image: "agent:1.0", logConfiguration: { logDriver: "awslogs" }, ...more },
      ],
      ...props,
    },
  });

  it("has its containers and its role judged, and no network mode, which nobody chooses", async () => {
    assert.deepEqual(await mandatory([daemon({})]), []);
    assert.deepEqual(await mandatory([daemon({ privileged: true })]), [
      "ecs-task-definition-no-privileged",
    ]);
    assert.deepEqual(await mandatory([daemon({}, { executionRoleArn: undefined })]), [EXECUTION]);
    const variables = [{ name: "DB_PASSWORD", value: "hunter2hunter2" }];
    assert.deepEqual(await mandatory([daemon({ environments: variables })]), [
      "ecs-task-definition-no-plaintext-secrets",
    ]);
  });

  it("says so when a part of its containers is not known", async () => {
    const findings = await check(rules, [daemon({ privileged: unknown })]);
    assert.ok(
      findings.some(({ message }) =>
        message.includes("containerDefinitions.privileged is not known yet"),
      ),
    );
  });
});

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

  it("is judged by its launch templates where it names some", async () => {
    assert.deepEqual(await mandatory([fleet(undefined)]), []);
    assert.deepEqual(await mandatory([fleet(unknown)]), []);
  });
});

describe("what a task gets in place of its task definition's", () => {
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

  it("is looked through in a state machine, where it may be a reference", async () => {
    assert.match((await found(machine(override("hunter2hunter2")))) ?? "", named);
    const reference = { "Value.$": "$.password", Name: "DB_PASSWORD" };
    const referring = { ContainerOverrides: [{ Name: "web", Environment: [reference] }] };
    assert.equal(await found(machine(referring)), undefined);
  });

  it("is looked through in a pipe", async () => {
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

  it("is looked through in a template for an event's parts", async () => {
    const template = input("hunter2hunter2").replace('"web"', "<name>");
    assert.match((await found(transformed(template))) ?? "", /variable DB_PASSWORD/);
    assert.equal(await found(transformed(input("<key>"))), undefined);
    assert.equal(await found(transformed(input("x").replace('"x"', "<key>"))), undefined);
    assert.equal(await found(transformed('"the state is <key>"')), undefined);
  });

  it("is looked through in a rule of a template, with its targets inside", async () => {
    assert.match((await found(rule(input("hunter2hunter2")))) ?? "", named);
    assert.equal(await found(rule(input(""))), undefined);
  });
});

describe("other resources in a template", () => {
  const names = async (Type: string, props: object, level = "mandatory") => {
    const findings = await check(rules, [inTemplate(Type, props)]);
    return findings.filter((each) => each.level === level).map(({ rule }) => rule);
  };
  const SECRETS = "ecs-task-definition-no-plaintext-secrets";

  it("are builds", async () => {
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

  it("are pipelines", async () => {
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

  it("are policies of repositories, and IAM's", async () => {
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

  it("are file systems, parameters, and sessions of a cluster", async () => {
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

  it("are volumes with the instance's socket", async () => {
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

describe("a resource of Terraform's", () => {
  const ofModule = (
    name: string,
    props: object,
    extra: Partial<TestResource> = {},
  ): TestResource => ({
    type: `network:tf:aws_${name}`,
    name: `module.network.aws_${name}.this`,
    props,
    ...extra,
  });
  const ofProvider = (name: string, props: object, extra: Partial<TestResource> = {}) => ({
    type: `aws:index/${name}:${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    name,
    props,
    ...extra,
  });
  const definition = {
    family: "web",
    network_mode: "awsvpc",
    execution_role_arn: ROLE,
    container_definitions: JSON.stringify([
      { name: "web", image: "nginx:1.28.0", user: "1", logConfiguration: { logDriver: "awslogs" } },
    ]),
  };

  it("is judged as a task definition", async () => {
    const found = (more: object) =>
      mandatory([ofModule("ecs_task_definition", { ...definition, ...more })]);
    assert.deepEqual(await found({}), []);
    assert.deepEqual(await found({ network_mode: "host" }), [AWSVPC]);
    assert.deepEqual(await found({ execution_role_arn: null }), [EXECUTION]);
    assert.deepEqual(await found({ volume: [{ name: "v", host_path: "/var/run/docker.sock" }] }), [
      "ecs-task-definition-no-docker-socket",
    ]);
    const bridged = ofProvider("ecsTaskDefinition", {
      networkMode: "bridge",
      executionRoleArn: ROLE,
      containerDefinitions: definition.container_definitions,
    });
    assert.deepEqual(await mandatory([bridged]), [AWSVPC]);
  });

  it("is judged by the names of the AWS provider, whose blocks are lists or objects", async () => {
    const judged: readonly [string, object, string][] = [
      [
        "launch_template",
        { metadata_options: [{ http_tokens: "optional" }] },
        "launch-template-imdsv2",
      ],
      [
        "iam_role",
        {
          inline_policy: [
            { policy: '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}' },
          ],
        },
        "iam-no-wildcard-admin",
      ],
      [
        "security_group",
        { ingress: [{ protocol: "tcp", from_port: 22, to_port: 22, cidr_blocks: ["0.0.0.0/0"] }] },
        "security-group-no-unrestricted-ingress",
      ],
      [
        "codepipeline",
        { stage: [{ action: [{ name: "a", owner: "ThirdParty", provider: "GitHub" }] }] },
        "codepipeline-no-oauth-token-source",
      ],
      ["efs_file_system", { encrypted: false }, "efs-encrypted"],
    ];
    for (const [name, props, rule] of judged) {
      assert.deepEqual(await mandatory([ofModule(name, props)]), [rule], name);
    }
    const template = (http_tokens: string) =>
      ofModule("launch_template", { metadata_options: [{ http_tokens }] });
    assert.deepEqual(await mandatory([template("required")]), []);
    assert.deepEqual(await mandatory([ofModule("s3_bucket", { acl: "private" })]), []);
  });

  it("is the VPC and the group of a service outside the module", async () => {
    const module: TestResource = { type: "network:index:Module", name: "network", props: {} };
    const stack = (block: string, ingress: object) => [
      module,
      ofModule("vpc", { cidr_block: block }, { parent: "network" }),
      ofModule("security_group", { vpc_id: unknown, ingress }, { parent: "network" }),
      group("tasks", {}, { vpcId: ["network"] }),
      { ...service(["tasks"]), dependencies: { networkConfiguration: ["tasks"] } },
      {
        type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        name: "rule",
        props: {
          securityGroupId: unknown,
          cidrIpv4: "10.0.0.0/16",
          ipProtocol: "tcp",
          fromPort: 80,
          toPort: 80,
        },
        dependencies: { securityGroupId: ["tasks"] },
      },
    ];
    assert.deepEqual(await mandatory(stack("10.0.0.0/16", [])), []);
    assert.deepEqual(await mandatory(stack("10.9.0.0/16", [])), [VPC_ONLY]);
  });

  it("is refused where it refers to groups, unless it is listed", async () => {
    const rule = ofModule("vpc_security_group_ingress_rule", {
      cidr_ipv4: "10.0.0.0/16",
      ip_protocol: "tcp",
      from_port: 80,
      to_port: 80,
    });
    const tasks = ofModule("ecs_service", {
      network_configuration: [{ security_groups: [unknown] }],
    });
    const openGroup = ofModule("security_group", { ingress: unknown });
    for (const each of [rule, tasks, openGroup]) {
      assert.deepEqual(await mandatory([each]), [VPC_ONLY], each.type);
      assert.match(
        (await messages([each], VPC_ONLY))[0] ?? "",
        /Terraform module, which does not say/,
      );
      const listed = { urn: urnOf(each), reason: "the platform's", expires: "2999-12-31" };
      const config: PackConfig = {
        [VPC_ONLY]: { enforcementLevel: "mandatory", unseenResources: [listed] },
      };
      assert.deepEqual(await mandatory([each], config), []);
    }
    // What it shows by itself is found all the same.
    const world = ofModule("vpc_security_group_ingress_rule", {
      cidr_ipv4: "0.0.0.0/0",
      ip_protocol: "tcp",
      from_port: 22,
      to_port: 22,
    });
    assert.deepEqual(await mandatory([world]), [
      VPC_ONLY,
      "security-group-no-unrestricted-ingress",
    ]);
  });

  it("refers to what a provider of Terraform's depends on", async () => {
    const rule = (cidrIpv4: string) =>
      ofProvider(
        "vpcSecurityGroupIngressRule",
        { securityGroupId: unknown, ipProtocol: "tcp", fromPort: 80, toPort: 80, cidrIpv4 },
        { dependencies: { securityGroupId: ["tasks"] } },
      );
    const base = [vpc(), group("tasks"), service(["tasks"])];
    assert.deepEqual(await mandatory([...base, rule("10.0.1.0/24")]), []);
    assert.deepEqual(await mandatory([...base, rule("0.0.0.0/0")]), [VPC_ONLY]);
  });
});
