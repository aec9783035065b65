import assert from "node:assert/strict";
import fc from "fast-check";
import {
  BATCH_JOB,
  CODEBUILD_PROJECT,
  EVENT_TARGET,
  LAMBDA_FUNCTION,
  PIPELINE,
  SCHEDULE,
} from "../../policies/graph/tokens";
import { credentialIn, credentialOf } from "../../policies/lib/credentials/find";
import { rules } from "../../policies/rules";
import rule from "../../policies/rules/ecs-task-definition-no-plaintext-secrets";
import { check, secret, type TestResource } from "./harness";
import { taskDefinition } from "./stacks";

const letters = "x7Jq2LmN9vRt4KsW8yBz3CdF6gHp1QaE5uToZ0";
// In two parts, so that no scanner takes this file for a leak.
const made = (prefix: string, length: number) => prefix + letters.repeat(3).slice(0, length);

describe("the search for credentials in a text", () => {
  for (const [what, text] of Object.entries({
    "an AWS access key": "AKIAIOSFODNN7EXAMPLE",
    "a temporary AWS access key": "id=ASIAIOSFODNN7EXAMPLE",
    "a private key": "-----BEGIN RSA PRIVATE KEY-----\nMII",
    "a private key of any kind": "-----BEGIN PRIVATE KEY-----",
    "a PGP key": "-----BEGIN PGP PRIVATE KEY BLOCK-----",
    "an age key": `AGE-SECRET-KEY-1${"Q".repeat(24)}`,
    "a JSON Web Token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3",
    "a Fluent Bit header": made("Authorization Bearer ", 24),
    "a GitHub token": made("ghp_", 36),
    "a fine-grained GitHub token": made("github_pat_", 40),
    "a GitLab token": made("glpat-", 20),
    "a Slack token": ["xoxb", "123456789012", "abcdefghij"].join("-"),
    "a Slack webhook": `https://hooks.slack.com/services/${["T00000000", "B00000000", "abcdefgh"].join("/")}`,
    "a Stripe key": made("sk_live_", 24),
    "an npm token": made("npm_", 36),
    "a PyPI token": made("pypi-AgE", 24),
    "a Docker token": made("dckr_pat_", 24),
    "a Google key": made("AIza", 35),
    "an OpenAI key": made("sk-proj-", 24),
    "a SendGrid key": `${made("SG.", 20)}.${letters}`,
    "a Shopify token": `shpat_${"0123456789abcdef".repeat(2)}`,
    "a Vault token": made("hvs.", 24),
    "a Pulumi token": `pul-${"0123456789".repeat(4)}`,
    "a DigitalOcean token": `dop_v1_${"0123456789".repeat(4)}`,
    "a Databricks token": made("dapi", 32),
    "a Telegram token": `123456789:AA${letters.slice(0, 33)}`,
    "an Azure key": `AccountName=a;AccountKey=${"a".repeat(86)}==`,
    "a password in a URL": "postgres://app:pw@db.example.com/app",
    "a password in a URL without a user": "redis://:pw@cache:6379",
    "a password with a slash in a URL": "amqp://app:p/w@mq",
    "a header": "curl -H 'Authorization: Bearer abcdef1' https://example.com",
    "a password for curl": "curl -s -u app:pw https://example.com",
    "a password for MySQL": "mysqldump -uroot -p1234 db",
    "a password for ssh": "sshpass -p pw ssh host",
    "a password for Redis": "redis-cli -h cache -a pw ping",
    "a password for chpasswd": "echo 'root:pw' | chpasswd",
  })) {
    it(`finds ${what}`, () => {
      assert.ok(credentialIn(text), text);
    });
  }

  for (const text of [
    "postgres://app@db.example.com:5432/app",
    "postgres://app:$DB_PASSWORD@db/app",
    "https://registry.example.com:5000/app@sha256:0123",
    "ssh://git@github.com:22/owner/site",
    "git@github.com:owner/site.git",
    "curl -f http://localhost:8080/ || exit 1",
    "curl -u $USER:$PASSWORD https://example.com",
    "curl -H 'Authorization: Bearer $TOKEN' https://example.com",
    "mysqladmin ping -h localhost --password=$MYSQL_ROOT_PASSWORD",
    "mysqladmin ping -p$MYSQL_ROOT_PASSWORD",
    "redis-cli -p 6379 ping",
    "aws ecr get-login-password | docker login --username AWS --password-stdin 1.dkr.ecr.amazonaws.com",
    'TOKEN=`curl -X PUT http://169.254.169.254/latest/api/token -H "X-aws-ec2-metadata-token-ttl-seconds: 21600"`',
    "export TOKEN=$(cat /run/token)",
    "docker build --secret id=npm,src=.npmrc .",
    "aws secretsmanager get-secret-value --secret-id prod/db --query SecretString",
    "helm install --set auth.existingSecret=names app",
    "Reset password: see the docs",
    "the authorization basic scheme is refused",
    "Authorization Bearer ${API_TOKEN_OF_THE_PROXY}",
  ]) {
    it(`finds none in ${text}`, () => {
      assert.equal(credentialIn(text), undefined);
    });
  }
});

