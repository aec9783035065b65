import * as pulumi from "@pulumi/pulumi";

import { allow, type Statement } from "../../components/shared/iamPolicies";
import type { Policies } from "./githubDeployRole";

/** What the roles are about. */
export interface Scope {
  region: string;
  /** The account's number. */
  account: pulumi.Input<string>;
  /** Names of stacks, with `*` for any characters. */
  stacks: readonly string[];
  stateBucket: string;
  secretsKeyArn: string;
}

/** The tag that the program's provider puts on everything, by which its resources are told from others. */
const project = "ecs-handson";
const tagged = { StringEquals: { "aws:ResourceTag/project": project } };
const taggedAtBirth = { StringEquals: { "aws:RequestTag/project": project } };

/** How the program's names begin, for IAM: `components/shared/names.ts` adds the stack. */
const bases = ["handson", "nginx", "cicd", "ecsHandsOn", "auth", "products", "shop"];

/** Services of AWS that the program gives roles to, and no others get one. */
const roleUsers = [
  "ecs-tasks",
  "ecs",
  "ec2",
  "codebuild",
  "codedeploy",
  "codepipeline",
  "events",
].map((service) => `${service}.amazonaws.com`);

/**
 * Reads state and account, for `pulumi preview`. It changes nothing, not even the state: a preview takes no lock.
 */
export function previewPolicies(scope: Scope): Policies {
  return { state: [...readState(scope), ...readAccount(), ...readServices(scope)] };
}

/**
 * What `pulumi up` and `pulumi destroy` of the program's chapters need. Where AWS knows a resource by a name of ours, the
 * stack's name at its end limits it; where it does not, the program's tag does.
 */
export function deployPolicies(scope: Scope): Policies {
  return {
    state: [...readState(scope), ...writeState(scope), ...readAccount()],
    network: network(scope),
    services: services(scope),
    pipeline: pipeline(scope),
    identity: identity(scope),
  };
}

function readState({ stateBucket, secretsKeyArn }: Scope): Statement[] {
  const bucket = `arn:aws:s3:::${stateBucket}`;
  return [
    allow(["s3:ListBucket", "s3:GetBucketLocation"], bucket),
    allow("s3:GetObject", `${bucket}/*`),
    allow(["kms:Decrypt", "kms:DescribeKey"], secretsKeyArn),
  ];
}

function writeState({ stateBucket, secretsKeyArn }: Scope): Statement[] {
  return [
    allow(["s3:PutObject", "s3:DeleteObject"], `arn:aws:s3:::${stateBucket}/*`),
    allow(["kms:Encrypt", "kms:GenerateDataKey"], secretsKeyArn),
  ];
}

/** To look is no action on a resource for these services, so `*` cannot be avoided. */
function readAccount(): Statement[] {
  return [
    allow(
      [
        "application-autoscaling:Describe*",
        "autoscaling:Describe*",
        "ec2:Describe*",
        "ecr:GetAuthorizationToken",
        "ecs:DescribeTaskDefinition",
        "elasticloadbalancing:Describe*",
        "kms:ListAliases",
        "logs:DescribeLogGroups",
        "sts:GetCallerIdentity",
      ],
      "*",
    ),
  ];
}

/** What the program asks of its services and images that stand; the deploy role may do more with them. */
function readServices(scope: Scope): Statement[] {
  const named = namesIn(scope);
  return [
    allow("ecs:DescribeServices", named("ecs", "service/STACK/*")),
    allow("ecr:ListImages", named("ecr", "repository/STACK/*")),
  ];
}

