import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { FargateService, type FargateServiceArgs, RandomSecret } from "../../../components";
import { evaluate } from "../../program/mocks";
import { declareWeb, webArgs } from "../webService";

const SECRET = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:db-AbCdEf";
const PARAMETER = "arn:aws:ssm:ap-northeast-1:123456789012:parameter/app/token";
const KEY = "arn:aws:kms:ap-northeast-1:123456789012:key/1";

async function resourcesOf(changes: Partial<FargateServiceArgs>) {
  const { resources } = await declareWeb({ executeCommand: false, ...changes });
  return resources;
}

async function containerOf(changes: Partial<FargateServiceArgs>) {
  const resources = await resourcesOf(changes);
  const task = resources.find(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition");
  const [container] = JSON.parse(task?.inputs.containerDefinitions as string) as unknown[];
  return container as Record<string, unknown>;
}

async function secretsPolicy(secrets: FargateServiceArgs["secrets"]): Promise<unknown> {
  const policy = (await resourcesOf({ secrets })).find(
    ({ name }) => name === "web-execution-secrets",
  );
  return policy && (JSON.parse(policy.inputs.policy as string) as { Statement: unknown }).Statement;
}

describe("a service's variables", () => {
  it("are in the order of their names, with secrets by reference only", async () => {
    const container = await containerOf({
      environment: { ZONE: "a", COLOUR: "blue" },
      secrets: {
        TOKEN: { valueFrom: pulumi.output(PARAMETER) },
        PASSWORD: { valueFrom: `${SECRET}:password::` },
      },
    });
    assert.deepEqual(container.environment, [
      { name: "COLOUR", value: "blue" },
      { name: "ZONE", value: "a" },
    ]);
    assert.deepEqual(container.secrets, [
      { name: "PASSWORD", valueFrom: `${SECRET}:password::` },
      { name: "TOKEN", valueFrom: PARAMETER },
    ]);
  });

  it("are left out if there are none", async () => {
    const container = await containerOf({});
    assert.ok(!("environment" in container) && !("secrets" in container));
    assert.equal(await secretsPolicy({}), undefined);
  });

  it("let the execution role read exactly the secrets that they come from", async () => {
    assert.deepEqual(
      await secretsPolicy({
        PASSWORD: { valueFrom: `${SECRET}:password::`, kmsKeyArn: KEY },
        USER: { valueFrom: pulumi.output(`${SECRET}:user::`) },
        TOKEN: { valueFrom: PARAMETER },
      }),
      [
        { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: [SECRET] },
        { Effect: "Allow", Action: "ssm:GetParameters", Resource: [PARAMETER] },
        { Effect: "Allow", Action: "kms:Decrypt", Resource: [KEY] },
      ],
    );
  });

  it("need no KMS permission for AWS's own key", async () => {
    assert.deepEqual(await secretsPolicy({ PASSWORD: { valueFrom: SECRET } }), [
      { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: [SECRET] },
    ]);
  });

  it("are all refused at once if they are wrong", async () => {
    const wrong = resourcesOf({
      environment: { "A B": "", TOKEN: "plain" },
      secrets: { TOKEN: { valueFrom: PARAMETER }, KEY: { valueFrom: "my-secret" } },
    });
    await assert.rejects(wrong, (error: Error) => {
      assert.match(error.message, /environment: "A B" must be letters/);
      assert.match(error.message, /"TOKEN" is in environment and in secrets/);
      assert.match(error.message, /secrets\.KEY: "my-secret" must be the ARN/);
      return true;
    });
  });
});

describe("RandomSecret", () => {
  it("writes its text to Secrets Manager with the write-only argument, once", async () => {
    const { resources } = await evaluate(() => new RandomSecret("key", { name: "signing-key" }));
    const inputsOf = (type: string) => resources.find((one) => one.type === type)?.inputs;
    assert.deepEqual(inputsOf("random:index/randomPassword:RandomPassword"), {
      length: 64,
      special: false,
    });
    const secret = inputsOf("aws:secretsmanager/secret:Secret");
    assert.equal(secret?.name, "signing-key-dev");
    assert.equal(secret.recoveryWindowInDays, 0);
    const version = inputsOf("aws:secretsmanager/secretVersion:SecretVersion");
    assert.equal(version?.secretStringWoVersion, 1);
    assert.ok("secretStringWo" in version && !("secretString" in version));
    assert.equal(version.secretId, "key-secret-id");
  });

  it("makes a task definition wait for its first version", async () => {
    const { resources } = await evaluate(() => {
      const key = new RandomSecret("key", { name: "signing-key" });
      return new FargateService("web", {
        ...webArgs,
        executeCommand: false,
        secrets: { KEY: key.source },
      });
    });
    const task = resources.find(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition");
    assert.deepEqual(task?.propertyDependencies.containerDefinitions, [
      "aws:secretsmanager/secretVersion:SecretVersion key-version",
    ]);
  });

  it("refuses an invalid name", async () => {
    const wrong = evaluate(() => new RandomSecret("key", { name: "Signing Key" }));
    await assert.rejects(wrong, /name "Signing Key" must be lower-case letters/);
  });
});
