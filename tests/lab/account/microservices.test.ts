import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Account } from "../../../lab/account/account";
import type { ResourceRecord } from "../../../lab/account/record";
import type { Properties } from "../../../lab/account/resourceType";
import {
  CONTAINER,
  create,
  createWorld,
  FARGATE_TASK,
  problemPaths,
  rejection,
  serviceInputs,
  TYPES,
  type TypeName,
  type World,
} from "./fixtures";

describe("the account's secrets", () => {
  let account: Account;
  let secret: ResourceRecord;

  beforeEach(async () => {
    account = Account.inMemory();
    secret = await create(account, "secret", { name: "key", recoveryWindowInDays: 0 });
  });

  it("have an ARN with six random characters", async () => {
    const other = await create(account, "secret", { name: "other" });
    const pattern = (name: string) =>
      new RegExp(`^arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:${name}-[0-9a-f]{6}$`);
    assert.match(secret.id, pattern("key"));
    assert.match(other.id, pattern("other"));
    assert.notEqual(secret.id.slice(-6), other.id.slice(-6));
  });

  it("hold versions, the newest of which is current", async () => {
    const version = await create(account, "secretVersion", {
      secretId: "key",
      secretString: "one",
    });
    assert.equal(version.outputs.secretArn, secret.id);
    assert.deepEqual(version.outputs.versionStages, ["AWSCURRENT"]);
    assert.equal(version.outputs.hasSecretStringWo, false);
  });

  it("are deleted at once without a recovery window, together with their versions", async () => {
    await create(account, "secretVersion", { secretId: secret.id, secretString: "one" });
    await account.delete(TYPES.secret, secret.id);
    assert.deepEqual(account.list(), []);
    const again = await create(account, "secret", { name: "key", recoveryWindowInDays: 0 });
    assert.notEqual(again.id, secret.id);
  });

  it("keep their name while they can be recovered", async () => {
    const kept = await create(account, "secret", { name: "kept" });
    await account.delete(TYPES.secret, kept.id);
    assert.match(
      await rejection(create(account, "secret", { name: "kept" })),
      /^InvalidRequestException: You can't create this secret .*scheduled for deletion/,
    );
  });

  for (const [title, name, inputs, error] of [
    [
      "a secret name that is taken",
      "secret",
      { name: "key" },
      /^ResourceExistsException: .*key already exists\.$/,
    ],
    [
      "a version of an unknown secret",
      "secretVersion",
      { secretId: "none", secretString: "x" },
      /^ResourceNotFoundException: Secrets Manager can't find the specified secret/,
    ],
  ] satisfies [string, TypeName, Properties, RegExp][]) {
    it(`refuse ${title}, as AWS does`, async () => {
      assert.match(await rejection(create(account, name, inputs)), error);
    });
  }

  for (const [title, name, inputs, paths] of [
    ["a name with spaces", "secret", { name: "a b" }, ["name"]],
    [
      "a recovery window of six days",
      "secret",
      { recoveryWindowInDays: 6 },
      ["recoveryWindowInDays"],
    ],
    ["replicas", "secret", { replicas: [{ region: "us-east-1" }] }, ["replicas"]],
    ["a version without a value", "secretVersion", { secretId: "key" }, ["secretString"]],
    [
      "a version with two values",
      "secretVersion",
      { secretId: "key", secretString: "a", secretBinary: "YQ==" },
      ["secretString"],
    ],
    [
      "a write-only value without its version",
      "secretVersion",
      { secretId: "key", secretStringWo: "a" },
      ["secretStringWo"],
    ],
    ["a random text without a length", "randomPassword", {}, ["length"]],
    [
      "a random text that is shorter than its minimums",
      "randomPassword",
      { length: 3, minLower: 2, minUpper: 2 },
      ["length"],
    ],
    [
      "a random text without any kind of characters",
      "randomPassword",
      { length: 3, lower: false, upper: false, numeric: false, special: false },
      ["special"],
    ],
  ] satisfies [string, TypeName, Properties, string[]][]) {
    it(`report ${title}`, () => {
      assert.deepEqual(problemPaths(name, inputs), paths);
    });
  }

  it("appear in none of the account's files", async () => {
    const dir = mkdtempSync(join(tmpdir(), "ecs-handson-secrets-"));
    try {
      let stored = await Account.open(dir);
      const random = await create(stored, "randomPassword", { length: 64 });
      await create(stored, "secret", { name: "key" });
      const text = String(random.outputs.result);
      const inputs = { secretId: "key", secretStringWo: text, secretStringWoVersion: 1 };
      const version = await create(stored, "secretVersion", inputs);
      const search = () => {
        const entries = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isFile());
        assert.ok(entries.length > 1);
        for (const { name: file } of entries) {
          const content = readFileSync(join(dir, file), "latin1");
          for (const form of [text, JSON.stringify(text).slice(1, -1)]) {
            assert.ok(!content.includes(form), `${file} has a secret`);
          }
        }
      };
      search(); // the journal
      await stored.close();
      search(); // the snapshot
      stored = await Account.open(dir);
      assert.equal(stored.get(TYPES.secretVersion, version.id)?.inputs.secretStringWo, text);
      await stored.close();
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  it("are random, consist of the requested characters, and are not their own id", async () => {
    const inputs = { length: 64, special: false, minNumeric: 3 };
    const one = await create(account, "randomPassword", inputs);
    const other = await create(account, "randomPassword", inputs);
    const text = String(one.outputs.result);
    assert.match(text, /^[a-zA-Z0-9]{64}$/);
    assert.ok([...text.matchAll(/[0-9]/g)].length >= 3);
    assert.notEqual(text, other.outputs.result);
    assert.notEqual(one.id, text);
  });
});

describe("the account's Service Connect", () => {
  let account: Account;
  let world: World;
  let namespace: ResourceRecord;

  beforeEach(async () => {
    account = Account.inMemory();
    world = await createWorld(account);
    namespace = await create(account, "httpNamespace", { name: "shop" });
  });

  /** A service whose container has a port named `web`, with this Service Connect configuration. */
  const createService = async (
    configuration: Properties,
    name = "other",
    task: Properties = {},
  ) => {
    const container = { ...CONTAINER, portMappings: [{ name: "web", containerPort: 80 }] };
    const taskDefinition = await create(account, "taskDefinition", {
      ...FARGATE_TASK,
      containerDefinitions: JSON.stringify([container]),
      ...task,
    });
    const subnets = [world.subnetA.id, world.subnetC.id];
    return create(account, "service", {
      ...serviceInputs({ ...world, subnets, taskDefinition }),
      name,
      serviceConnectConfiguration: { enabled: true, ...configuration },
    });
  };

  const web = { portName: "web", clientAlias: [{ dnsName: "web", port: 80 }] };

  it("accepts a service in a namespace, by the namespace's ARN or its name", async () => {
    const { arn } = namespace.outputs;
    assert.match(String(arn), /:servicediscovery:ap-northeast-1:123456789012:namespace\/ns-/);
    await createService({ namespace: arn, services: [web] });
    await createService({ namespace: "shop" }, "client");
  });

  it("falls back to the cluster's namespace", async () => {
    assert.match(
      await rejection(createService({ services: [web] })),
      /^InvalidParameterException: Service Connect needs a namespace/,
    );
    const cluster = await create(account, "cluster", {
      name: "meshed",
      serviceConnectDefaults: { namespace: namespace.outputs.arn },
    });
    world = { ...world, cluster };
    await createService({ services: [web] });
  });

  it("refuses a cluster's namespace that does not exist", async () => {
    const serviceConnectDefaults = { namespace: "none" };
    assert.match(
      await rejection(create(account, "cluster", { name: "meshed", serviceConnectDefaults })),
      /^NamespaceNotFoundException: .*none/,
    );
  });

  for (const [title, configuration, error] of [
    [
      "a namespace that does not exist",
      { namespace: "none" },
      /^NamespaceNotFoundException: .*none/,
    ],
    [
      "a port that the task definition does not name",
      { namespace: "shop", services: [{ portName: "http" }] },
      /^InvalidParameterException: The port name http .* only web\.$/,
    ],
    [
      "the same name twice",
      { namespace: "shop", services: [web, web] },
      /^InvalidParameterException: The discovery name web is already taken/,
    ],
    [
      "names while it is disabled",
      { enabled: false, services: [web] },
      /^InvalidParameterException: .*only be given if it is enabled/,
    ],
  ] satisfies [string, Properties, RegExp][]) {
    it(`refuses ${title}`, async () => {
      assert.match(await rejection(createService(configuration)), error);
    });
  }

  it("gives a name in a namespace to one service only, which may keep it", async () => {
    const service = await createService({ namespace: "shop", services: [web] });
    assert.match(
      await rejection(
        createService({ namespace: namespace.outputs.arn, services: [web] }, "third"),
      ),
      /^InvalidParameterException: The discovery name web is already taken in the namespace arn:/,
    );
    await account.modify(TYPES.service, service.id, { desiredCount: 2 });
    await create(account, "httpNamespace", { name: "elsewhere" });
    await createService({ namespace: "elsewhere", services: [web] }, "third");
  });

  it("keeps a namespace as long as a service has a name in it", async () => {
    const service = await createService({ namespace: "shop", services: [web] });
    assert.match(
      await rejection(account.delete(TYPES.httpNamespace, namespace.id)),
      /^ResourceInUse: Namespace ns-\w+ has associated services\.$/,
    );
    await account.delete(TYPES.service, service.id);
    await account.delete(TYPES.httpNamespace, namespace.id);
    assert.equal(account.get(TYPES.httpNamespace, namespace.id), undefined);
  });

  it("refuses a namespace name that is taken", async () => {
    assert.match(
      await rejection(create(account, "httpNamespace", { name: "shop" })),
      /^NamespaceAlreadyExists: Namespace with name shop already exists: ns-/,
    );
  });

  it("refuses a variable that is both secret and plain", async () => {
    const container = {
      ...CONTAINER,
      environment: [{ name: "KEY", value: "plain" }],
      secrets: [
        { name: "KEY", valueFrom: "arn:aws:ssm:ap-northeast-1:123456789012:parameter/key" },
      ],
    };
    const inputs = {
      ...FARGATE_TASK,
      executionRoleArn: world.role.outputs.arn,
      containerDefinitions: JSON.stringify([container]),
    };
    assert.match(
      await rejection(create(account, "taskDefinition", inputs)),
      /^ClientException: The secret name must be unique .* such as 'KEY'\.$/,
    );
  });
});