function network(scope: Scope): Statement[] {
  const ec2 = (...types: string[]) => types.map((type) => arnOf(scope, "ec2", `${type}/*`));
  const balancers = scope.stacks.flatMap((stack) =>
    [
      `loadbalancer/app/*-${stack}/*`,
      `targetgroup/*-${stack}/*`,
      `listener/app/*-${stack}/*`,
      `listener-rule/app/*-${stack}/*`,
    ].map((resource) => arnOf(scope, "elasticloadbalancing", resource)),
  );
  const newTypes = ["vpc", "subnet", "internet-gateway", "natgateway", "elastic-ip", "route-table"];
  return [
    // EC2's resources have no names of ours: they get the program's tag at birth, and only with it are they touched.
    allow(
      [
        "ec2:AllocateAddress",
        "ec2:CreateInternetGateway",
        "ec2:CreateLaunchTemplate",
        "ec2:CreateNatGateway",
        "ec2:CreateRouteTable",
        "ec2:CreateSecurityGroup",
        "ec2:CreateSubnet",
        "ec2:CreateVpc",
        "ec2:AuthorizeSecurityGroup*",
      ],
      ec2(...newTypes, "launch-template", "security-group", "security-group-rule"),
      taggedAtBirth,
    ),
    allow(
      [
        "ec2:AssociateRouteTable",
        "ec2:AttachInternetGateway",
        "ec2:AuthorizeSecurityGroup*",
        "ec2:Create*",
        "ec2:Delete*",
        "ec2:DetachInternetGateway",
        "ec2:DisassociateAddress",
        "ec2:DisassociateRouteTable",
        "ec2:Modify*",
        "ec2:ReleaseAddress",
        "ec2:ReplaceRoute*",
        "ec2:RevokeSecurityGroup*",
      ],
      ec2(...newTypes, "launch-template", "security-group", "security-group-rule"),
      tagged,
    ),
    allow("ec2:CreateTags", ec2("*"), {
      StringLike: { "ec2:CreateAction": ["Create*", "Allocate*", "Authorize*", "RunInstances"] },
    }),
    // Auto Scaling asks whether its caller may start what the launch template says.
    allow("ec2:RunInstances", [
      ...ec2(
        "instance",
        "launch-template",
        "network-interface",
        "security-group",
        "subnet",
        "volume",
      ),
      `arn:aws:ec2:${scope.region}::image/*`,
    ]),
    allow("elasticloadbalancing:*", balancers),
  ];
}

function services(scope: Scope): Statement[] {
  const named = namesIn(scope);
  return [
    allow(
      "ecs:*",
      named(
        "ecs",
        ...["cluster/STACK", "service/STACK/*", "task/STACK/*", "task-definition/STACK:*"],
        ...["capacity-provider/STACK", "container-instance/STACK/*", "service-deployment/STACK/*"],
      ),
    ),
    // AWS lets no revision be named here.
    allow("ecs:DeregisterTaskDefinition", "*"),
    allow("autoscaling:*", named("autoscaling", "autoScalingGroup:*:autoScalingGroupName/STACK")),
    allow(
      "application-autoscaling:*",
      arnOf(scope, "application-autoscaling", "scalable-target/*"),
      {
        StringEqualsIfExists: { "application-autoscaling:service-namespace": "ecs" },
      },
    ),
    allow("logs:*", named("logs", "log-group:/*/STACK", "log-group:/*/STACK:*")),
    allow("ecr:*", named("ecr", "repository/STACK/*")),
    allow("secretsmanager:*", named("secretsmanager", "secret:STACK-*")),
    allow("servicediscovery:CreateHttpNamespace", "*", taggedAtBirth),
    allow(
      "servicediscovery:*",
      [
        arnOf(scope, "servicediscovery", "namespace/*"),
        arnOf(scope, "servicediscovery", "service/*"),
      ],
      tagged,
    ),
    allow(["servicediscovery:GetOperation", "servicediscovery:ListNamespaces"], "*"),
    allow(
      ["cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"],
      arnOf(scope, "cloudwatch", "alarm:*"),
    ),
  ];
}

