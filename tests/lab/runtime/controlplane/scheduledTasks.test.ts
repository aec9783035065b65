import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import type { ControlPlane } from "../../../../lab/runtime/controlplane/controlPlane";
import { describeStatus } from "../../../../lab/ui/commands/status";
import { programFolder } from "../dataplane/nodeProgram";
import { PATIENCE_MS } from "../patience";
import { MemoryAccount } from "./memoryAccount";
import { endPlanes, startPlane, until } from "./plane";

const CLUSTER = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/handson";

/** What rules, schedules and tasks report from now on. */
function said(plane: ControlPlane): string[] {
  const lines: string[] = [];
  plane.onEvent(({ source, resource, message }) => {
    if (source === "event-rule" || source === "schedule") {
      lines.push(message.replace(/[0-9a-f]{32}/g, "…"));
    }
    if (source === "task") lines.push(`${resource.split("/")[1] ?? ""}: ${message}`);
  });
  return lines;
}

/** A rule that is due at midnight, and its target. */
function nightly(account: MemoryAccount, target: Record<string, unknown>, state = "ENABLED"): void {
  account.put("aws:cloudwatch/eventRule:EventRule", "nightly", {
    name: "nightly",
    scheduleExpression: "cron(0 0 * * ? *)",
    state,
  });
  account.put("aws:cloudwatch/eventTarget:EventTarget", "nightly-job", {
    rule: "nightly",
    arn: CLUSTER,
    ...target,
  });
}

/** A running clock that starts just before midnight. */
function beforeMidnight(): () => Date {
  const offset = Date.parse("2026-01-01T23:59:59.800Z") - Date.now();
  return () => new Date(Date.now() + offset);
}

