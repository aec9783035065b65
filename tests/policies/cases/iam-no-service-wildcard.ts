import rule from "../../../policies/rules/iam-no-service-wildcard";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const policy = (statement: unknown, type = "policy:Policy"): TestResource[] => [
  { type: `aws:iam/${type}`, props: { policy: { Statement: statement } } },
];

const all = { Effect: "Allow", Action: "s3:*", Resource: "*" };

export default {
  rule,
  pass: {
    "named actions": policy([{ ...all, Action: ["s3:GetObject", "s3:List*"] }]),
    "a named resource": policy([{ ...all, Resource: "arn:aws:s3:::bucket/*" }]),
    "a denial": policy([{ ...all, Effect: "Deny" }]),
    "a policy that is not JSON": [{ type: "aws:iam/policy:Policy", props: { policy: "x" } }],
  },
  fail: {
    "a whole service": [/allows s3:\* on every resource/, policy(all)],
    "a whole service in a list": [
      /allows ecs:\*/,
      policy(
        [{ ...all, Action: ["s3:GetObject", "ecs:*"], Resource: ["*"] }],
        "rolePolicy:RolePolicy",
      ),
    ],
    "a whole service, on every resource except one": [
      /allows s3:\*/,
      policy([{ Effect: "Allow", Action: "s3:*", NotResource: "arn:aws:s3:::bucket" }]),
    ],
  },
  unknown: {
    "the policy": [{ type: "aws:iam/policy:Policy", props: { policy: unknown } }],
    "the actions": policy([{ ...all, Action: unknown }]),
  },
  other: { type: "aws:s3/bucketPolicy:BucketPolicy", props: { policy: { Statement: all } } },
} satisfies Cases;
