import { EVENT_TARGET, PIPELINE, SCHEDULE } from "../../../policies/graph/tokens";
import rule from "../../../policies/rules/ecs-task-definition-no-plaintext-secrets";
import { type TestResource, unknown } from "../harness";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";
import { workloads } from "./workloads";

const withVariable = (name: string, value: unknown): TestResource[] => [
  taskDefinition({}, { environment: [{ name, value }] }),
];
const project = (variable: object): TestResource[] => [
  {
    type: "aws:codebuild/project:Project",
    props: { environment: { environmentVariables: [variable] } },
  },
];
const buildspec = (text: unknown, source = "source"): TestResource[] => [
  {
    type: "aws:codebuild/project:Project",
    props: { [source]: { type: "CODEPIPELINE", buildspec: text } },
  },
];
const action = (props: object): TestResource[] => [
  { type: PIPELINE, props: { stages: [{ actions: [{ name: "Build", ...props }] }] } },
];
const pipelineVariables = (...list: object[]) =>
  action({ configuration: { EnvironmentVariables: JSON.stringify(list) } });
const SERVICE = "aws:ecs/service:Service";
const proxy = (options: object) => [
  { type: SERVICE, props: { serviceConnectConfiguration: { logConfiguration: { options } } } },
];
const inBase64 = (text: string) => Buffer.from(text).toString("base64");
const override = (container: object) =>
  JSON.stringify({ containerOverrides: [{ name: "web", ...container }] });
