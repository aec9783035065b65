import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import type { ControlPlane } from "../../../../lab/runtime/controlplane/controlPlane";
import { GREETER, programFolder } from "../dataplane/nodeProgram";
import { PATIENCE_MS } from "../patience";
import { NodeAccount, SECRET } from "./nodeAccount";
import { endPlanes, runningTasks, service, startPlane, steady, until } from "./plane";

describe("Service Connect and secrets in the control plane", function () {
  this.timeout(PATIENCE_MS);
  let folder: string;
  let account: NodeAccount;

  before(() => {
    folder = programFolder({ main: GREETER });
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    account = new NodeAccount();
  });
  afterEach(endPlanes);

  const start = () =>
    startPlane(account, {
      images: (image) => (image === "greeter" ? folder : undefined),
      runtime: "static",
    });

  /** What a task of `from` gets when it fetches `url`. */
  const fetched = async (plane: ControlPlane, from: string, url: string) => {
    const [task] = runningTasks(plane, from);
    assert.ok(task?.address);
    const response = await fetch(`http://${task.address}/fetch?url=${encodeURIComponent(url)}`);
    return (await response.json()) as { status?: number; body?: string; failed?: string };
  };

  it("lets a task reach the tasks of a service by its name, in turn", async () => {
    account.nodeService("products", "server", {}, { desiredCount: 2 });
    account.nodeService("shop", "client");
    const plane = await start();
    await steady(plane);
    const pids = new Set<unknown>();
    for (let i = 0; i < 4; i++) {
      const { status, body = "" } = await fetched(plane, "shop", "http://products:8080/who");
      assert.equal(status, 200);
      pids.add((JSON.parse(body) as { pid: number }).pid);
    }
    assert.deepEqual(
      [...pids].sort(),
      runningTasks(plane, "products")
        .map(({ pid }) => pid)
        .sort(),
    );
  });

  it("resolves names for members of the namespace only, and on their port only", async () => {
    account.nodeService("products", "server");
    account.nodeService("shop", "client");
    account.nodeService("stranger", "none");
    const plane = await start();
    await steady(plane);
    const url = "http://products:8080/who";
    assert.equal((await fetched(plane, "shop", url)).status, 200);
    assert.match((await fetched(plane, "stranger", url)).failed ?? "", /ENOTFOUND|EAI_AGAIN/);
    const otherPort = await fetched(plane, "shop", "http://products:8081/who");
    assert.match(otherPort.failed ?? "", /ENOTFOUND|EAI_AGAIN/);
  });

  it("answers 503 while a service has no task, and reaches it again when it has one", async () => {
    account.nodeService("products", "server");
    account.nodeService("shop", "client");
    const plane = await start();
    await steady(plane);
    const desire = (desiredCount: number) => {
      const { arn } = service(plane, "products");
      account.put("aws:ecs/service:Service", arn, { desiredCount });
    };
    desire(0);
    await until(plane, () => runningTasks(plane, "products").length === 0);
    const url = "http://products:8080/who";
    assert.deepEqual(await fetched(plane, "shop", url), {
      status: 503,
      body: "no healthy upstream",
    });
    desire(1);
    await until(plane, () => runningTasks(plane, "products").length === 1);
    assert.equal((await fetched(plane, "shop", url)).status, 200);
  });

  it("gives a task the names that exist when it starts, as AWS does", async () => {
    account.nodeService("shop", "client");
    const plane = await start();
    await steady(plane);
    account.nodeService("products", "server");
    await steady(plane);
    const url = "http://products:8080/who";
    assert.match((await fetched(plane, "shop", url)).failed ?? "", /ENOTFOUND|EAI_AGAIN/);
    const [task] = runningTasks(plane, "shop");
    await plane.stopTask(task?.arn ?? "", "to start anew");
    await until(plane, () => runningTasks(plane, "shop").some(({ arn }) => arn !== task?.arn));
    assert.equal((await fetched(plane, "shop", url)).status, 200);
  });

  it("gives a container its secrets, and shows their values nowhere", async () => {
    account.secret(JSON.stringify({ user: "me", password: "very secret" }));
    account.nodeService("shop", "none", {
      secrets: [
        { name: "ALL", valueFrom: SECRET },
        { name: "PASSWORD", valueFrom: `${SECRET}:password::` },
      ],
    });
    const plane = await start();
    const events: string[] = [];
    plane.onEvent(({ message }) => events.push(message));
    await steady(plane);
    const [task] = runningTasks(plane, "shop");
    const environment = (await (await fetch(`http://${task?.address ?? ""}/env`)).json()) as object;
    assert.deepEqual(
      { ...environment, PATH: undefined },
      {
        ALL: '{"user":"me","password":"very secret"}',
        PASSWORD: "very secret",
        NAME: "shop",
        NODE_ENV: "production",
        GREETING: "good day",
        PATH: undefined,
      },
    );
    const shown = JSON.stringify([plane.status(), events, plane.logs(task?.arn ?? "")]);
    assert.ok(!shown.includes("very secret"));
  });

  for (const [title, valueFrom, expected] of [
    ["a secret without a value", SECRET.replace("key", "other"), /can't find the specified secret/],
    ["a key that the secret does not have", `${SECRET}:user::`, /did not contain json key user/],
    [
      "a Parameter Store parameter",
      "arn:aws:ssm:ap-northeast-1:123456789012:parameter/x",
      /does not simulate Parameter Store/,
    ],
  ] as const) {
    it(`stops a task that needs ${title} before it starts`, async () => {
      account.secret('{"password":"very secret"}');
      account.nodeService("shop", "none", { secrets: [{ name: "KEY", valueFrom }] });
      const plane = await start();
      const stopped = () =>
        service(plane, "shop").tasks.find(({ lastStatus }) => lastStatus === "STOPPED");
      await until(plane, () => stopped() !== undefined);
      assert.equal(stopped()?.stopCode, "TaskFailedToStart");
      const reason = stopped()?.stoppedReason ?? "";
      assert.match(reason, /^ResourceInitializationError: unable to pull secrets/);
      assert.match(reason, expected);
      assert.ok(!reason.includes("very secret"));
    });
  }
});
