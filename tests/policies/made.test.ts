import assert from "node:assert/strict";

import { rules } from "../../policies/rules";
import { check, secret, unknown, urnOf, type PackConfig, type TestResource } from "./harness";
import {
  AWSVPC,
  cloudControl,
  container,
  EXECUTION,
  ingress,
  kinds,
  mandatory,
  messages,
  native,
  ROLE,
  stackOf,
  task,
  VPC_ONLY,
} from "./made";
import { group, service, vpc } from "./stacks";

for (const [kind, make] of Object.entries(kinds)) {
  describe(`a resource of the kind ${kind}`, () => {
    const definition = (more: object) => [make("AWS::ECS::TaskDefinition", task(more))];

    it("passes as a task definition that has all that the tutorial asks for", async () => {
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

    it("is judged as a security group that is open to the world", async () => {
      const open = {
        GroupDescription: "x",
        SecurityGroupIngress: [{ ...ingress, CidrIp: "0.0.0.0/0", FromPort: 22, ToPort: 22 }],
      };
      const found = await mandatory([make("AWS::EC2::SecurityGroup", open)]);
      assert.deepEqual(found, ["security-group-no-unrestricted-ingress"]);
    });

    it("is judged as tasks in a security group outside the stack", async () => {
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

  it("is refused if its desired state is not known", async () => {
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

  it("is named in a finding, with the resource in it", async () => {
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
    "a text that is not a template": stack({ templateBody: "hello" }),
    "a stack inside a template": stack({ templateBody: nested }),
    "a macro": stack({ templateBody: JSON.stringify({ Transform: "Own", Resources: {} }) }),
    "resources in a loop": stack({
      templateBody: JSON.stringify({
        Transform: "AWS::LanguageExtensions",
        Resources: { "Fn::ForEach::X": [] },
      }),
    }),
    "a Service Catalog product": {
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

  it("is allowed until a given date if it is listed, and findings say so", async () => {
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

  it("does not include a readable template, even if it is listed", async () => {
    const seen = stackOf(TEMPLATE, { parameters: { Mode: "host" } });
    const config: PackConfig = {
      [AWSVPC]: {
        enforcementLevel: "mandatory",
        unseenResources: [{ urn: urnOf(seen), reason: "x", expires: "2999-12-31" }],
      },
    };
    assert.deepEqual(await mandatory([seen], config), [AWSVPC]);
  });

  it("does not include templates without tasks or groups, or resources of other types", async () => {
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
    it(`have their security groups judged: ${title}`, async () => {
      assert.deepEqual(await mandatory([resource]), [VPC_ONLY]);
    });
  }

  it("are not assumed where something else is started", async () => {
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

  it("has its containers and role judged, but not its network mode, which cannot be chosen", async () => {
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

  it("has unknown parts of its containers reported", async () => {
    const findings = await check(rules, [daemon({ privileged: unknown })]);
    assert.ok(
      findings.some(({ message }) =>
        message.includes("containerDefinitions.privileged is not known yet"),
      ),
    );
  });
});
