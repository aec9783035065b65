import rule from "../../../policies/rules/iam-no-pass-any-role";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const policy = (statement: unknown, type = "policy:Policy"): TestResource[] => [
  { type: `aws:iam/${type}`, props: { policy: { Statement: statement } } },
];

const pass = { Effect: "Allow", Action: "iam:PassRole", Resource: "*" };
const passed = { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } };
const anyRole = /allows iam:PassRole for every role/;

export default {
  rule,
  pass: {
    "a role": policy([{ ...pass, Resource: "arn:aws:iam::123456789012:role/task" }]),
    "a role to assume": policy([
      { ...pass, Action: "sts:AssumeRole", Resource: "arn:aws:iam::123456789012:role/deploy" },
    ]),
    "a role by its name in every account": policy([
      { ...pass, Action: "sts:AssumeRole", Resource: "arn:aws:iam::*:role/cdk-*" },
    ]),
    "roles with a tag": policy([
      {
        ...pass,
        Action: "sts:AssumeRole",
        Condition: {
          "ForAnyValue:StringEquals": { "iam:ResourceTag/aws-cdk:bootstrap-role": ["deploy"] },
        },
      },
    ]),
    "roles of an organisation": policy([
      {
        ...pass,
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:ResourceOrgID": "${aws:PrincipalOrgID}" } },
      },
    ]),
    "all actions except IAM's and STS's, on roles": policy([
      {
        Effect: "Allow",
        NotAction: ["iam:*", "sts:*"],
        Resource: "arn:aws:iam::123456789012:role/*",
      },
    ]),
    "a folder of roles": policy([
      { ...pass, Resource: "arn:aws:iam::123456789012:role/service-role/*" },
    ]),
    "any role for one service": policy([{ ...pass, Condition: passed }]),
    "a condition on something else": policy([
      { ...pass, Action: "iam:GetRole", Condition: unknown },
    ]),
    "another action": policy([{ ...pass, Action: ["iam:GetRole", "ecs:RunTask"] }]),
    "changes to the policies of some roles": policy([
      {
        ...pass,
        Action: ["iam:CreatePolicyVersion", "iam:PutRolePolicy"],
        Resource: "arn:aws:iam::123456789012:role/app-*",
      },
    ]),
    "every action on every resource, which another rule refuses": policy([
      { ...pass, Action: "*" },
    ]),
    "a denial": policy([{ ...pass, Effect: "Deny" }]),
    "a policy that is not JSON": [{ type: "aws:iam/policy:Policy", props: { policy: "x" } }],
  },
  fail: {
    "any role": [anyRole, policy(pass)],
    "any role, in another spelling": [anyRole, policy([{ ...pass, Action: ["IAM:passrole"] }])],
    "any role by a pattern": [anyRole, policy([{ ...pass, Action: "iam:Pass*" }])],
    "any role by a pattern for one letter": [
      anyRole,
      policy([{ ...pass, Action: "iam:Pass?ole" }]),
    ],
    "any policy's next version": [
      /allows iam:CreatePolicyVersion for everything/,
      policy([{ ...pass, Action: "iam:CreatePolicy*" }]),
    ],
    "any user's keys": [
      /allows iam:CreateAccessKey for everything/,
      policy([
        { ...pass, Action: "iam:CreateAccessKey", Resource: "arn:aws:iam::123456789012:user/*" },
      ]),
    ],
    "all of IAM by a pattern": [/every action of IAM/, policy([{ ...pass, Action: "?am:*" }])],
    "any role of the account": [
      anyRole,
      policy([{ ...pass, Resource: "arn:aws:iam::123456789012:role/*" }]),
    ],
    "any role but one": [
      anyRole,
      policy([{ Effect: "Allow", Action: "iam:PassRole", NotResource: "arn:aws:iam::1:role/x" }]),
    ],
    "any role for any service": [
      anyRole,
      policy([{ ...pass, Condition: { StringLike: { "iam:PassedToService": "*" } } }]),
    ],
    "any role to assume": [
      /allows sts:AssumeRole for every role/,
      policy([{ ...pass, Action: ["s3:GetObject", "sts:AssumeRole"] }]),
    ],
    "any role to assume, by all of STS": [
      /allows sts:AssumeRole for every role/,
      policy([{ ...pass, Action: "sts:*" }]),
    ],
    "any role of every account to assume": [
      /allows sts:AssumeRole for every role/,
      policy([{ ...pass, Action: "sts:AssumeRole", Resource: "arn:aws:iam::*" }]),
    ],
    "any role to assume, with a condition on the caller only": [
      /allows sts:AssumeRole for every role/,
      policy([
        {
          ...pass,
          Action: "sts:AssumeRole",
          Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
        },
      ]),
    ],
    "any role of the caller's account": [
      anyRole,
      policy([{ ...pass, Resource: "arn:aws:iam::${aws:PrincipalAccount}:role/*" }]),
    ],
    "any role with a name": [anyRole, policy([{ ...pass, Resource: "arn:aws:iam::*:role/?*" }])],
    "any role, by every action on roles": [
      /allows sts:AssumeRole for every role/,
      policy([{ ...pass, Action: "*", Resource: "arn:aws:iam::123456789012:role/*" }]),
    ],
    "any role, by all actions except some": [
      anyRole,
      policy([
        {
          Effect: "Allow",
          NotAction: "sts:*",
          Resource: "arn:aws-cn:iam::123456789012:role/*",
        },
      ]),
    ],
    "any role, inline": [
      anyRole,
      [
        {
          type: "aws:iam/role:Role",
          props: { inlinePolicies: [{ policy: JSON.stringify({ Statement: pass }) }] },
        },
      ],
    ],
    "all of IAM": [
      /every action of IAM/,
      policy([{ ...pass, Action: "iam:*", Resource: "arn:aws:iam::123456789012:role/app" }]),
    ],
  },
  unknown: {
    "the policy": [{ type: "aws:iam/policy:Policy", props: { policy: unknown } }],
    "the roles": policy([{ ...pass, Resource: unknown }]),
    "the condition": policy([{ ...pass, Condition: unknown }]),
  },
  other: { type: "aws:s3/bucketPolicy:BucketPolicy", props: { policy: { Statement: pass } } },
} satisfies Cases;
