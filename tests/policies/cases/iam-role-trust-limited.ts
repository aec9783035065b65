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
const everyRepository =
  /every customer of GitHub assume the role.*githubusercontent\.com:sub, such as repo/;
const subject = (sub: unknown) => ({
  StringLike: { "token.actions.githubusercontent.com:sub": sub },
});
const shared = (issuer: string, Condition?: unknown) =>
  trust({ Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer}` }, Condition);

const pulumi = "api.pulumi.com/oidc";
const eks = "oidc.eks.ap-northeast-1.amazonaws.com/id/0123456789ABCDEF";
const bitbucket = "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc";
const circle = "oidc.circleci.com/org/0123";

export default {
  rule,
  pass: {
    "a service": trust({ Service: "ecs-tasks.amazonaws.com" }),
    "an account": trust({ AWS: "123456789012" }),
    "anyone who knows an external id": trust("*", { StringEquals: { "sts:ExternalId": "app" } }),
    "an organisation": trust({ AWS: "*" }, { StringEquals: { "aws:PrincipalOrgID": "o-1" } }),
    "a repository": github({
      StringEquals: audience,
      StringLike: { "token.actions.githubusercontent.com:sub": "repo:owner/site:*" },
    }),
    "an organisation's repositories": github(subject(["repo:owner/*", "repo:other/site:*"])),
    "a workflow": github({
      StringEquals: {
        "token.actions.githubusercontent.com:job_workflow_ref":
          "owner/x/.github/workflows/a.yml@main",
      },
    }),
    "roles of an account": trust("*", {
      ArnLike: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/*" },
    }),
    "an office's addresses": trust("*", {
      IpAddress: { "aws:SourceIp": ["203.0.113.0/24", "198.51.100.0/24"] },
    }),
    "a group at GitLab": shared("gitlab.com", {
      StringLike: { "gitlab.com:sub": "project_path:acme/*:ref_type:branch:ref:main" },
    }),
    "an organisation at HCP Terraform": shared("app.terraform.io", {
      StringLike: { "app.terraform.io:sub": "organization:acme:project:*" },
    }),
    "a self-hosted GitLab": shared("gitlab.acme.com"),
    "a denial of everybody": role({ Effect: "Deny", Action: "sts:AssumeRole", Principal: "*" }),
    "a denial of GitHub": role({ Effect: "Deny", Action: "*", Principal: { Federated: provider } }),
    "an identity pool": trust(
      { Federated: "cognito-identity.amazonaws.com" },
      { StringEquals: { "cognito-identity.amazonaws.com:aud": "ap-northeast-1:0123" } },
    ),
    "a Google app": trust(
      { Federated: "accounts.google.com" },
      { StringEquals: { "accounts.google.com:aud": "0123.apps.googleusercontent.com" } },
    ),
    "an organisation at Pulumi Cloud": shared(pulumi, {
      StringEquals: { [`${pulumi}:aud`]: "aws:acme" },
    }),
    "a project's deployments at Pulumi Cloud": shared(pulumi, {
      StringLike: { [`${pulumi}:sub`]: "pulumi:deploy:org:acme:project:site:*" },
    }),
    "a team at Vercel": shared("oidc.vercel.com", {
      StringEquals: { "oidc.vercel.com:aud": "https://vercel.com/acme" },
    }),
    "a service account of an EKS cluster": shared(eks, {
      StringEquals: {
        [`${eks}:sub`]: "system:serviceaccount:site:web",
        [`${eks}:aud`]: "sts.amazonaws.com",
      },
    }),
    "the service accounts of a namespace": shared(eks, {
      StringLike: { [`${eks}:sub`]: "system:serviceaccount:site:*" },
    }),
    "a repository at Bitbucket": shared(bitbucket, {
      StringLike: { [`${bitbucket}:sub`]: "{0123}:*" },
    }),
    "a project at CircleCI": shared(circle, {
      StringLike: { [`${circle}:sub`]: "org/0123/project/4567/user/*" },
    }),
    "a policy that is not JSON, which AWS refuses": [
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
    "everybody who has no organisation": [
      everyAccount,
      trust("*", { "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-1" } }),
    ],
    "everybody with a role of some name": [
      everyAccount,
      trust("*", { StringLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/deploy" } }),
    ],
    "everybody by an ARN that ends early": [
      everyAccount,
      trust("*", { ArnLike: { "aws:PrincipalArn": "arn:aws:iam:*" } }),
    ],
    "everybody with an id": [everyAccount, trust("*", { StringLike: { "aws:userid": "*:*" } })],
    "every organisation": [
      everyAccount,
      trust("*", { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-*/r-1/*" } }),
    ],
    "everybody from one half of the internet or the other": [
      everyAccount,
      trust("*", { IpAddress: { "aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"] } }),
    ],
    "every repository by a pattern": [everyRepository, github(subject("repo:*"))],
    "every owner's repository": [everyRepository, github(subject("repo:*/site:*"))],
    "every owner whose name begins alike": [everyRepository, github(subject("repo:acme*/site:*"))],
    "one repository or any": [everyRepository, github(subject(["repo:owner/site:*", "*"]))],
    "every project of GitLab": [
      /customer of GitLab .*gitlab\.com:sub/,
      shared("gitlab.com", { StringEquals: { "gitlab.com:aud": "https://gitlab.com" } }),
    ],
    "every organisation at Pulumi Cloud": [/customer of Pulumi Cloud .*aud/, shared(pulumi)],
    "every organisation at Pulumi Cloud, with its second kind of token": [
      /customer of Pulumi Cloud/,
      shared(`${pulumi}/v2`, { StringLike: { [`${pulumi}/v2:sub`]: "pulumi:deploy:org:*" } }),
    ],
    "every audience of Pulumi Cloud": [
      /customer of Pulumi Cloud/,
      shared(pulumi, { StringLike: { [`${pulumi}:aud`]: "aws:*" } }),
    ],
    "every team at Vercel": [
      /customer of Vercel/,
      shared("oidc.vercel.com", {
        StringLike: { "oidc.vercel.com:aud": "https://vercel.com/*" },
      }),
    ],
    "every pod of an EKS cluster": [
      /every pod of the EKS cluster .*system:serviceaccount/,
      shared(eks, { StringEquals: { [`${eks}:aud`]: "sts.amazonaws.com" } }),
    ],
    "every service account of an EKS cluster": [
      /every pod of the EKS cluster/,
      shared(eks, { StringLike: { [`${eks}:sub`]: "system:serviceaccount:*:*" } }),
    ],
    "every pipeline of a Bitbucket workspace": [/the Bitbucket workspace/, shared(bitbucket)],
    "every project at CircleCI": [/the CircleCI organization/, shared(circle)],
    "every project at CircleCI by a pattern": [
      /the CircleCI organization/,
      shared(circle, { StringLike: { [`${circle}:sub`]: "org/*" } }),
    ],
    "every identity pool": [
      /every identity pool of Cognito/,
      trust({ Federated: "cognito-identity.amazonaws.com" }),
    ],
    "every Google app": [/every app of the provider/, trust({ Federated: "accounts.google.com" })],
    "every workspace of HCP Terraform": [/customer of HCP Terraform/, shared("app.terraform.io")],
    "every repository": [everyRepository, github()],
    "every repository whose token is for AWS": [
      everyRepository,
      github({ StringEquals: audience }),
    ],
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
