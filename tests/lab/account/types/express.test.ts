import assert from "node:assert/strict";

import { Account } from "../../../../lab/account/account";
import { stackOf } from "../../../../lab/account/record";
import type { Properties } from "../../../../lab/account/resourceType";
import { create, given, rejection, TYPES, type TypeName } from "../fixtures";
import { itReports, type Malformed } from "./cases";
import { createExpressWorld, type ExpressWorld, goodExpress } from "./expressWorld";

const NO_ROLE = "arn:aws:iam::123456789012:role/none";

/** What ECS refuses: a title, a patch of a service that it accepts, its error. */
const REFUSED: readonly [string, (world: ExpressWorld) => Properties, RegExp][] = [
  [
    "a role that ECS may not assume",
    ({ execution }) => ({ infrastructureRoleArn: execution.outputs.arn }),
    /^AccessDeniedException: Cannot assume role/,
  ],
  [
    "a role that does not exist",
    () => ({ infrastructureRoleArn: NO_ROLE }),
    /^AccessDeniedException: Cannot assume role/,
  ],
  ["a cluster that does not exist", () => ({ cluster: "none" }), /^ClusterNotFoundException/],
  [
    "a size that Fargate does not have",
    () => ({ cpu: "256", memory: "8192" }),
    /No Fargate configuration exists for given values: 256 CPU, 8192 memory/,
  ],
  [
    "a variable that is a secret too",
    () => ({
      primaryContainer: {
        image: "nginx",
        environments: [{ name: "KEY", value: "1" }],
        secrets: [
          { name: "KEY", valueFrom: "arn:aws:ssm:ap-northeast-1:123456789012:parameter/key" },
        ],
      },
    }),
    /The secret name must be unique/,
  ],
  [
    "a maximum number of tasks below the minimum",
    () => ({ scalingTargets: [{ minTaskCount: 3, maxTaskCount: 2 }] }),
    /minTaskCount cannot be greater than maxTaskCount/,
  ],
  [
    "a subnet that does not exist",
    ({ publicA }) => ({ networkConfigurations: [{ subnets: [publicA.id, "subnet-none"] }] }),
    /The subnet ID 'subnet-none' does not exist/,
  ],
  [
    "only one subnet",
    ({ publicA }) => ({ networkConfigurations: [{ subnets: [publicA.id] }] }),
    /At least two subnets in two different Availability Zones/,
  ],
  [
    "a security group that does not exist",
    ({ publicA, publicC }) => ({
      networkConfigurations: [{ subnets: [publicA.id, publicC.id], securityGroups: ["sg-none"] }],
    }),
    /The security group 'sg-none' does not exist/,
  ],
];

const MALFORMED: readonly Malformed[] = [
  [
    "an Express service without its required properties",
    "expressService",
    {},
    ["executionRoleArn", "infrastructureRoleArn", "primaryContainer"],
  ],
  [
    "invalid values of an Express service",
    "expressService",
    {
      executionRoleArn: NO_ROLE,
      infrastructureRoleArn: NO_ROLE,
      healthCheckPath: "health",
      primaryContainer: { image: "nginx", containerPort: 0, entryPoint: ["run"] },
      scalingTargets: [{ autoScalingMetric: "CPU" }],
      serviceName: "a service",
    },
    [
      "healthCheckPath",
      "primaryContainer.containerPort",
      "primaryContainer.entryPoint",
      "scalingTargets[0].autoScalingMetric",
      "serviceName",
    ],
  ],
];

