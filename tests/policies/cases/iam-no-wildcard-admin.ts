import { POLICY_ATTACHMENTS } from "../../../policies/graph/tokens";
import rule from "../../../policies/rules/iam-no-wildcard-admin";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const policy = (statement: unknown, type = "policy:Policy"): TestResource[] => [
  {
    type: `aws:iam/${type}`,
    props: { policy: JSON.stringify({ Version: "2012-10-17", Statement: statement }) },
  },
];
const attachment = (policyArn: string, dependencies: string[] = []): TestResource => ({
  type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  name: "attachment",
  props: { role: "r", policyArn },
  dependencies: { policyArn: dependencies },
});
const admin = { Effect: "Allow", Action: "*", Resource: "*" };
const role = (props: object): TestResource[] => [{ type: "aws:iam/role:Role", props }];

export default {
  rule,
  pass: {
    "a denial of everything except something": policy({
      Effect: "Deny",
      NotAction: "iam:*",
      Resource: "*",
    }),
    "everything except something on one bucket": policy({
      Effect: "Allow",
      NotAction: "s3:Delete*",
      Resource: "arn:aws:s3:::bucket/*",
    }),
    "named actions": policy([{ ...admin, Action: ["s3:*", "ecr:GetAuthorizationToken"] }]),
    "a named resource": policy([{ ...admin, Resource: "arn:aws:s3:::bucket/*" }]),
    "a denial of everything": policy({ ...admin, Effect: "Deny" }),
    "a managed policy": [attachment("arn:aws:iam::aws:policy/ReadOnlyAccess")],
    "a new policy": [
      attachment(unknown, ["new"]),
      { ...policy({ ...admin, Action: "s3:GetObject" })[0], name: "new" } as TestResource,
    ],
    "a role": role({ assumeRolePolicy: "{}" }),
  },
  fail: {
    "everything except something": [
      /every action/,
      policy({ Effect: "Allow", NotAction: ["iam:*", "organizations:*"], Resource: "*" }),
    ],
    "everything on everything except something": [
      /every action/,
      policy({ Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::logs" }),
    ],
    "everything on every ARN": [/every action/, policy({ ...admin, Resource: "arn:aws:*" })],
    "everything, with keys in lower case": [
      /every action/,
      policy({ effect: "Allow", action: "*", resource: "*" }),
    ],
    "AdministratorAccess by other attachments": [
      /attaches AdministratorAccess/,
      POLICY_ATTACHMENTS.map((type, i) => ({
        type,
        name: `a${i}`,
        props: {
          [type.includes("Exclusive") ? "policyArns" : "policyArn"]:
            "arn:aws-cn:iam::aws:policy/AdministratorAccess",
        },
      })),
    ],
    everything: [/every action on every resource/, policy(admin)],
    "everything in a list": [
      /every action/,
      policy([{ ...admin, Action: ["s3:GetObject", "*"], Resource: ["*"] }]),
    ],
    "everything by another name": [/every action/, policy({ ...admin, Action: "*:*" })],
    "everything in the second statement": [
      /every action/,
      policy([{ ...admin, Action: "s3:*" }, admin]),
    ],
    "everything in a role's policy": [/every action/, policy(admin, "rolePolicy:RolePolicy")],
    "everything in a user's policy": [/every action/, policy(admin, "userPolicy:UserPolicy")],
    "everything in a group's policy": [/every action/, policy(admin, "groupPolicy:GroupPolicy")],
    "everything inline in a role": [
      /every action/,
      role({ inlinePolicies: [{ policy: JSON.stringify({ Statement: admin }) }] }),
    ],
    "everything as an object": [
      /every action/,
      [{ type: "aws:iam/policy:Policy", props: { policy: { Statement: admin } } }],
    ],
    AdministratorAccess: [
      /attaches AdministratorAccess/,
      [attachment("arn:aws:iam::aws:policy/AdministratorAccess")],
    ],
    IAMFullAccess: [
      /attaches IAMFullAccess/,
      [attachment("arn:aws:iam::aws:policy/IAMFullAccess")],
    ],
    "AdministratorAccess of a role": [
      /attaches AdministratorAccess/,
      role({ managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] }),
    ],
    "a policy that is not JSON": [
      /not a JSON document/,
      [{ type: "aws:iam/policy:Policy", props: { policy: "allow *" } }],
    ],
  },
  unknown: {
    "the policy": [{ type: "aws:iam/policy:Policy", props: { policy: unknown } }],
    "an inline policy": role({ inlinePolicies: unknown }),
    "an attached policy": [attachment(unknown)],
    "attached policies": role({ managedPolicyArns: unknown }),
  },
  other: { type: "aws:s3/bucketPolicy:BucketPolicy", props: { policy: "x" } },
} satisfies Cases;
