import assert from "node:assert/strict";

import {
  CreateExpressGatewayServiceCommand,
  type CreateExpressGatewayServiceRequest,
  DeleteExpressGatewayServiceCommand,
  DescribeExpressGatewayServiceCommand,
  ECSClient,
  UpdateExpressGatewayServiceCommand,
} from "@aws-sdk/client-ecs";

import type { Account } from "../../../lab/account/account";
import { create } from "../account/fixtures";
import { createExpressWorld, goodExpress } from "../account/types/expressWorld";
import { PATIENCE_MS } from "../runtime/patience";
import { type ServedApi, serveApi } from "./servedApi";

async function createServedExpress(account: Account) {
  const world = await createExpressWorld(account);
  const service = await create(account, "expressService", {
    ...goodExpress(world),
    healthCheckPath: "/",
    primaryContainer: {
      image: "public.ecr.aws/nginx/nginx:1.29",
      commands: ["serve"],
      environments: [{ name: "COLOUR", value: "blue" }],
    },
    tags: { team: "web" },
  });
  return { ...world, service };
}

describe("Express services in the lab's ECS API", function () {
  this.timeout(PATIENCE_MS);
  let served: ServedApi<Awaited<ReturnType<typeof createServedExpress>>>;
  let ecs: ECSClient;

  before(async () => {
    served = await serveApi(createServedExpress);
    ecs = new ECSClient(served.client);
  });
  after(async () => {
    ecs.destroy();
    await served.close();
  });

  it("are described with their address, and with the security group that ECS creates besides those given", async () => {
    const { service } = await ecs.send(
      new DescribeExpressGatewayServiceCommand({
        serviceArn: served.world.service.id,
        include: ["TAGS"],
      }),
    );
    assert.equal(service?.status?.statusCode, "ACTIVE");
    assert.match(service.cluster ?? "", /:cluster\/handson$/);
    assert.deepEqual(service.tags, [{ key: "team", value: "web" }]);
    const [one] = service.activeConfigurations ?? [];
    assert.match(one?.ingressPaths?.[0]?.endpoint ?? "", /^https:\/\/sh-/);
    assert.equal(one?.networkConfiguration?.securityGroups?.length, 1);
    assert.match(one.taskDefinitionArn ?? "", /task-definition\/handson-shop:1$/);
    assert.deepEqual(one.primaryContainer?.command, ["serve"]);
    assert.deepEqual(one.primaryContainer.environment, [{ name: "COLOUR", value: "blue" }]);
    assert.equal(one.scalingTarget?.maxTaskCount, 20);
  });

  it("are not found if they do not exist", async () => {
    const serviceArn = served.world.service.id.replace("shop", "none");
    await assert.rejects(ecs.send(new DescribeExpressGatewayServiceCommand({ serviceArn })), {
      name: "ResourceNotFoundException",
    });
  });

  /** A request that ECS accepts. */
  function request(serviceName: string): CreateExpressGatewayServiceRequest {
    const { cluster, execution, express, publicA, publicC } = served.world;
    return {
      serviceName,
      cluster: String(cluster.outputs.name),
      executionRoleArn: String(execution.outputs.arn),
      infrastructureRoleArn: String(express.outputs.arn),
      healthCheckPath: "/",
      networkConfiguration: { subnets: [publicA.id, publicC.id] },
      primaryContainer: {
        image: "public.ecr.aws/nginx/nginx:1.29",
        environment: [{ name: "COLOUR", value: "blue" }],
      },
      tags: [{ key: "team", value: "api" }],
    };
  }

  it("are created, run, are updated, and leave nothing behind when they are deleted", async () => {
    const { account, plane } = served;
    const before = account.list().map(({ id }) => id);
    const { service } = await ecs.send(new CreateExpressGatewayServiceCommand(request("made")));
    const { serviceArn, tags, activeConfigurations: [made] = [] } = service ?? {};
    assert.deepEqual(tags, [{ key: "team", value: "api" }]);
    assert.deepEqual(made?.primaryContainer?.environment, [{ name: "COLOUR", value: "blue" }]);
    await plane.whenSteady(PATIENCE_MS);
    const running = plane.status().services.find(({ arn }) => arn === serviceArn);
    assert.equal(running?.runningCount, 1);

    const { service: updated } = await ecs.send(
      new UpdateExpressGatewayServiceCommand({ serviceArn, scalingTarget: { minTaskCount: 2 } }),
    );
    assert.equal(updated?.targetConfiguration?.scalingTarget?.minTaskCount, 2);
    assert.deepEqual(updated.targetConfiguration.primaryContainer, made.primaryContainer);
    await plane.whenSteady(PATIENCE_MS);
    const grown = plane.status().services.find(({ arn }) => arn === serviceArn);
    assert.equal(grown?.runningCount, 2);

    const { service: leaving } = await ecs.send(
      new DeleteExpressGatewayServiceCommand({ serviceArn }),
    );
    assert.equal(leaving?.status?.statusCode, "DRAINING");
    await plane.whenSteady(PATIENCE_MS);
    assert.deepEqual(
      account.list().map(({ id }) => id),
      before,
    );
  });

  it("are refused with ECS's own errors", async () => {
    const refused = (input: Partial<CreateExpressGatewayServiceRequest>) =>
      ecs.send(new CreateExpressGatewayServiceCommand({ ...request("refused"), ...input }));
    const invalid = { name: "InvalidParameterException" };
    await assert.rejects(refused({ serviceName: "shop" }), {
      ...invalid,
      message: "Creation of service was not idempotent.",
    });
    await assert.rejects(refused({ cluster: "none" }), { name: "ClusterNotFoundException" });
    await assert.rejects(refused({ healthCheckPath: "health" }), {
      ...invalid,
      message: /healthCheckPath.*must start with a slash/,
    });
    await assert.rejects(refused({ cpuArchitecture: "ARM64" }), {
      ...invalid,
      message: "The lab's CreateExpressGatewayService does not support cpuArchitecture.",
    });
    const serviceArn = served.world.service.id;
    const scalingTarget = { minTaskCount: -1 };
    await assert.rejects(
      ecs.send(new UpdateExpressGatewayServiceCommand({ serviceArn, scalingTarget })),
      { ...invalid, message: /minTaskCount/ },
    );
    const none = { serviceArn: serviceArn.replace("shop", "none") };
    const notFound = { name: "ServiceNotFoundException" };
    await assert.rejects(ecs.send(new UpdateExpressGatewayServiceCommand(none)), notFound);
    await assert.rejects(ecs.send(new DeleteExpressGatewayServiceCommand(none)), notFound);
  });
});