describe("Express services of the offline account", () => {
  let account: Account;
  let world: ExpressWorld;
  let empty: number;
  const count = (name: TypeName) => account.list(TYPES[name]).length;
  const express = (patch: Properties = {}) =>
    create(account, "expressService", given({ ...goodExpress(world), ...patch }));
  const only = (name: TypeName) => {
    const all = account.list(TYPES[name]);
    assert.equal(all.length, 1, name);
    return all[0];
  };

  beforeEach(async () => {
    account = Account.inMemory();
    world = await createExpressWorld(account);
    empty = account.list().length;
  });

  it("have everything that ECS creates from an image: service, load balancer, certificate, scaling", async () => {
    const { outputs } = await express();
    assert.equal(
      outputs.serviceArn,
      "arn:aws:ecs:ap-northeast-1:123456789012:service/handson/shop",
    );
    const [path] = outputs.ingressPaths as { accessType: string; endpoint: string }[];
    assert.equal(path?.accessType, "PUBLIC");
    assert.match(path.endpoint, /^https:\/\/sh-[0-9a-f]{32}\.ecs\.ap-northeast-1\.localhost$/);
    const domain = new URL(path.endpoint).host;
    assert.equal(only("certificate")?.outputs.domainName, domain);
    assert.equal(only("certificate")?.outputs.status, "ISSUED");
    assert.equal(only("listener")?.outputs.certificateArn, only("certificate")?.id);
    assert.deepEqual(only("listenerRule")?.outputs.conditions, [
      { hostHeader: { values: [domain] } },
    ]);
    assert.equal(count("targetGroup"), 2);
    assert.equal(count("securityGroup"), 2);
    const service = only("service");
    assert.equal(service?.id, outputs.serviceArn);
    assert.equal(service.outputs.desiredCount, 1);
    assert.deepEqual(service.outputs.deploymentConfiguration, {
      bakeTimeInMinutes: "3",
      canaryConfiguration: { canaryBakeTimeInMinutes: "3", canaryPercent: 5 },
      strategy: "CANARY",
    });
    const { minCapacity, maxCapacity } = only("scalableTarget")?.outputs ?? {};
    assert.deepEqual([minCapacity, maxCapacity], [1, 20]);
    assert.equal(count("scalingPolicy"), 1);
    assert.match(only("logGroup")?.id ?? "", /^\/aws\/ecs\/handson\/shop-[0-9a-f]{4}$/);
    assert.equal(count("metricAlarm"), 1);
  });

  it("return ECS's defaults", async () => {
    const { outputs } = await express();
    const { cpu, memory, healthCheckPath, scalingTargets, primaryContainer } = outputs;
    assert.deepEqual([cpu, memory, healthCheckPath], ["1024", "2048", "/ping"]);
    assert.deepEqual(scalingTargets, [
      {
        autoScalingMetric: "AVERAGE_CPU",
        autoScalingTargetValue: 60,
        maxTaskCount: 20,
        minTaskCount: 1,
      },
    ]);
    assert.equal((primaryContainer as Properties).containerPort, 80);
  });

  it("answer only within the VPC if their subnets are private", async () => {
    const { privateA, privateC } = world;
    const { outputs } = await express({
      networkConfigurations: [{ subnets: [privateA.id, privateC.id] }],
    });
    assert.equal((outputs.ingressPaths as Properties[])[0]?.accessType, "PRIVATE");
    assert.equal(only("loadBalancer")?.outputs.internal, true);
    const { assignPublicIp } = only("service")?.outputs.networkConfiguration as Properties;
    assert.equal(assignPublicIp, false);
  });

  it("belong to their stack with everything created for them, of which its state only has the service", async () => {
    await express();
    assert.equal(stackOf(only("service") ?? { urn: "" }), "dev");
    const known = account
      .list()
      .filter(({ urn }) => urn.startsWith("urn:pulumi:"))
      .map(({ type, id }) => [type, id] as const);
    assert.deepEqual(await account.recover("dev", known), []);
  });

  it("share a load balancer in the same subnets, which is deleted with the last of them", async () => {
    const [shop, blog] = await Promise.all([express(), express({ serviceName: "blog" })]);
    assert.equal(count("loadBalancer"), 1);
    assert.equal(count("listener"), 1);
    assert.equal(count("listenerRule"), 2);
    assert.equal(count("certificate"), 2);
    assert.equal(count("listenerCertificate"), 1);
    await account.delete(TYPES.expressService, shop.id);
    assert.equal(count("loadBalancer"), 1);
    assert.equal(count("listenerRule"), 1);
    assert.equal(count("service"), 1);
    await account.delete(TYPES.expressService, blog.id);
    assert.equal(account.list().length, empty);
  });

  it("share a load balancer with at most 24 others", async () => {
    for (let i = 0; i < 26; i++) await express({ serviceName: `shop-${i}` });
    assert.equal(count("loadBalancer"), 2);
  });

  it("run a new revision after a change, and keep their names", async () => {
    const { id, inputs, outputs, urn } = await express();
    const before = only("taskDefinition")?.id;
    const primaryContainer = {
      image: "public.ecr.aws/nginx/nginx:1.30",
      environments: [{ name: "COLOUR", value: "blue" }],
    };
    const changed = await account.update(TYPES.expressService, id, urn, {
      ...inputs,
      primaryContainer,
    });
    const [, after] = account.list(TYPES.taskDefinition);
    assert.notEqual(after?.id, before);
    assert.match(String(after?.inputs.containerDefinitions), /nginx:1\.30.*COLOUR/);
    assert.equal(only("service")?.outputs.taskDefinition, after?.id);
    assert.deepEqual(changed.outputs.ingressPaths, outputs.ingressPaths);
    assert.notEqual(changed.outputs.serviceRevisionArn, outputs.serviceRevisionArn);
    await account.delete(TYPES.expressService, id);
    assert.equal(account.list().length, empty);
  });

  it("scale between new limits without a new revision", async () => {
    const { id, inputs, urn } = await express();
    await account.update(TYPES.expressService, id, urn, {
      ...inputs,
      scalingTargets: [{ minTaskCount: 2, maxTaskCount: 5, autoScalingMetric: "AVERAGE_MEMORY" }],
    });
    assert.equal(count("taskDefinition"), 1);
    assert.equal(only("service")?.outputs.desiredCount, 2);
    const { minCapacity, maxCapacity } = only("scalableTarget")?.outputs ?? {};
    assert.deepEqual([minCapacity, maxCapacity], [2, 5]);
  });

  it("scale by the requests to the target group that receives them", async () => {
    const scalingTargets = [{ autoScalingMetric: "REQUEST_COUNT_PER_TARGET" }];
    const { id, inputs, urn } = await express({ scalingTargets });
    const [first, alternate] = account.list(TYPES.targetGroup);
    const label = () => JSON.stringify(only("scalingPolicy")?.inputs);
    assert.ok(label().includes(`/${String(first?.outputs.arnSuffix)}"`));
    const groups = [first, alternate].map((group, i) => ({ arn: group?.id, weight: 100 * i }));
    const actions = [{ type: "forward", forward: { targetGroups: groups } }];
    await account.modify(TYPES.listenerRule, only("listenerRule")?.id ?? "", { actions });
    await account.update(TYPES.expressService, id, urn, { ...inputs, healthCheckPath: "/" });
    assert.ok(label().includes(`/${String(alternate?.outputs.arnSuffix)}"`));
  });

  it("stay with the revision that a rollback restored when only their scaling changes", async () => {
    const { id, inputs, urn } = await express();
    const first = only("taskDefinition")?.id;
    const primaryContainer = { image: "nginx:broken" };
    await account.update(TYPES.expressService, id, urn, { ...inputs, primaryContainer });
    await account.note(TYPES.service, id, { taskDefinition: first });
    await account.update(TYPES.expressService, id, urn, {
      ...inputs,
      primaryContainer,
      scalingTargets: [{ minTaskCount: 2 }],
    });
    assert.equal(only("service")?.outputs.taskDefinition, first);
  });

  it("move with their load balancer to other subnets", async () => {
    const { vpc, publicA, publicC } = world;
    const { id, inputs, urn } = await express();
    const publicD = await create(account, "subnet", {
      vpcId: vpc.id,
      availabilityZone: "ap-northeast-1d",
      cidrBlock: "10.0.4.0/24",
      mapPublicIpOnLaunch: true,
    });
    const subnets = [publicA.id, publicC.id, publicD.id];
    await account.update(TYPES.expressService, id, urn, {
      ...inputs,
      networkConfigurations: [{ subnets }],
    });
    assert.deepEqual(only("loadBalancer")?.outputs.subnets, subnets);
    const { subnets: ofTasks } = only("service")?.outputs.networkConfiguration as Properties;
    assert.deepEqual(ofTasks, subnets);
  });

  it("log to their configured group and prefix", async () => {
    const logs = { logGroup: "/shop", logStreamPrefix: "web" };
    await express({ primaryContainer: { image: "nginx", awsLogsConfigurations: [logs] } });
    assert.match(String(only("taskDefinition")?.inputs.containerDefinitions), /"\/shop".*"web"/);
    assert.equal(count("logGroup"), 0);
  });

  it("get the default cluster, the default network and a generated name if they specify none", async () => {
    const { outputs } = await express({
      serviceName: undefined,
      cluster: undefined,
      networkConfigurations: undefined,
    });
    assert.equal(outputs.cluster, "default");
    assert.match(String(outputs.serviceName), /^nginx-[0-9a-f]{4}$/);
    assert.equal(account.list(TYPES.cluster).at(-1)?.outputs.name, "default");
    assert.equal(only("service")?.outputs.cluster, "default");
  });

  it("keep their secrets secret in what is created for them", async () => {
    const inputs = given(goodExpress(world));
    await account.create({
      type: TYPES.expressService,
      urn: "urn:pulumi:dev::test::x::secret",
      inputs: { ...inputs, waitForSteadyState: false },
      region: "ap-northeast-1",
      hasSecrets: true,
    });
    assert.equal(only("taskDefinition")?.hasSecrets, true);
  });

  it("refuse a second one of the same name, as the provider does", async () => {
    await express();
    assert.match(
      await rejection(express()),
      /Express Gateway Service shop already exists in cluster handson/,
    );
  });

  for (const [title, patch, error] of REFUSED) {
    it(`refuse ${title}, and create nothing`, async () => {
      assert.match(await rejection(express(patch(world))), error);
      assert.equal(account.list().length, empty);
    });
  }

  itReports(MALFORMED);
});

describe("A listener's additional certificates in the offline account", () => {
  it("are refused if they are not issued", async () => {
    const account = Account.inMemory();
    const world = await createExpressWorld(account);
    await create(account, "expressService", goodExpress(world));
    const listenerArn = account.list(TYPES.listener)[0]?.id;
    const { id: certificateArn } = await create(account, "certificate", {
      domainName: "example.com",
      validationMethod: "DNS",
    });
    assert.match(
      await rejection(create(account, "listenerCertificate", { certificateArn, listenerArn })),
      /^UnsupportedCertificate/,
    );
  });

  it("cannot be deleted while a listener uses them", async () => {
    const account = Account.inMemory();
    const world = await createExpressWorld(account);
    await create(account, "expressService", goodExpress(world));
    await create(account, "expressService", { ...goodExpress(world), serviceName: "blog" });
    const certificateArn = account.list(TYPES.listenerCertificate)[0]?.outputs.certificateArn;
    assert.match(
      await rejection(account.delete(TYPES.certificate, String(certificateArn))),
      /^ResourceInUseException/,
    );
  });
});