describe("a value judged by its name", () => {
  const named = (list: Readonly<Record<string, string | readonly string[]>>) =>
    Object.entries(list).flatMap(([name, values]) =>
      [values].flat().map((value) => [name, value] as const),
    );

  for (const [name, value] of named({
    DB_PASSWORD: ["hunter2", "1234", "12345678", "changeme", "p@ss:w0rd", "two words", "$ecret123"],
    DB_PASSWORD_PROD: "hunter2",
    DB_PASS: "postgres",
    MYSQL_PWD: "hunter2",
    PGPASSWORD: "hunter2",
    PASSWORD_DB: "hunter2",
    dbPassword: "hunter2",
    apiKey: "x1",
    API_TOKEN: ["abcdef", "0123456789", "550e8400-e29b-41d4-a716-446655440000"],
    API_TOKENS: "abc123,def456",
    clientSecret: "abc",
    SECRET_KEY_BASE: "abc",
    AWS_ACCESS_KEY_ID: "x1",
    ECS_ENGINE_AUTH_DATA: "x1",
    BASIC_AUTH: "user:pw",
    Authorization: ["Bearer a1b2c3d4e5", "Basic YXBwOnB3cHc="],
    APP_KEYS: '{"private_key":"abc"}',
    JAVA_OPTS: "-Dspring.datasource.password=hunter2",
    SPRING_APPLICATION_JSON: '{"db":{"password":"hunter2"}}',
    DSN: "Server=db;User Id=app;Password=hunter2;",
    ADO: "Server=db;Pwd=hunter2",
    CALLBACK: "https://example.com/?api_key=abc123",
    // A random value may begin with a slash.
    SIGNING_KEY: ["/dGhpc2lzQWxpdHRsZTEyMzQ1Njc4OTA", "dGhpcw=="],
  })) {
    it(`${name}=${value} is a credential`, () => {
      assert.ok(credentialOf(name, value));
    });
  }

  for (const [name, value] of named({
    // Flags, numbers, times, paths, ARNs, addresses, choices, references.
    PASSWORD_RESET_ENABLED: ["true", "maybe"],
    REQUIRE_PASSWORD: ["yes", "strict"],
    ALLOW_EMPTY_PASSWORD: "yes",
    MAX_TOKENS: "100000",
    TOKEN_TTL: "3600",
    ACCESS_TOKEN: "3600",
    PASSWORD_MIN_LENGTH: "12",
    SECRET_VERSION: "2",
    JWT_ACCESS_TOKEN_EXPIRES_IN: "15m",
    SESSION_TOKEN: ["PT15M", "90 days", "1.5h", "2027-03-31"],
    GOOGLE_APPLICATION_CREDENTIALS: ["/var/run/gcp/config.json", "./key.json", "C:\\run\\key.json"],
    TOKEN_FILE: "/run/token",
    DB_PASSWORD: ["/prod/db/password", "${DB_PASSWORD}", "$DB_PASSWORD", "<set by CI>", "***"],
    API_KEY: ["{{resolve:secretsmanager:app}}", "$(cat /run/key)", "none"],
    DB_SECRET: ["arn:aws:secretsmanager:x", "prod/db"],
    ENCRYPTION_KEY: "alias/app",
    DB_SECRET_ID: "prod/db",
    DB_PASSWORD_SECRET_ARN: "x",
    APP_PRIVATE_KEY_SECRET_NAME: "my-secret",
    DB_PASSWORD_SSM_PARAM: "/prod/db/password",
    SECRETS_PREFIX: "prod",
    SECRETS_BACKEND: "vault2x",
    TOKEN_ISSUER: "https://issuer.example.com",
    AUTH_TOKEN: "https://issuer.example.com/token",
    TOKEN_TYPE: "Bearer",
    TOKEN_SIGNING: ["HS256", "sha512"],
    TOKEN_FLAVOUR: ["green", "v1.2.3", "blue-2"],
    PASSWORD_HASHER: "argon2id",
    API_KEY_HEADER: "X-Api-Key-1",
    PASSWORDLESS: "login1",
    TOKENIZER: "gpt2xl",
    PWD: "/app",
    PASSPORT: "a1b2c3",
    COMPASS: "a1b2c3",
    Authorization: ["Bearer $TOKEN", "enabled"],
    PUBLIC_KEY: "a1b2c3",
    PRIMARY_KEY: "id",
    USE_TOKEN: "always",
  })) {
    it(`${name}=${value} is not a credential`, () => {
      assert.equal(credentialOf(name, value), undefined);
    });
  }
});

