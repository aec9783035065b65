import { unknown } from "../../../../tests/policies/harness";
import type { Form, ScannerCase } from "../case";

/** One resource, in both languages. */
const one = (type: string, props: object, Type: string, Properties: object): Form => ({
  pulumi: [{ type, name: "it", props }],
  cloudFormation: { It: { Type, Properties } },
});

// With the group that uses it: some scanners judge a template by that.
const launchTemplate = (httpTokens: "required" | "optional"): Form => ({
  pulumi: [
    {
      type: "aws:ec2/launchTemplate:LaunchTemplate",
      name: "hosts",
      props: { namePrefix: "hosts", metadataOptions: { httpEndpoint: "enabled", httpTokens } },
    },
    {
      type: "aws:autoscaling/group:Group",
      name: "group",
      props: {
        minSize: 1,
        maxSize: 2,
        vpcZoneIdentifiers: ["subnet-0123456789abcdef0"],
        launchTemplate: { id: unknown, version: "$Latest" },
      },
      dependencies: { launchTemplate: ["hosts"] },
    },
  ],
  cloudFormation: {
    Hosts: {
      Type: "AWS::EC2::LaunchTemplate",
      Properties: {
        LaunchTemplateData: {
          MetadataOptions: { HttpEndpoint: "enabled", HttpTokens: httpTokens },
        },
      },
    },
    Group: {
      Type: "AWS::AutoScaling::AutoScalingGroup",
      Properties: {
        MinSize: "1",
        MaxSize: "2",
        VPCZoneIdentifier: ["subnet-0123456789abcdef0"],
        LaunchTemplate: {
          LaunchTemplateId: { Ref: "Hosts" },
          Version: { "Fn::GetAtt": ["Hosts", "LatestVersionNumber"] },
        },
      },
    },
  },
});

const rolePolicy = (Action: readonly string[], Resource: readonly string[]): Form => {
  const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] };
  return one(
    "aws:iam/rolePolicy:RolePolicy",
    { name: "policy", role: "task", policy: JSON.stringify(document) },
    "AWS::IAM::Policy",
    { PolicyName: "policy", Roles: ["task"], PolicyDocument: document },
  );
};

const trust = (Principal: object): Form => {
  const document = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal }],
  };
  return one(
    "aws:iam/role:Role",
    { name: "task", assumeRolePolicy: JSON.stringify(document) },
    "AWS::IAM::Role",
    { RoleName: "task", AssumeRolePolicyDocument: document },
  );
};

const logGroup = (days?: number): Form =>
  one(
    "aws:cloudwatch/logGroup:LogGroup",
    { name: "web", retentionInDays: days },
    "AWS::Logs::LogGroup",
    { LogGroupName: "web", RetentionInDays: days },
  );

const fileSystem = (encrypted: boolean): Form =>
  one("aws:efs/fileSystem:FileSystem", { encrypted }, "AWS::EFS::FileSystem", {
    Encrypted: encrypted,
  });

const bucketObject = "arn:aws:s3:::artifacts/web.json";

/** What surrounds the tasks: hosts, roles, logs, files. */
export const accountCases: readonly ScannerCase[] = [
  {
    title: "Launch template that still answers IMDSv1",
    kind: "flaw",
    rule: "launch-template-imdsv2",
    why: "Any process on the host can then read the host's role without a token.",
    before: launchTemplate("required"),
    changed: launchTemplate("optional"),
  },
  {
    title: "Administrator policy written as lists",
    kind: "flaw",
    rule: "iam-no-wildcard-admin",
    why: "`*` stands in a list, after something harmless.",
    before: rolePolicy(["s3:GetObject", "s3:PutObject"], [bucketObject]),
    changed: rolePolicy(["s3:GetObject", "*"], [bucketObject, "*"]),
  },
  {
    title: "Role may use all of S3",
    kind: "flaw",
    why: "The pack draws the line at everything on everything.",
    before: rolePolicy(["s3:GetObject"], [bucketObject]),
    changed: rolePolicy(["s3:*"], ["*"]),
  },
  {
    title: "Role that anybody may assume",
    kind: "flaw",
    why: "The pack reads what a role may do, not who may take it.",
    before: trust({ Service: "ecs-tasks.amazonaws.com" }),
    changed: trust({ AWS: "*" }),
  },
  {
    title: "Log group that keeps logs forever",
    kind: "flaw",
    rule: "log-group-retention",
    why: "What is not written is easy to overlook.",
    before: logGroup(400),
    changed: logGroup(),
  },
  {
    title: "EFS file system not encrypted at rest",
    kind: "flaw",
    why: "The pack looks at how a task mounts a file system, not at the file system.",
    before: fileSystem(true),
    changed: fileSystem(false),
  },
];
