import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { PATIENCE_MS } from "../patience";
import { startLoad } from "./load";
import { NodeAccount, SECRET } from "./nodeAccount";
import { endPlanes, runningTasks, service, startPlane, steady, until } from "./plane";

describe("the microservices in the control plane", function () {
  this.timeout(PATIENCE_MS);
  afterEach(endPlanes);

  it("drop no request from users or from shop during a rolling deployment of products", async () => {
    const account = new NodeAccount();
    account.secret("a signing key for tests, of 32 characters or more");
    const listener = account.listener(account.loadBalancer("site"));
    ["auth", "products", "shop"].forEach((name, i) => {
      const targetGroup = account.targetGroup(name, { path: `/${name}/health`, timeout: 5 });
      account.rule(
        listener,
        i + 1,
        [{ pathPattern: { values: [`/${name}`, `/${name}/*`] } }],
        [{ type: "forward", targetGroupArn: targetGroup }],
      );
      const secrets = name === "auth" ? [{ name: "AUTH_SIGNING_KEY", valueFrom: SECRET }] : [];
      const loadBalancers = [
        { targetGroupArn: targetGroup, containerName: name, containerPort: 8080 },
      ];
      account.nodeService(name, "server", { image: name, secrets }, { loadBalancers });
    });
    const plane = await startPlane(account, {
      images: (image) => join(resolve(__dirname, "../../../../services"), image),
      runtime: "static",
      times: { maximumDrainMs: 10_000, maximumStopMs: 30_000 },
    });
    await steady(plane);
    const url = plane.status().loadBalancers[0]?.listeners[0]?.localUrl ?? "";

    const loads = ["/products", "/shop/products"].map((path) =>
      startLoad(new URL(path, url).href, 1),
    );
    const before = runningTasks(plane, "products").map(({ arn }) => arn);
    const taskDefinition = account.taskDefinition("products", {
      name: "products",
      image: "products",
      portMappings: [{ name: "products", appProtocol: "http", containerPort: 8080 }],
      environment: [{ name: "RELEASE", value: "2" }],
    });
    account.put("aws:ecs/service:Service", service(plane, "products").arn, { taskDefinition });
    try {
      await until(plane, () => {
        const now = runningTasks(plane, "products");
        const { deployments, tasks } = service(plane, "products");
        return (
          now.length === 1 &&
          !before.includes(now[0]?.arn ?? "") &&
          deployments[0]?.rolloutState === "COMPLETED" &&
          tasks.some(({ arn, lastStatus }) => before.includes(arn) && lastStatus === "STOPPED")
        );
      });
    } finally {
      for (const load of loads) {
        const answers = await load.stop();
        assert.ok(answers.length > 0);
        assert.deepEqual(
          answers.filter(({ status }) => status !== 200),
          [],
        );
      }
    }
  });
});
