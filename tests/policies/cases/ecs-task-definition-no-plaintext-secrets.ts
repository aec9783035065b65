import rule from "../../../policies/rules/ecs-task-definition-no-plaintext-secrets";
import { type TestResource, unknown } from "../harness";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";

const withVariable = (name: string, value: string, type?: string): TestResource[] => [
  taskDefinition({}, { environment: [{ name, value, type }] }),
];
const project = (variable: object): TestResource[] => [
  {
    type: "aws:codebuild/project:Project",
    props: { environment: { environmentVariables: [variable] } },
  },
];
const mandatory = { enforcementLevel: "mandatory" as const };

export default {
  rule,
  pass: {
    "no variables": [taskDefinition()],
    "plain settings": withVariable("LOG_LEVEL", "debug"),
    "a secret by reference": [
      taskDefinition({}, { secrets: [{ name: "DB_PASSWORD", valueFrom: "arn:aws:ssm:x" }] }),
    ],
    "the ARN of a secret": withVariable("DB_PASSWORD_SECRET_ARN", "x"),
    "an ARN in a variable named like a secret": withVariable(
      "DB_SECRET",
      "arn:aws:secretsmanager:x",
    ),
    "the path of a token": withVariable("TOKEN_FILE", "/run/token"),
    "a number of tokens": withVariable("MAX_TOKENS", "100000"),
    "a switch": withVariable("USE_SECRETS", "true"),
    "an empty password": withVariable("DB_PASSWORD", ""),
    "a URL without a password": withVariable("DB_URL", "postgres://user@host/db"),
    "a project's plain setting": project({ name: "LOG_LEVEL", value: "debug" }),
    "a project's variable from a parameter": project({
      name: "DB_PASSWORD",
      value: "/app/password",
      type: "PARAMETER_STORE",
    }),
  },
  fail: {
    "a password": [/variable DB_PASSWORD/, withVariable("DB_PASSWORD", "hunter2")],
    "the keys Security Hub looks for": [
      /AWS_SECRET_ACCESS_KEY|AWS_ACCESS_KEY_ID|ECS_ENGINE_AUTH_DATA/,
      ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "ECS_ENGINE_AUTH_DATA"].flatMap((name) =>
        withVariable(name, "x1"),
      ),
    ],
    "an API key in camel case": [/apiKey/, withVariable("apiKey", "x1")],
    "an access key by its value": [
      /variable SETTING/,
      withVariable("SETTING", "AKIAIOSFODNN7EXAMPLE"),
    ],
    "a GitHub token by its value": [
      /variable SETTING/,
      withVariable("SETTING", ["ghp", "x7Jq2LmN9vRt4KsW8yBz3CdF6gHp1QaE5uTo"].join("_")),
    ],
    "a private key by its value": [
      /variable SETTING/,
      withVariable("SETTING", "-----BEGIN RSA PRIVATE KEY-----"),
    ],
    "a password inside a URL": [/DB_URL/, withVariable("DB_URL", "postgres://user:pass@host/db")],
    "a project's plain variable": [
      /The project .*DB_PASSWORD/,
      project({ name: "DB_PASSWORD", value: "hunter2" }),
    ],
    "a project's variable of type PLAINTEXT": [
      /The project .*DB_PASSWORD/,
      project({ name: "DB_PASSWORD", value: "hunter2", type: "PLAINTEXT" }),
    ],
    "a project's secret that is not known yet": [
      /The project .*DB_PASSWORD/,
      project({ name: "DB_PASSWORD", value: unknown }),
    ],
  },
  unknown: {
    "the containers": [taskDefinition({ containerDefinitions: unknown })],
    "a project's value": project({ name: "SETTING", value: unknown }),
    "a project's variable": project({ name: unknown, value: "x" }),
    "the kind of a project's variable": project({ name: "A", value: "x", type: unknown }),
    "a project's variables": [
      { type: "aws:codebuild/project:Project", props: { environment: unknown } },
    ],
  },
  configured: {
    "another pattern for names": [
      { ...mandatory, namePattern: "^PIN$" },
      withVariable("PIN", "no"),
      /variable PIN/,
    ],
    "a name outside that pattern": [
      { ...mandatory, namePattern: "^PIN$" },
      withVariable("DB_PASSWORD", "x1"),
    ],
  },
  other: { type: "aws:batch/jobDefinition:JobDefinition", props: { containerDefinitions: "x" } },
} satisfies Cases;
