import assert from "node:assert/strict";

import { DescribeExpressGatewayServiceCommand, ECSClient } from "@aws-sdk/client-ecs";

import type { Account } from "../../../lab/account/account";
import { create } from "../account/fixtures";
import { createExpressWorld, goodExpress } from "../account/types/expressWorld";
import { PATIENCE_MS } from "../runtime/patience";
import { type ServedApi, serveApi } from "./servedApi";

async function createServedExpress(account: Account) {
  const world = await createExpressWorld(account);
  return create(account, "expressService", {
    ...goodExpress(world),
    healthCheckPath: "/",
    primaryContainer: {
      image: "public.ecr.aws/nginx/nginx:1.29",
      commands: ["serve"],
      environments: [{ name: "COLOUR", value: "blue" }],
    },
    tags: { team: "web" },
  });
}

describe("Express services in ECS's API of the lab", function () {
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

  it("are described with their address, and the security group that ECS made beside those given", async () => {
    const { service } = await ecs.send(
      new DescribeExpressGatewayServiceCommand({ serviceArn: served.world.id, include: ["TAGS"] }),
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

  it("are not found where there are none", async () => {
    const serviceArn = served.world.id.replace("shop", "none");
    await assert.rejects(ecs.send(new DescribeExpressGatewayServiceCommand({ serviceArn })), {
      name: "ResourceNotFoundException",
    });
  });
});