/** The same variable, in every place where it can be. */
const places: Readonly<Record<string, (name: string, value: string) => TestResource>> = {
  "a container's variable": (name, value) => taskDefinition({}, { environment: [{ name, value }] }),
  "a log option": (name, value) =>
    taskDefinition({}, { logConfiguration: { logDriver: "splunk", options: { [name]: value } } }),
  "a label": (name, value) => taskDefinition({}, { dockerLabels: { [name]: value } }),
  "an event's override": (name, value) => ({
    type: EVENT_TARGET,
    props: {
      input: JSON.stringify({ containerOverrides: [{ environment: [{ name, value }] }] }),
    },
  }),
  "a call's override": (Name, Value) => ({
    type: SCHEDULE,
    props: {
      target: {
        arn: "arn:aws:scheduler:::aws-sdk:ecs:runTask",
        input: JSON.stringify({
          Overrides: { ContainerOverrides: [{ Environment: [{ Name, Value }] }] },
        }),
      },
    },
  }),
  "an event's text": (name, value) => ({
    type: EVENT_TARGET,
    props: { input: JSON.stringify({ [name]: value }) },
  }),
  "a job's variable": (name, value) => ({
    type: BATCH_JOB,
    props: { containerProperties: JSON.stringify({ environment: [{ name, value }] }) },
  }),
  "a function's variable": (name, value) => ({
    type: LAMBDA_FUNCTION,
    props: { environment: { variables: { [name]: value } } },
  }),
  "a project's variable": (name, value) => ({
    type: CODEBUILD_PROJECT,
    props: { environment: { environmentVariables: [{ name, value }] } },
  }),
  "a buildspec's variable": (name, value) => ({
    type: CODEBUILD_PROJECT,
    props: { source: { buildspec: JSON.stringify({ env: { variables: { [name]: value } } }) } },
  }),
  "a pipeline's variable": (name, value) => ({
    type: PIPELINE,
    props: {
      stages: [
        {
          actions: [
            {
              name: "Build",
              configuration: { EnvironmentVariables: JSON.stringify([{ name, value }]) },
            },
          ],
        },
      ],
    },
  }),
  "a pipeline's default": (name, value) => ({
    type: PIPELINE,
    props: { variables: [{ name, defaultValue: value }] },
  }),
};
const commands: readonly ((value: string) => TestResource)[] = [
  (value) => taskDefinition({}, { command: ["sh", "-c", value] }),
  (value) => taskDefinition({}, { entryPoint: ["sh", "-c", value] }),
  (value) => taskDefinition({}, { healthCheck: { command: ["CMD-SHELL", value] } }),
  (value) => ({
    type: PIPELINE,
    props: { stages: [{ actions: [{ name: "Build", commands: [value] }] }] },
  }),
  (value) => ({
    type: CODEBUILD_PROJECT,
    props: {
      source: { buildspec: JSON.stringify({ phases: { build: { commands: [value] } } }) },
    },
  }),
];

// Of a form that no message contains by chance.
const password = fc.stringMatching(/^[a-z]{3}[0-9]{3}[A-Za-z0-9]{6,20}$/);
const name = fc.constantFrom("db_password", "api_token", "client_secret", "log_level", "token_ttl");

describe("a credential", function () {
  this.timeout(120_000);

  it("is found in every place where it can be, or in none", async () => {
    await fc.assert(
      fc.asyncProperty(
        name,
        fc.oneof(password, fc.constantFrom("15m", "true")),
        async (key, value) => {
          const verdicts = new Set<boolean>();
          for (const place of Object.values(places)) {
            verdicts.add((await check([rule], [place(key, value)])).length > 0);
          }
          for (const command of commands) {
            verdicts.add(
              (await check([rule], [command(`exec serve --${key}=${value}`)])).length > 0,
            );
          }
          assert.equal(verdicts.size, 1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is never shown by any rule", async () => {
    await fc.assert(
      fc.asyncProperty(password, async (value) => {
        const url = `redis://:${value}@cache`;
        const resources = [
          ...Object.values(places).flatMap((place) => [
            place("DB_PASSWORD", value),
            place("URL", url),
          ]),
          ...commands.map((command) => command(`serve --password ${value} ${url}`)),
          taskDefinition({ networkMode: secret(value), executionRoleArn: secret(value) }),
        ].map((each, index) => ({ ...each, name: `it-${String(index)}` }));
        const findings = await check(rules, resources);
        assert.ok(findings.filter((finding) => finding.rule === rule.name).length > 20);
        for (const { message } of findings) assert.ok(!message.includes(value), message);
      }),
      { numRuns: 20 },
    );
  });
});