function pipeline(scope: Scope): Statement[] {
  const named = namesIn(scope);
  return [
    allow("codecommit:*", named("codecommit", "STACK")),
    allow("codebuild:*", named("codebuild", "project/STACK")),
    allow("codepipeline:*", named("codepipeline", "STACK", "STACK/*")),
    allow(
      "codedeploy:*",
      named("codedeploy", "application:STACK", "deploymentgroup:STACK/*", "deploymentconfig:*"),
    ),
    allow("events:*", named("events", "rule/STACK")),
    allow("sns:*", named("sns", "STACK", "STACK:*")),
    allow(
      "s3:*",
      scope.stacks.map((stack) => `arn:aws:s3:::*-${stack}-*`),
    ),
    // What follows has ids of AWS's own, so that the tag says whose it is.
    allow(["kms:CreateKey", "codeconnections:CreateConnection"], "*", taggedAtBirth),
    allow("kms:TagResource", arnOf(scope, "kms", "key/*"), taggedAtBirth),
    allow(
      [
        ...["Describe*", "Get*", "List*", "Put*", "EnableKeyRotation", "ScheduleKeyDeletion"].map(
          (action) => `kms:${action}`,
        ),
        ...["TagResource", "UntagResource", "Encrypt", "Decrypt", "GenerateDataKey"].map(
          (action) => `kms:${action}`,
        ),
      ],
      arnOf(scope, "kms", "key/*"),
      tagged,
    ),
    allow(["codeconnections:*"], arnOf(scope, "codeconnections", "connection/*"), tagged),
    allow("codestar-notifications:CreateNotificationRule", "*", taggedAtBirth),
    allow(
      "codestar-notifications:*",
      arnOf(scope, "codestar-notifications", "notificationrule/*"),
      tagged,
    ),
  ];
}

/**
 * Roles of the program, by both ends of their names. Whoever writes a role's policies can give it anything, so these
 * roles may be handed to nothing but the services that the program gives them to, and the environment `deploy` should
 * ask somebody first.
 */
function identity({ account, stacks }: Scope): Statement[] {
  const named = (kind: string) =>
    stacks.flatMap((stack) =>
      bases.map((base) => pulumi.interpolate`arn:aws:iam::${account}:${kind}/${base}*-${stack}`),
    );
  return [
    allow(
      [
        ...["AttachRolePolicy", "CreateRole", "DeleteRole", "DeleteRolePolicy"],
        ...["DetachRolePolicy", "GetRole", "GetRolePolicy", "ListAttachedRolePolicies"],
        ...["ListInstanceProfilesForRole", "ListRolePolicies", "PutRolePolicy", "TagRole"],
        ...["UntagRole", "UpdateAssumeRolePolicy", "UpdateRole"],
      ].map((action) => `iam:${action}`),
      named("role"),
    ),
    allow("iam:PassRole", named("role"), { StringEquals: { "iam:PassedToService": roleUsers } }),
    allow(
      [
        ...["AddRoleToInstanceProfile", "CreateInstanceProfile", "DeleteInstanceProfile"],
        ...["GetInstanceProfile", "RemoveRoleFromInstanceProfile", "TagInstanceProfile"],
      ].map((action) => `iam:${action}`),
      named("instance-profile"),
    ),
    allow(
      "iam:CreateServiceLinkedRole",
      pulumi.interpolate`arn:aws:iam::${account}:role/aws-service-role/*`,
      {
        StringEquals: {
          "iam:AWSServiceName": [
            "autoscaling.amazonaws.com",
            "ecs.amazonaws.com",
            "ecs.application-autoscaling.amazonaws.com",
            "elasticloadbalancing.amazonaws.com",
          ],
        },
      },
    ),
  ];
}

/** ARNs of what is named by us: `STACK` stands for a name that ends in the stack's. */
function namesIn(scope: Scope) {
  return (service: string, ...resources: string[]) =>
    scope.stacks.flatMap((stack) =>
      resources.map((resource) => arnOf(scope, service, resource.replace("STACK", `*-${stack}`))),
    );
}

function arnOf({ region, account }: Scope, service: string, resource: string) {
  return pulumi.interpolate`arn:aws:${service}:${region}:${account}:${resource}`;
}
