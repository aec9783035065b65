import rule from "../../../policies/rules/ecr-policy-not-public";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const policy = (statement: unknown): TestResource[] => [
  {
    type: "aws:ecr/repositoryPolicy:RepositoryPolicy",
    props: { policy: { Statement: statement } },
  },
];
const everybody = { Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" };
const limited = (Condition: unknown) => policy([{ ...everybody, Condition }]);
const open = /lets every AWS account in/;

export default {
  rule,
  pass: {
    "a template without a policy": [
      {
        type: "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
        props: { prefix: "x" },
      },
    ],
    "an account": policy([{ ...everybody, Principal: { AWS: "arn:aws:iam::123456789012:root" } }]),
    "a service": policy([{ ...everybody, Principal: { Service: "codebuild.amazonaws.com" } }]),
    "a denial": policy([{ ...everybody, Effect: "Deny" }]),
    "an organisation": limited({ StringEquals: { "aws:PrincipalOrgID": "o-1234567890" } }),
    "an organisation, whatever else is required": limited({
      StringEquals: { "aws:PrincipalOrgID": "o-1234567890", "aws:PrincipalTag/team": unknown },
    }),
    "an account, under a condition that is known later": policy([
      { ...everybody, Principal: { AWS: "123456789012" }, Condition: unknown },
    ]),
    "an unknown principal of an organisation": policy([
      {
        ...everybody,
        Principal: unknown,
        Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1234567890" } },
      },
    ]),
    "any path in an organisation": limited({
      "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": ["o-1/*"] },
    }),
  },
  fail: {
    "a template for future repositories": [
      open,
      [
        {
          type: "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
          props: { prefix: "x", repositoryPolicy: JSON.stringify({ Statement: everybody }) },
        },
      ],
    ],
    everybody: [open, policy(everybody)],
    "everybody, as text": [
      open,
      [
        {
          type: "aws:ecr/registryPolicy:RegistryPolicy",
          props: { policy: JSON.stringify({ Statement: [everybody] }) },
        },
      ],
    ],
    "every account": [open, policy([{ ...everybody, Principal: { AWS: ["123456789012", "*"] } }])],
    "every account by its root": [
      open,
      policy([{ ...everybody, Principal: { AWS: "arn:aws:iam::*:root" } }]),
    ],
    "everybody except one account": [
      open,
      policy([{ Effect: "Allow", NotPrincipal: { AWS: "123456789012" }, Action: "ecr:*" }]),
    ],
    "any organisation": [open, limited({ StringLike: { "aws:PrincipalOrgID": "*" } })],
    "no organisation": [open, limited({ StringEquals: { "aws:PrincipalOrgID": [] } })],
    "an organisation, if there is one": [
      open,
      limited({ StringEqualsIfExists: { "aws:PrincipalOrgID": "o-1234567890" } }),
    ],
    "anybody outside an organisation": [
      open,
      limited({ StringNotEquals: { "aws:PrincipalOrgID": "o-1234567890" } }),
    ],
    "a condition that does not limit who it is": [
      open,
      limited({ StringEquals: { "aws:RequestedRegion": "ap-northeast-1" } }),
    ],
    "a malformed condition": [open, limited({ StringEquals: "x" })],
    "a policy that is not JSON": [
      /not a JSON document/,
      [{ type: "aws:ecr/repositoryPolicy:RepositoryPolicy", props: { policy: "open" } }],
    ],
  },
  unknown: {
    "the policy": [
      { type: "aws:ecr/repositoryPolicy:RepositoryPolicy", props: { policy: unknown } },
    ],
    "who it is": policy([{ ...everybody, Principal: unknown }]),
    "the accounts": policy([{ ...everybody, Principal: { AWS: [unknown] } }]),
    "the organisation": limited({ StringEquals: { "aws:PrincipalOrgID": unknown } }),
    "the condition": limited(unknown),
    "whether it allows or denies": policy([{ ...everybody, Effect: unknown }]),
  },
  other: {
    type: "aws:s3/bucketPolicy:BucketPolicy",
    props: { policy: { Statement: [everybody] } },
  },
} satisfies Cases;