describe("tasks on a schedule", function () {
  this.timeout(PATIENCE_MS);
  afterEach(endPlanes);

  it("start when their rule is due, and end by themselves", async () => {
    const account = new MemoryAccount();
    const folder = programFolder({ main: "console.log(process.env.JOB);" });
    try {
      const ecsTarget = {
        taskDefinitionArn: account.taskDefinition("job", { image: "job", portMappings: [] }),
        taskCount: 2,
        launchType: "FARGATE",
      };
      const environment = [{ name: "JOB", value: "cleaning" }];
      const containerOverrides = [{ name: "nginx", environment }];
      nightly(account, { ecsTarget, input: JSON.stringify({ containerOverrides }) });
      const plane = await startPlane(account, {
        clock: beforeMidnight(),
        images: () => folder,
        runtime: "static",
      });
      const lines = said(plane);
      const arns = new Set<string>();
      plane.onEvent(({ source, resource }) => {
        if (source === "task") arns.add(resource);
      });
      const ended = "handson: STOPPED: Essential container in task exited";
      await until(plane, () => lines.filter((line) => line === ended).length === 2);
      assert.ok(lines.includes("has started 2 tasks: (task …) (task …)"), lines.join("\n"));
      assert.deepEqual(
        [...arns].map((arn) => plane.logs(arn)),
        [["cleaning"], ["cleaning"]],
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("start on an EventBridge Scheduler schedule that is created while the lab runs, until it is disabled", async () => {
    const account = new MemoryAccount();
    const taskDefinitionArn = account.taskDefinition("job");
    const schedule = {
      name: "morning",
      scheduleExpression: "cron(0 9 * * ? *)",
      scheduleExpressionTimezone: "Asia/Tokyo",
      state: "ENABLED",
      target: { arn: CLUSTER, ecsParameters: { taskDefinitionArn, launchType: "FARGATE" } },
    };
    const plane = await startPlane(account, { clock: beforeMidnight(), runtime: "static" });
    const lines = said(plane);
    account.put("aws:scheduler/schedule:Schedule", "morning", schedule);
    await until(plane, () => lines.some((line) => line.startsWith("has started 1 tasks")));
    assert.equal(
      lines[0],
      "starts tasks on the schedule cron(0 9 * * ? *), next at 2026-01-02T00:00:00.000Z",
    );
    account.put("aws:scheduler/schedule:Schedule", "morning", { ...schedule, state: "DISABLED" });
    await until(plane, () => plane.status().schedules.length === 0);
  });

  it("report when they are due next, and what could not start", async () => {
    const account = new MemoryAccount();
    const ecsTarget = { taskDefinitionArn: "job:9", launchType: "FARGATE" };
    const plane = await startPlane(account, { clock: beforeMidnight() });
    const lines = said(plane);
    nightly(account, { ecsTarget });
    await until(plane, () => lines.length === 2);
    assert.deepEqual(lines, [
      "starts tasks on the schedule cron(0 0 * * ? *), next at 2026-01-02T00:00:00.000Z",
      "could not start job:9: there is no such task",
    ]);
  });

  it("have their schedule in the status, with its last and next start", async () => {
    const account = new MemoryAccount();
    const ecsTarget = { taskDefinitionArn: account.taskDefinition("job"), launchType: "FARGATE" };
    nightly(account, { ecsTarget });
    const plane = await startPlane(account, { clock: beforeMidnight(), runtime: "static" });
    const schedule = () => plane.status().schedules[0];
    const { name, expression } = schedule() ?? {};
    assert.deepEqual([name, expression], ["nightly", "cron(0 0 * * ? *)"]);
    await until(plane, () => schedule()?.lastStart !== undefined);
    assert.match(schedule()?.lastStart ?? "", /^2026-01-02T00:00:0/);
    assert.equal(schedule()?.nextStart, "2026-01-03T00:00:00.000Z");
    const text = describeStatus({ stacks: {}, reports: [], plane: plane.status() });
    assert.match(
      text,
      /│ nightly +│ cron\(0 0 \* \* \? \*\) +│ 2026-01-02T\S+ +│ 2026-01-03T\S+ +│/,
    );
    account.put("aws:cloudwatch/eventRule:EventRule", "nightly", { state: "DISABLED" });
    await until(plane, () => schedule() === undefined);
  });

  it("start on an EventBridge Scheduler schedule in its time zone, until its end date", async () => {
    const account = new MemoryAccount();
    const taskDefinitionArn = account.taskDefinition("job");
    const schedule = (name: string, more: Record<string, unknown> = {}) => {
      account.put("aws:scheduler/schedule:Schedule", `default/${name}`, {
        name,
        scheduleExpression: "cron(0 9 * * ? *)",
        scheduleExpressionTimezone: "Asia/Tokyo",
        state: "ENABLED",
        target: { arn: CLUSTER, ecsParameters: { taskDefinitionArn, launchType: "FARGATE" } },
        ...more,
      });
    };
    schedule("morning", { endDate: "2026-01-02T12:00:00Z" });
    schedule("off", { state: "DISABLED" });
    const plane = await startPlane(account, { clock: beforeMidnight() });
    const own = () => plane.status().tasks;
    await until(plane, () => own().length === 1);
    assert.equal(own()[0]?.startedBy, "chronos-schedule/morning");
    assert.deepEqual(
      plane.status().schedules.map(({ name, nextStart }) => [name, nextStart]),
      [["morning", undefined]],
    );
  });

  it("wait while their rule is disabled, and do not start without an instance that has room", async () => {
    const account = new MemoryAccount();
    const ecsTarget = { taskDefinitionArn: account.taskDefinition("job"), launchType: "EC2" };
    nightly(account, { ecsTarget }, "DISABLED");
    const plane = await startPlane(account, { clock: beforeMidnight() });
    const lines = said(plane);
    account.put("aws:cloudwatch/eventRule:EventRule", "nightly", { state: "ENABLED" });
    await until(plane, () => lines.length >= 2);
    assert.match(lines.join("\n"), /^starts tasks .*\ncould not start a task: .*no .*instance/i);
  });
});
