import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ControlPlane } from "../../../../lab/runtime/controlplane/controlPlane";
import type { ContainerStatus, TaskStatus } from "../../../../lab/runtime/controlplane/ecs/status";
import { GREETER, programFolder } from "../dataplane/nodeProgram";
import { PATIENCE_MS } from "../patience";
import { MemoryAccount } from "./memoryAccount";
import { endPlanes, runningTasks, service, siteUrl, startPlane, steady, until } from "./plane";

/** A container whose program listens on 8080, as {@link GREETER} does. */
const app = { name: "app", image: "app", portMappings: [{ containerPort: 8080 }] };

/** An nginx that passes `/api` on to the container `app`. */
function webFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ecs-handson-web-"));
  mkdirSync(join(folder, "html"));
  writeFileSync(join(folder, "html", "index.html"), "the page");
  writeFileSync(
    join(folder, "default.conf"),
    `server {
      listen 80;
      root /usr/share/nginx/html;
      location /api/ { proxy_pass http://127.0.0.1:8080/; }
    }`,
  );
  return folder;
}

describe("the containers of a task", function () {
  this.timeout(PATIENCE_MS);
  const folders = new Map<string, string>();

  /** Creates the folder of each image from the source of its program. */
  const programs = (mains: Record<string, string>) => {
    for (const [image, main] of Object.entries(mains)) folders.set(image, programFolder({ main }));
  };

  const start = (account: MemoryAccount): Promise<ControlPlane> =>
    startPlane(account, {
      images: (image) => folders.get(image),
      runtime: "static",
      times: { healthCheckSpeed: 1 },
    });

  /** Creates a service of one task with these containers, behind no load balancer. */
  const site = (account: MemoryAccount, containers: readonly Record<string, unknown>[]) => {
    const { taskDefinition } = account.site({
      loadBalancers: [],
      deploymentCircuitBreaker: { enable: true, rollback: false },
    });
    account.put("aws:ecs/taskDefinition:TaskDefinition", taskDefinition, {
      networkMode: "awsvpc",
      containerDefinitions: JSON.stringify(containers),
    });
  };

  const containersOf = (task: TaskStatus | undefined): Record<string, ContainerStatus> =>
    Object.fromEntries((task?.containers ?? []).map((one) => [one.name, one]));

  const stopped = (plane: ControlPlane): TaskStatus | undefined =>
    service(plane).tasks.find(({ lastStatus }) => lastStatus === "STOPPED");

  afterEach(async () => {
    await endPlanes();
    for (const folder of folders.values()) rmSync(folder, { recursive: true });
    folders.clear();
  });

  it("share a localhost that no other task reaches: a web server passes requests on to its app", async () => {
    const account = new MemoryAccount();
    programs({ app: GREETER, init: "console.log('migrated');" });
    folders.set("web", webFolder());
    const { targetGroup } = account.site({ desiredCount: 2 });
    account.service("site", {
      loadBalancers: [{ targetGroupArn: targetGroup, containerName: "web", containerPort: 80 }],
    });
    account.put(
      "aws:ecs/taskDefinition:TaskDefinition",
      account.list("aws:ecs/taskDefinition:TaskDefinition")[0]?.id ?? "",
      {
        networkMode: "awsvpc",
        containerDefinitions: JSON.stringify([
          {
            name: "web",
            image: "web",
            portMappings: [{ containerPort: 80 }],
            dependsOn: [{ containerName: "app", condition: "START" }],
          },
          { ...app, dependsOn: [{ containerName: "init", condition: "SUCCESS" }] },
          { name: "init", image: "init", essential: false },
        ]),
      },
    );
    const plane = await start(account);
    await steady(plane);
    assert.equal(await (await fetch(siteUrl(plane))).text(), "the page");
    const pids = new Set<unknown>();
    for (let i = 0; i < 4; i++) {
      const who = await (await fetch(`${siteUrl(plane)}api/who`)).json();
      pids.add((who as { pid: unknown }).pid);
    }
    const tasks = runningTasks(plane);
    const apps = tasks.map((task) => containersOf(task).app?.pid);
    assert.deepEqual([...pids].sort(), apps.sort());
    for (const task of tasks) {
      const { init, app: code, web } = containersOf(task);
      assert.deepEqual([init?.lastStatus, init?.exitCode], ["STOPPED", 0]);
      assert.deepEqual([web?.runtime, code?.runtime], ["static", "node"]);
    }
    const own = await (await fetch(`${siteUrl(plane)}api/fetch?url=http://localhost/`)).json();
    assert.deepEqual(own, { status: 200, body: "the page" });
    // No container of the task listens there, though the lab's load balancer does.
    const { port } = new URL(siteUrl(plane));
    const other = await fetch(`${siteUrl(plane)}api/fetch?url=http://127.0.0.1:${port}/`);
    assert.deepEqual(await other.json(), { failed: "ECONNREFUSED" });
  });

  it("end when an essential one exits, the others after SIGTERM, and keep their exit codes", async () => {
    const account = new MemoryAccount();
    programs({
      app: `${GREETER}\nprocess.on("SIGUSR2", () => process.exit(3));`,
      helper:
        "setInterval(() => {}, 1000);\nprocess.once('SIGTERM', () => process.exit(7));\nconsole.log('ready');",
    });
    site(account, [app, { name: "helper", image: "helper", essential: false }]);
    const plane = await start(account);
    await steady(plane);
    const [task] = runningTasks(plane);
    await until(plane, () => plane.logs(task?.arn ?? "").includes("helper: ready"));
    process.kill(containersOf(task).app?.pid ?? 0, "SIGUSR2");
    await until(plane, () => stopped(plane) !== undefined);
    const { containers, exitCode, stopCode, stoppedReason } = stopped(plane) ?? {};
    assert.equal(stoppedReason, "Essential container in task exited");
    assert.equal(stopCode, "EssentialContainerExited");
    assert.equal(exitCode, 3);
    assert.deepEqual(
      containers?.map(({ exitCode: code, name }) => [name, code]),
      [
        ["app", 3],
        ["helper", 7],
      ],
    );
  });

  it("keep running when one that is not essential exits", async () => {
    const account = new MemoryAccount();
    programs({ app: GREETER, helper: "process.exit(9);" });
    site(account, [app, { name: "helper", image: "helper", essential: false }]);
    const plane = await start(account);
    await until(plane, () => containersOf(runningTasks(plane)[0]).helper?.exitCode === 9);
    await steady(plane);
    assert.equal(containersOf(runningTasks(plane)[0]).app?.lastStatus, "RUNNING");
  });

  it("do not start if one they depend on failed or exceeded its start timeout", async () => {
    for (const [main, condition, startTimeout, why] of [
      ["process.exit(5);", "SUCCESS", undefined, "it exited with code 5"],
      [
        "setInterval(() => {}, 1000);",
        "COMPLETE",
        0.1,
        "it took longer than its startTimeout of 0.1 seconds",
      ],
    ] as const) {
      const account = new MemoryAccount();
      programs({ app: GREETER, init: main });
      site(account, [
        { ...app, dependsOn: [{ containerName: "init", condition }] },
        { name: "init", image: "init", essential: false, startTimeout },
      ]);
      const plane = await start(account);
      await until(plane, () => stopped(plane) !== undefined);
      const { stopCode, stoppedReason, containers } = stopped(plane) ?? {};
      assert.equal(stopCode, "TaskFailedToStart");
      assert.equal(
        stoppedReason,
        `Task failed to start: container app depends on container init (${condition}): ${why}`,
      );
      assert.equal(containers?.[0]?.exitCode, undefined);
      await endPlanes();
    }
  });

  it("wait until one they depend on is healthy, and are replaced when one becomes unhealthy", async () => {
    const account = new MemoryAccount();
    programs({
      app: `let ok = false;
        process.on("SIGUSR2", () => { ok = !ok; });
        const server = createServer((_request, response) => response.writeHead(ok ? 200 : 500).end());
        server.listen(8080);`,
      client: "console.log('started'); setInterval(() => {}, 1000);",
    });
    const command = [
      "CMD",
      "node",
      "-e",
      "fetch('http://localhost:8080/').then(({ ok }) => process.exit(ok ? 0 : 1))",
    ];
    site(account, [
      { ...app, healthCheck: { command, interval: 0.05, timeout: 60, retries: 2 } },
      {
        name: "client",
        image: "client",
        dependsOn: [{ containerName: "app", condition: "HEALTHY" }],
      },
    ]);
    const plane = await start(account);
    await until(plane, () => service(plane).tasks.length === 1);
    const [first] = service(plane).tasks;
    const appOf = () =>
      containersOf(service(plane).tasks.find(({ arn }) => arn === first?.arn)).app;
    await until(plane, () => appOf()?.lastStatus === "RUNNING");
    assert.equal(appOf()?.healthStatus, "UNKNOWN");
    assert.deepEqual(plane.logs(first?.arn ?? ""), []);
    process.kill(appOf()?.pid ?? 0, "SIGUSR2");
    await until(plane, () => plane.logs(first?.arn ?? "").includes("client: started"));
    await steady(plane);
    assert.equal(appOf()?.healthStatus, "HEALTHY");
    process.kill(appOf()?.pid ?? 0, "SIGUSR2");
    // The task is stopped once its replacement is healthy.
    const next = () => service(plane).tasks.find(({ arn }) => arn !== first?.arn);
    await until(plane, () => containersOf(next()).app?.lastStatus === "RUNNING");
    process.kill(containersOf(next()).app?.pid ?? 0, "SIGUSR2");
    await until(plane, () => stopped(plane)?.arn === first?.arn);
    assert.equal(stopped(plane)?.stoppedReason, "Task failed container health checks");
    assert.match(
      service(plane)
        .events.map(({ message }) => message)
        .join("\n"),
      new RegExp(
        `\\(task ${first?.arn.split("/").at(-1) ?? ""}\\) failed container health checks\\.`,
      ),
    );
  });

  it("cannot listen on the same port within a task", async () => {
    const account = new MemoryAccount();
    programs({ app: GREETER });
    site(account, [app, { ...app, name: "other", environment: [{ name: "NAME", value: "two" }] }]);
    const plane = await start(account);
    await until(plane, () => stopped(plane) !== undefined);
    assert.match(
      stopped(plane)?.stoppedReason ?? "",
      /^CannotStartContainerError: it ended at once/,
    );
    const lines = plane.logs(stopped(plane)?.arn ?? "");
    assert.match(lines.join("\n"), /EADDRINUSE: address already in use 0\.0\.0\.0:8080/);
  });

  it("run the entry point and the command of the task definition", async () => {
    const account = new MemoryAccount();
    programs({ job: "console.log(process.argv.slice(2).join(' ')); setInterval(() => {}, 1000);" });
    site(account, [
      { name: "job", image: "job", entryPoint: ["node", "src/main.js"], command: ["one", "two"] },
    ]);
    const plane = await start(account);
    await steady(plane);
    const [task] = runningTasks(plane);
    await until(plane, () => plane.logs(task?.arn ?? "").includes("one two"));
  });
});
