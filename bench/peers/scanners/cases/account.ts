import { unknown } from "../../../../tests/policies/harness";
import type { Form, ScannerCase } from "../case";

/** One resource, in both languages. */
const one = (type: string, props: object, Type: string, Properties: object): Form => ({
  pulumi: [{ type, name: "it", props }],
  cloudFormation: { It: { Type, Properties } },
});

// Includes the group that uses it, since some scanners judge a template by that.
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

const statement = (more: object): Form => {
  const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", ...more }] };
  return one(
    "aws:iam/rolePolicy:RolePolicy",
    { name: "policy", role: "task", policy: JSON.stringify(document) },
    "AWS::IAM::Policy",
    { PolicyName: "policy", Roles: ["task"], PolicyDocument: document },
  );
};

const repository = (imageTagMutability: string, scanOnPush: boolean): Form =>
  one(
    "aws:ecr/repository:Repository",
    { name: "web", imageTagMutability, imageScanningConfiguration: { scanOnPush } },
    "AWS::ECR::Repository",
    {
      RepositoryName: "web",
      ImageTagMutability: imageTagMutability,
      ImageScanningConfiguration: { ScanOnPush: scanOnPush },
    },
  );

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

const secretArn = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:db-AbCdEf";
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
    rule: "iam-no-service-wildcard",
    why: "Everything that a service can do, on everything that it has.",
    before: rolePolicy(["s3:GetObject"], [bucketObject]),
    changed: rolePolicy(["s3:*"], ["*"]),
  },
  {
    title: "Role that anybody may assume",
    kind: "flaw",
    rule: "iam-role-trust-limited",
    why: "What the role may do is right, but not who may assume it.",
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
    rule: "efs-encrypted",
    why: "It cannot be encrypted later.",
    before: fileSystem(true),
    changed: fileSystem(false),
  },
  {
    title: "Policy that allows all but one action",
    kind: "flaw",
    rule: "iam-no-wildcard-admin",
    why: "`NotAction` with `Allow` is nearly everything, without a star among the actions.",
    before: rolePolicy(["s3:GetObject"], [bucketObject]),
    changed: statement({ NotAction: ["iam:CreateUser"], Resource: ["*"] }),
  },
  {
    title: "Role may hand on any role",
    kind: "flaw",
    rule: "iam-no-pass-any-role",
    why: "`iam:PassRole` on everything is a way to every role of the account.",
    before: rolePolicy(["iam:PassRole"], ["arn:aws:iam::123456789012:role/task"]),
    changed: rolePolicy(["iam:PassRole"], ["*"]),
  },
  {
    title: "Repository whose tags can be moved",
    kind: "flaw",
    rule: "ecr-immutable-tags",
    why: "A pinned tag is worth nothing then.",
    before: repository("IMMUTABLE", true),
    changed: repository("MUTABLE", true),
  },
  {
    title: "Repository that scans no image",
    kind: "flaw",
    rule: "ecr-scan-on-push",
    why: "The pack fixes it by itself, and still reports the change.",
    before: repository("IMMUTABLE", true),
    changed: repository("IMMUTABLE", false),
  },
  {
    title: "Role reads one secret",
    kind: "harmless",
    why: "One action, one resource.",
    before: rolePolicy(["s3:GetObject"], [bucketObject]),
    changed: rolePolicy(["secretsmanager:GetSecretValue"], [secretArn]),
  },
  {
    title: "Role may log in to ECR",
    kind: "harmless",
    why: "`ecr:GetAuthorizationToken` takes no resource, so it must be `*`.",
    before: rolePolicy(["s3:GetObject"], [bucketObject]),
    changed: rolePolicy(["ecr:GetAuthorizationToken"], ["*"]),
  },
  {
    title: "Role of tasks that Lambda takes as well",
    kind: "harmless",
    why: "Two services of AWS, named.",
    before: trust({ Service: "ecs-tasks.amazonaws.com" }),
    changed: trust({ Service: ["ecs-tasks.amazonaws.com", "lambda.amazonaws.com"] }),
  },
  {
    title: "Role that the account itself may assume",
    kind: "harmless",
    why: "One account, by its number.",
    before: trust({ Service: "ecs-tasks.amazonaws.com" }),
    changed: trust({ AWS: "arn:aws:iam::123456789012:root" }),
  },
  {
    title: "Logs kept for two years",
    kind: "harmless",
    why: "A longer time is a time.",
    before: logGroup(400),
    changed: logGroup(731),
  },
];
