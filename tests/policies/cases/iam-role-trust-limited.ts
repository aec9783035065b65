import rule from "../../../policies/rules/iam-role-trust-limited";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const role = (statement: unknown): TestResource[] => [
  {
    type: "aws:iam/role:Role",
    props: { assumeRolePolicy: JSON.stringify({ Statement: [statement] }) },
  },
];
const trust = (Principal: unknown, Condition?: unknown) =>
  role({ Effect: "Allow", Action: "sts:AssumeRole", Principal, Condition });
const provider = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
const github = (Condition?: unknown) => trust({ Federated: provider }, Condition);
const audience = { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" };
const everyAccount = /every AWS account assume the role/;
const everyRepository = /every repository of GitHub/;

export default {
  rule,
  pass: {
    "a service": trust({ Service: "ecs-tasks.amazonaws.com" }),
    "an account": trust({ AWS: "123456789012" }),
    "who knows a text": trust("*", { StringEquals: { "sts:ExternalId": "app" } }),
    "an organisation": trust({ AWS: "*" }, { StringEquals: { "aws:PrincipalOrgID": "o-1" } }),
    "a repository": github({
      StringEquals: audience,
      StringLike: { "token.actions.githubusercontent.com:sub": "repo:owner/site:*" },
    }),
    "a denial of everybody": role({ Effect: "Deny", Action: "sts:AssumeRole", Principal: "*" }),
    "a denial of GitHub": role({ Effect: "Deny", Action: "*", Principal: { Federated: provider } }),
    "another provider": trust({ Federated: "cognito-identity.amazonaws.com" }),
    "no JSON, which AWS refuses": [
      { type: "aws:iam/role:Role", props: { assumeRolePolicy: "everybody" } },
    ],
  },
  fail: {
    everybody: [everyAccount, trust("*")],
    "every account": [everyAccount, trust({ AWS: ["*"] })],
    "everybody from anywhere": [
      everyAccount,
      trust("*", { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } }),
    ],
    "everybody, with a condition on something else": [
      everyAccount,
      trust("*", { Bool: { "aws:SecureTransport": "true" } }),
    ],
    "every repository": [everyRepository, github()],
    "every repository for AWS": [everyRepository, github({ StringEquals: audience })],
    "any repository": [
      everyRepository,
      github({ StringLike: { "token.actions.githubusercontent.com:sub": "*" } }),
    ],
  },
  unknown: {
    "the policy": [{ type: "aws:iam/role:Role", props: { assumeRolePolicy: unknown } }],
    "the repository": [
      {
        type: "aws:iam/role:Role",
        props: {
          assumeRolePolicy: {
            Statement: [
              {
                Effect: "Allow",
                Principal: { Federated: provider },
                Condition: { StringLike: { "token.actions.githubusercontent.com:sub": unknown } },
              },
            ],
          },
        },
      },
    ],
    "who it is": [
      {
        type: "aws:iam/role:Role",
        props: { assumeRolePolicy: { Statement: [{ Effect: "Allow", Principal: unknown }] } },
      },
    ],
  },
  other: {
    type: "aws:iam/policy:Policy",
    props: { assumeRolePolicy: { Statement: [{ Effect: "Allow", Principal: "*" }] } },
  },
} satisfies Cases;