const volume = (docker: unknown): TestResource[] => [
  taskDefinition({ volumes: [{ name: "data", dockerVolumeConfiguration: docker }] }),
];
const jsonOf = (value: object): string => JSON.stringify(value);
const secretFrom = (valueFrom: string, name = "DB_PASSWORD") => [
  taskDefinition({}, { secrets: [{ name, valueFrom }] }),
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
    "an empty password": withVariable("DB_PASSWORD", ""),
    "a password that is not text, which AWS refuses": withVariable("DB_PASSWORD", {
      is: "hunter2",
    }),
    "a URL without a password": withVariable("DB_URL", "postgres://user@host/db"),
    "commands without credentials": [
      taskDefinition(
        {},
        {
          entryPoint: ["sh", "-c"],
          command: ["exec serve --password $DB_PASSWORD --port 80"],
          healthCheck: { command: ["CMD-SHELL", "curl -f http://localhost:80/ || exit 1"] },
        },
      ),
    ],
    "log options and labels without credentials": [
      taskDefinition(
        {},
        {
          logConfiguration: {
            logDriver: "splunk",
            options: { "splunk-url": "https://logs.example.com" },
            secretOptions: [{ name: "splunk-token", valueFrom: "arn:aws:ssm:x" }],
          },
          dockerLabels: { team: "web" },
        },
      ),
    ],
    "a volume with a driver": volume({ driver: "local", driverOpts: { type: "tmpfs" } }),
    "a proxy's logs": proxy({ "awslogs-group": "/proxy" }),
    "a service without Service Connect": [{ type: SERVICE, props: {} }],
    "a setting in Base64": [
      taskDefinition({}, { environment: [{ name: "CONFIG", value: inBase64('{"log":"info"}') }] }),
    ],
    "bytes in Base64": [
      taskDefinition({}, { environment: [{ name: "SEED", value: "/////////////////////w==" }] }),
    ],
    "a target that is not a task": [{ type: EVENT_TARGET, props: { input: "hello" } }],
    "a target without overrides": [{ type: EVENT_TARGET, props: { arn: "arn:aws:ecs:x" } }],
    "a schedule's override": [
      { type: SCHEDULE, props: { target: { input: override({ command: ["migrate"] }) } } },
    ],
    "a project's plain setting": project({ name: "LOG_LEVEL", value: "debug" }),
    "a project's variable from a parameter": project({
      name: "DB_PASSWORD",
      value: "/app/password",
      type: "PARAMETER_STORE",
    }),
    "a buildspec's secret by reference": buildspec(
      "version: 0.2\nenv:\n  secrets-manager:\n    DB_PASSWORD: app:password\n" +
        "phases:\n  build:\n    commands:\n      - docker build .\n",
    ),
    "a buildspec in a file": buildspec("buildspec.yml"),
    "a malformed buildspec": buildspec("a: [b\n: c"),
    "a project's variable from a key of a secret": project({
      name: "DB_PASSWORD",
      value: "prod/Db1-AbCdEf:password:AWSCURRENT",
      type: "SECRETS_MANAGER",
    }),
    "a pipeline's variable from a secret": pipelineVariables({
      name: "DB_PASSWORD",
      value: "app:password",
      type: "SECRETS_MANAGER",
    }),
    "secrets by an ARN, or by the name of a parameter": [
      "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:db-AbCdEf:password::",
      "arn:aws:ssm:ap-northeast-1:123456789012:parameter/aB3dE5fG7hI9jK1lM3nO5pQ7",
      "/prod/app1/DbPassword",
      "/Prod/App2026/Database/Main",
      "db-password",
      "db2-password",
      "DB_PASSWORD",
      "prod.db.main",
      "prod/db",
    ].flatMap((valueFrom) => secretFrom(valueFrom)),
    "a setting by the name of a parameter": secretFrom("region1", "REGION"),
    "a log option from a parameter": [
      taskDefinition(
        {},
        { logConfiguration: { secretOptions: [{ name: "splunk-token", valueFrom: "splunk" }] } },
      ),
    ],
    ...workloads.pass,
    "a pipeline's default": [
      { type: PIPELINE, props: { variables: [{ name: "LEVEL", defaultValue: "debug" }] } },
    ],
  },
  fail: {
    "a secret in place of its reference": [
      /container nginx holds .* reference to the secret DB_PASSWORD/,
      [
        "hunter2",
        "hunter2hunter2",
        "correct horse!",
        "Password123",
        "AKIAIOSFODNN7EXAMPLE",
        "postgres://app:pw@db/app",
        "550e8400-e29b-41d4-a716-446655440000",
        "/aB3dE5fG7hI9jK1lM3nO5pQ7",
      ].flatMap((valueFrom) => secretFrom(valueFrom)),
    ],
    "a password in place of a setting's reference": [
      /reference to the secret SETTING/,
      secretFrom("pa55 w0rd!", "SETTING"),
    ],
    "a key of a known format in place of a setting's reference": [
      /reference to the secret SETTING/,
      secretFrom("AKIAIOSFODNN7EXAMPLE", "SETTING"),
    ],
    "a token in place of a log option's reference": [
      /reference to the secret splunk-token/,
      [
        taskDefinition(
          {},
          {
            logConfiguration: { secretOptions: [{ name: "splunk-token", valueFrom: "a1b2c3d4" }] },
          },
        ),
      ],
    ],
    "a token in place of a proxy's reference": [
      /The service holds .* secret splunk-token/,
      [
        {
          type: SERVICE,
          props: {
            serviceConnectConfiguration: {
              logConfiguration: {
                secretOptions: [{ name: "splunk-token", valueFrom: "a1b2c3d4" }],
              },
            },
          },
        },
      ],
    ],
    ...workloads.fail,
    "a token of a proxy's logs": [
      /The service holds .* Service Connect log option splunk-token/,
      proxy({ "splunk-token": "0123abcd-ffff-4444-8888-0123456789ab" }),
    ],
    "a password in a variable in Base64": [
      /variable CONFIG/,
      [
        taskDefinition(
          {},
          { environment: [{ name: "CONFIG", value: inBase64('{"password":"hunter2hunter2"}') }] },
        ),
      ],
    ],
    "a password": [/variable DB_PASSWORD/, withVariable("DB_PASSWORD", "hunter2")],
    "a password of digits": [/variable DB_PASSWORD/, withVariable("DB_PASSWORD", 1234)],
    "the keys Security Hub looks for": [
      /AWS_SECRET_ACCESS_KEY|AWS_ACCESS_KEY_ID|ECS_ENGINE_AUTH_DATA/,
      ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "ECS_ENGINE_AUTH_DATA"].flatMap((name) =>
        withVariable(name, "x1"),
      ),
    ],
    "an access key by its value": [
      /holds an AWS access key .* variable SETTING/,
      withVariable("SETTING", "AKIAIOSFODNN7EXAMPLE"),
    ],
    "a password inside a URL": [
      /holds a password in a URL .* DB_URL/,
      withVariable("DB_URL", "postgres://user:pass@host/db"),
    ],
    "a password in a command": [
      /container nginx holds a credential in plain text in command/,
      [taskDefinition({}, { command: ["serve", "--password", "hunter2"] })],
    ],
    "a password in an entry point": [
      /in plain text in entryPoint/,
      [taskDefinition({}, { entryPoint: ["sh", "-c", "DB_PASSWORD=hunter2 exec serve"] })],
    ],
    "a password in a health check": [
      /in the health check's command/,
      [taskDefinition({}, { healthCheck: { command: ["CMD-SHELL", "redis-cli -a hunter2"] } })],
    ],
    "a token in a log option": [
      /the log option splunk-token/,
      [
        taskDefinition(
          {},
          { logConfiguration: { logDriver: "splunk", options: { "splunk-token": "x1" } } },
        ),
      ],
    ],
    "a key in FireLens's options": [
      /the Firelens option apikey/,
      [taskDefinition({}, { firelensConfiguration: { type: "x", options: { apikey: "x1" } } })],
    ],
    "a password in a label": [
      /the Docker label db.password/,
      [taskDefinition({}, { dockerLabels: { "db.password": "hunter2" } })],
    ],
    "a password in a volume's options": [
      /volume data holds .* the driver option o/,
      volume({ driverOpts: { o: "username=app,password=hunter2" } }),
    ],
    "a password in a volume's label": [
      /the label db.password/,
      volume({ labels: { "db.password": "hunter2" } }),
    ],
    "a password for the task of an event": [
      /override of web .* variable DB_PASSWORD/,
      [
        {
          type: EVENT_TARGET,
          props: {
            input: override({ environment: [{ name: "DB_PASSWORD", value: "hunter2" }] }),
          },
        },
      ],
    ],
    "a password for the task of a schedule": [
      /override of web .* command/,
      [
        {
          type: SCHEDULE,
          props: { target: { input: override({ command: ["serve", "--password=hunter2"] }) } },
        },
      ],
    ],
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
    "a project's secret in place of its reference": [
      /The project holds .* reference to the secret DB_PASSWORD/,
      [
        ...project({ name: "DB_PASSWORD", value: "p@ss w0rd!", type: "PARAMETER_STORE" }),
        ...project({ name: "DB_PASSWORD", value: "AKIAIOSFODNN7EXAMPLE", type: "SECRETS_MANAGER" }),
      ],
    ],
    "a buildspec's variable": [
      /the buildspec's variable DB_PASSWORD/,
      buildspec("version: 0.2\nenv:\n  variables:\n    DB_PASSWORD: hunter2\n"),
    ],
    "a buildspec's variable in JSON": [
      /the buildspec's variable DB_PASSWORD/,
      buildspec(jsonOf({ version: 0.2, env: { variables: { DB_PASSWORD: "hunter2" } } })),
    ],
    "a secondary source's buildspec": [
      /the buildspec's variable DB_PASSWORD/,
      buildspec(jsonOf({ env: { variables: { DB_PASSWORD: "x1" } } })).map((each) => ({
        ...each,
        props: { secondarySources: [(each.props as { source: object }).source] },
      })),
    ],
    "a buildspec's commands": [
      /a command of the buildspec/,
      buildspec(
        "phases:\n  build:\n    commands:\n      - docker login -u app -p hunter2 registry\n" +
          "    finally:\n      - mysql -uroot -phunter2\n",
      ),
    ],
    "a pipeline's variable": [
      /The action Build .* variable DB_PASSWORD/,
      pipelineVariables({ name: "DB_PASSWORD", value: "hunter2", type: "PLAINTEXT" }),
    ],
    "a pipeline's parameter": [
      /The action Build .* ParameterOverrides/,
      action({ configuration: { ParameterOverrides: jsonOf({ DbPassword: "hunter2" }) } }),
    ],
    "a pipeline's command": [
      /The action Build .* commands/,
      action({ commands: ["npm ci", "DB_PASSWORD=hunter2 npm test"] }),
    ],
    "a pipeline's default": [
      /The pipeline .* variable DB_PASSWORD/,
      [{ type: PIPELINE, props: { variables: [{ name: "DB_PASSWORD", defaultValue: "x1" }] } }],
    ],
  },
  unknown: {
    "the containers": [taskDefinition({ containerDefinitions: unknown })],
    "a volume's options": volume({ driverOpts: unknown }),
    "a target's input": [{ type: EVENT_TARGET, props: { input: unknown } }],
    "a schedule's input": [{ type: SCHEDULE, props: { target: { input: unknown } } }],
    "a project's value": project({ name: "SETTING", value: unknown }),
    ...workloads.unknown,
    // A variable named like a secret often holds its ARN.
    "whether a variable holds a secret or its ARN": project({ name: "DB_SECRET", value: unknown }),
    "a project's variable": project({ name: unknown, value: "x" }),
    "the kind of a project's variable": project({ name: "A", value: "x", type: unknown }),
    "a project's variables": [
      { type: "aws:codebuild/project:Project", props: { environment: unknown } },
    ],
    "a project's buildspec": buildspec(unknown),
    "a pipeline's settings": action({ configuration: unknown }),
    "a pipeline's variables": action({ configuration: { EnvironmentVariables: unknown } }),
  },
  configured: {
    "another pattern for names": [
      { ...mandatory, namePattern: "^PIN$" },
      withVariable("PIN", "0815"),
      /variable PIN/,
    ],
    "another pattern for names, in a command": [
      { ...mandatory, namePattern: "^pin$" },
      [taskDefinition({}, { command: ["serve", "--pin", "0815"] })],
      /in command/,
    ],
    "a name outside that pattern": [
      { ...mandatory, namePattern: "^PIN$" },
      withVariable("DB_PASSWORD", "x1"),
    ],
    "a value that is not known yet, under a name of that pattern": [
      { ...mandatory, namePattern: "^PIN$" },
      project({ name: "PIN", value: unknown }),
      /variable PIN/,
    ],
    "another pattern for values": [
      { ...mandatory, valuePattern: "^acme-" },
      withVariable("SETTING", "acme-1"),
      /variable SETTING/,
    ],
    "a key of a known format, besides that pattern": [
      { ...mandatory, valuePattern: "^acme-" },
      withVariable("SETTING", "AKIAIOSFODNN7EXAMPLE"),
      /variable SETTING/,
    ],
  },
  other: { type: "aws:ssm/parameter:Parameter", props: { value: "hunter2" } },
} satisfies Cases;
