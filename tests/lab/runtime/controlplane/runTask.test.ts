import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ControlPlane } from "../../../../lab/runtime/controlplane/controlPlane";
import {
  LogStore,
  logFolder,
  type LogLine,
} from "../../../../lab/runtime/dataplane/tasks/logStore";
import { describeStatus } from "../../../../lab/ui/commands/status";
import { programFolder } from "../dataplane/nodeProgram";
import { PATIENCE_MS } from "../patience";
import { MemoryAccount } from "./memoryAccount";
import { endPlanes, startPlane, until } from "./plane";

const CLUSTER = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/handson";

describe("a task without a service", function () {
  this.timeout(PATIENCE_MS);
  let folder: string;
  let workDir: string;
  let account: MemoryAccount;

  const start = (): Promise<ControlPlane> =>
    startPlane(account, { images: () => folder, runtime: "static", workDir });

  beforeEach(() => {
    workDir = mkdtempSync(join(tmpdir(), "ecs-handson-run-task-"));
    const main = "console.log('job', ...process.argv.slice(2)); process.exitCode = 4;";
    folder = programFolder({ main });
    account = new MemoryAccount();
    account.put("aws:ecs/cluster:Cluster", CLUSTER, { arn: CLUSTER, name: "handson" });
    const logConfiguration = {
      logDriver: "awslogs",
      options: { "awslogs-group": "/ecs/job", "awslogs-stream-prefix": "ecs" },
    };
    const job = account.taskDefinition("job", { image: "job", portMappings: [], logConfiguration });
    account.put("aws:ecs/taskDefinition:TaskDefinition", job, {
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
    });
  });

  afterEach(async () => {
    await endPlanes();
    for (const one of [folder, workDir]) rmSync(one, { recursive: true, force: true });
  });

  it("runs with its own command, and shows its exit code and what it wrote", async () => {
    const plane = await start();
    const { command, failures, tasks } = await plane.runTask({
      taskDefinition: "job",
      count: 2,
      command: ["node", "src/main.js", "now"],
    });
    assert.deepEqual(failures, []);
    const status = () => plane.status().tasks;
    // A container's exit code is known a moment before its task has stopped.
    const ended = () => status().filter((one) => one.lastStatus === "STOPPED");
    await until(plane, () => ended().filter((one) => one.exitCode === 4).length === 2);
    assert.deepEqual(
      status().map(({ arn, group, launchType, lastStatus, startedBy }) => [
        ...[arn, group, launchType, lastStatus, startedBy],
      ]),
      tasks.map((arn) => [arn, "family:job", "FARGATE", "STOPPED", "lab/run-task"]),
    );
    assert.equal(
      command,
      "aws ecs run-task --cluster handson --task-definition job:1 --count 2 --launch-type FARGATE " +
        "--network-configuration 'awsvpcConfiguration={subnets=[SUBNET],securityGroups=[SECURITY_GROUP]}' " +
        `--overrides '{"containerOverrides":[{"name":"nginx","command":["node","src/main.js","now"]}]}'`,
    );
    const shown = describeStatus({ stacks: {}, reports: [], plane: plane.status() });
    assert.match(
      shown,
      /│ job:1 +│ lab\/run-task +│ STOPPED: Essential container in +│ 4 +│\n│ +│ +│ +│ task exited +│/,
    );

    const store = new LogStore(logFolder(workDir));
    assert.deepEqual(store.groups(), ["family:job"]);
    const lines = new Map<string, LogLine>();
    for await (const line of store.follow({ group: "family:job" }, AbortSignal.timeout(60_000))) {
      lines.set(line.stream, line);
      if (lines.size === 2) break;
    }
    assert.deepEqual(
      [...lines.keys()].sort(),
      tasks.map((arn) => `ecs/nginx/${arn.split("/").at(-1) ?? ""}`).sort(),
    );
    assert.deepEqual(
      new Set([...lines.values()].map(({ message }) => message)),
      new Set(["job now"]),
    );
  });

  it("is refused in AWS's words for anything that does not exist or is out of range", async () => {
    const plane = await start();
    const request = { taskDefinition: "job", count: 1 };
    for (const [change, why] of [
      [{ taskDefinition: "jab" }, /TaskDefinition not found: jab\. Known are job\./],
      [{ cluster: "other" }, /Cluster not found: other\. There are handson\./],
      [{ count: 11 }, /count must be 1 to 10, not 11/],
      [{ container: "web" }, /Override for container named web is not a container in the/],
    ] as const) {
      await assert.rejects(plane.runTask({ ...request, ...change }), why);
    }
    const { failures, tasks } = await plane.runTask({ ...request, launchType: "EC2" });
    assert.deepEqual(tasks, []);
    assert.equal(failures.length, 1);
  });
});

describe("LogStore", () => {
  it("reads whole lines, by container and task, including those written later", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ecs-handson-logs-"));
    try {
      const store = new LogStore(folder);
      const common = { cluster: "handson", group: "site", prefix: "ecs" };
      const web = store.open({ ...common, container: "web", taskId: "1a" });
      const app = store.open({ ...common, container: "app", taskId: "1a" });
      web.write("one");
      app.write("two words");
      const read: string[] = [];
      for await (const line of store.follow({ group: "site" }, AbortSignal.timeout(60_000))) {
        read.push(`${line.stream} ${line.message}`);
        if (read.length === 2) web.write("three");
        if (read.length === 3) break;
      }
      assert.deepEqual(read.slice(0, 2).sort(), ["ecs/app/1a two words", "ecs/web/1a one"]);
      assert.equal(read[2], "ecs/web/1a three");
      assert.deepEqual(store.containers("site"), ["app", "web"]);
      const only = await store.read({ group: "site", container: "app", task: "1" });
      assert.deepEqual(
        only.map(({ message }) => message),
        ["two words"],
      );
      assert.deepEqual(await store.read({ group: "site", task: "2" }), []);
      web.close();
      app.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
