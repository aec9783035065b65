import {
  AMPLIFY,
  APP_RUNNER_SERVICE,
  BATCH_JOB,
  BEANSTALK,
  EVENT_TARGET,
  GLUE_JOB,
  LAMBDA_FUNCTION,
  LIGHTSAIL_CONTAINERS,
  PIPE,
  SCHEDULE,
  STATE_MACHINE,
} from "../../../policies/graph/tokens";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const jsonOf = (value: object): string => JSON.stringify(value);
const login = [{ name: "DB_PASSWORD", value: "hunter2" }];
const one = (type: string, props: object): TestResource[] => [{ type, props }];
const appRunner = (configuration: object) =>
  one(APP_RUNNER_SERVICE, {
    sourceConfiguration: { imageRepository: { imageConfiguration: configuration } },
  });
const machine = (state: object) =>
  one(STATE_MACHINE, { definition: jsonOf({ StartAt: "Run", States: { Run: state } }) });
const CALL = "arn:aws:scheduler:::aws-sdk:ecs:runTask";
const call = (containers: object) =>
  one(SCHEDULE, {
    target: { arn: CALL, input: jsonOf({ Overrides: { ContainerOverrides: [containers] } }) },
  });

/** Credentials that programs outside task definitions get, and that calls, schedules and state machines pass on. */
export const workloads = {
  pass: {
    "a job's settings": one(BATCH_JOB, {
      containerProperties: jsonOf({
        image: "app:1",
        command: ["run", "Ref::input"],
        environment: [{ name: "STAGE", value: "prod" }],
        secrets: [{ name: "DB_PASSWORD", valueFrom: "arn:aws:secretsmanager:x" }],
        resourceRequirements: [{ type: "VCPU", value: "1" }],
      }),
      parameters: { input: "s3://data" },
    }),
    "a function's settings": one(LAMBDA_FUNCTION, {
      environment: { variables: { TABLE: "users", DB_SECRET_ARN: "arn:aws:secretsmanager:x" } },
    }),
    "a function without settings": one(LAMBDA_FUNCTION, {}),
    "an App Runner service's settings": appRunner({
      runtimeEnvironmentVariables: { STAGE: "prod" },
      runtimeEnvironmentSecrets: { DB_PASSWORD: "arn:aws:ssm:x:parameter/db" },
      startCommand: "npm start",
    }),
    "a state machine's values from its input": machine({
      Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
      Parameters: {
        ClientToken: "a1b2c3d4",
        Payload: { "password.$": "$.password", "token.$": "$$.Task.Token", stage: "prod" },
      },
    }),
    "a build's secret by its name, in a state machine": machine({
      Resource: "arn:aws:states:::codebuild:startBuild.sync",
      Parameters: {
        EnvironmentVariablesOverride: [
          { Name: "NPM_TOKEN", Value: "prod/npm:token1", Type: "SECRETS_MANAGER" },
        ],
      },
    }),
    "a call's settings": call({ Name: "web", Environment: [{ Name: "STAGE", Value: "prod" }] }),
    "an environment's settings": one(BEANSTALK, {
      settings: [{ namespace: "aws:autoscaling:asg", name: "MinSize", value: "1" }],
    }),
  },
  fail: {
    "a job's password": [
      /job definition holds .* variable DB_PASSWORD/,
      [
        { containerProperties: jsonOf({ environment: login }) },
        {
          containerProperties: jsonOf({ Environment: [{ Name: "DB_PASSWORD", Value: "hunter2" }] }),
        },
        { ecsProperties: jsonOf({ taskProperties: [{ containers: [{ environment: login }] }] }) },
        {
          nodeProperties: jsonOf({
            nodeRangeProperties: [{ targetNodes: "0:", container: { environment: login } }],
          }),
        },
        { eksProperties: { podProperties: { containers: { envs: login } } } },
      ].flatMap((props) => one(BATCH_JOB, props)),
    ],
    "a password in a job's command": [
      /job definition holds .* command/,
      one(BATCH_JOB, {
        containerProperties: jsonOf({ command: ["run", "--password", "hunter2"] }),
      }),
    ],
    "a password for a job's command": [
      /job definition holds .* parameter password/,
      one(BATCH_JOB, { parameters: { password: "hunter2" } }),
    ],
    "a job's secret in place of its reference": [
      /job definition holds .* reference to the secret DB_PASSWORD/,
      one(BATCH_JOB, {
        containerProperties: jsonOf({ secrets: [{ name: "DB_PASSWORD", valueFrom: "hunter2" }] }),
      }),
    ],
    "a function's password": [
      /The function holds .* variable DB_PASSWORD/,
      one(LAMBDA_FUNCTION, { environment: { variables: { DB_PASSWORD: "hunter2" } } }),
    ],
    "a password in a function's command": [
      /The function holds .* in command/,
      one(LAMBDA_FUNCTION, { imageConfig: { commands: ["serve", "--password=hunter2"] } }),
    ],
    "an argument of a Glue job": [
      /The job holds .* argument --password/,
      ["defaultArguments", "nonOverridableArguments"].flatMap((property) =>
        one(GLUE_JOB, { [property]: { "--password": "hunter2" } }),
      ),
    ],
    "an app's password": [
      /The app holds .* variable DB_PASSWORD/,
      AMPLIFY.flatMap((type) => one(type, { environmentVariables: { DB_PASSWORD: "hunter2" } })),
    ],
    "a build's password, in a state machine": [
      /The state machine holds .* variable NPM_TOKEN/,
      machine({
        Resource: "arn:aws:states:::codebuild:startBuild.sync",
        Parameters: { EnvironmentVariablesOverride: [{ Name: "NPM_TOKEN", Value: "a1b2c3d4" }] },
      }),
    ],
    "an App Runner service's password": [
      /The service holds .* variable DB_PASSWORD/,
      [
        ...appRunner({ runtimeEnvironmentVariables: { DB_PASSWORD: "hunter2" } }),
        ...one(APP_RUNNER_SERVICE, {
          sourceConfiguration: {
            codeRepository: {
              codeConfiguration: {
                codeConfigurationValues: {
                  runtimeEnvironmentVariables: { DB_PASSWORD: "hunter2" },
                },
              },
            },
          },
        }),
      ],
    ],
    "an App Runner service's secret in place of its reference": [
      /The service holds .* secret DB_PASSWORD/,
      appRunner({ runtimeEnvironmentSecrets: { DB_PASSWORD: "hunter2" } }),
    ],
    "a password in an App Runner service's command": [
      /The service holds .* startCommand/,
      appRunner({ startCommand: "DB_PASSWORD=hunter2 npm start" }),
    ],
    "a container service's password": [
      /The container holds .* (variable DB_PASSWORD|commands)/,
      one(LIGHTSAIL_CONTAINERS, {
        containers: [
          { environment: { DB_PASSWORD: "hunter2" } },
          { commands: ["serve", "--password=hunter2"] },
        ],
      }),
    ],
    "an environment's password": [
      /The environment holds .* variable DB_PASSWORD/,
      one(BEANSTALK, {
        settings: [{ namespace: "aws:elasticbeanstalk:application:environment", ...login[0] }],
      }),
    ],
    "a password in a call's overrides": [
      /override of web .* variable DB_PASSWORD/,
      [
        ...call({ Name: "web", Environment: [{ Name: "DB_PASSWORD", Value: "hunter2" }] }),
        ...call({
          Name: "web",
          Environment: [{ Name: "DB_PASSWORD", value: "x", Value: "hunter2" }],
        }),
      ],
    ],
    "a password for a job that an event starts": [
      /The override holds .* variable DB_PASSWORD/,
      one(EVENT_TARGET, { input: jsonOf({ ContainerOverrides: { Environment: login } }) }),
    ],
    "a password for anything else that an event starts": [
      /The target holds .* in password/,
      one(EVENT_TARGET, { input: jsonOf({ user: "app", password: "hunter2" }) }),
    ],
    "a token in a header of an event's call": [
      /The target holds .* in Authorization/,
      one(EVENT_TARGET, {
        httpTarget: { headerParameters: { Authorization: "Bearer a1b2c3d4e5f6a7b8" } },
      }),
    ],
    "a password in a text that an event passes on": [
      /The target holds .* in input/,
      one(EVENT_TARGET, { input: '"login with --password hunter2"' }),
    ],
    "a password in a pipe's template": [
      /The override of web .* variable DB_PASSWORD/,
      ["targetParameters", "enrichmentParameters"].flatMap((parameters) =>
        one(PIPE, {
          [parameters]: {
            inputTemplate: jsonOf({ ContainerOverrides: [{ Name: "web", Environment: login }] }),
          },
        }),
      ),
    ],
    "a password in a state machine": [
      /The state machine holds .* in password/,
      machine({
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters: { Payload: { password: "hunter2" } },
      }),
    ],
    "a password in a state machine's job": [
      /The override holds .* variable DB_PASSWORD/,
      machine({
        Resource: "arn:aws:states:::batch:submitJob.sync",
        Parameters: { ContainerOverrides: { Environment: login } },
      }),
    ],
  },
  unknown: {
    "a job's containers": one(BATCH_JOB, { containerProperties: unknown }),
    "a job's setting": one(BATCH_JOB, {
      eksProperties: { podProperties: { containers: { envs: [{ name: unknown, value: "x" }] } } },
    }),
    "a function's setting": one(LAMBDA_FUNCTION, { environment: { variables: { A: unknown } } }),
    "a state machine": one(STATE_MACHINE, { definition: unknown }),
  },
} satisfies Pick<Cases, "pass" | "fail" | "unknown">;
