import rule from "../../../policies/rules/ssm-parameter-secure-string";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const parameter = (props: object): TestResource[] => [
  { type: "aws:ssm/parameter:Parameter", name: "db-password", props },
];
const named = (name: unknown, value: unknown, type: unknown = "String") =>
  parameter({ name, type, value });

export default {
  rule,
  pass: {
    "a setting": named("/app/log-level", "debug"),
    "an encrypted password": named("/app/password", "hunter2", "SecureString"),
    "an encrypted value that is known later": named("/app/password", unknown, "SecureString"),
    "a setting about a password": named("/app/password/min-length", "12"),
    "a list": named("/app/zones", "a,b", "StringList"),
    "a number": named("/app/password", 1),
    "a setting whose kind is not known": named("/app/log-level", "debug", unknown),
  },
  fail: {
    "a password": [
      /parameter is a credential, .* not SecureString/,
      named("/app/password", "hunter2"),
    ],
    "a key by its value": [/is an AWS access key/, named("/app/id", "AKIAIOSFODNN7EXAMPLE")],
    "a password in insecureValue": [
      /SecureString/,
      parameter({ name: "/app/password", type: "String", insecureValue: "hunter2" }),
    ],
    "a password under the resource's name": [
      /SecureString/,
      parameter({ type: "String", value: "hunter2" }),
    ],
    "a password under a name that is known later": [/SecureString/, named(unknown, "hunter2")],
    "a password that is known later": [
      /named like a credential, .* not SecureString/,
      named("/app/password", unknown),
    ],
  },
  unknown: {
    "the value": named("/app/id", unknown),
    "the kind": named("/app/password", "hunter2", unknown),
    "the kind and the value": named("/app/password", unknown, unknown),
  },
  other: { type: "aws:ssm/document:Document", props: { value: "AKIAIOSFODNN7EXAMPLE" } },
} satisfies Cases;
