import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { describeShortly } from "../../../../lab/ui/commands/shortStatus";
import { describeStatus } from "../../../../lab/ui/commands/status";
import { PATIENCE_MS } from "../patience";
import { MemoryAccount } from "./memoryAccount";
import { endPlanes, startPlane, steady } from "./plane";

/** The status of a plane whose site is steady, with the site and its first task and deployment. */
async function steadySite() {
  const account = new MemoryAccount();
  account.site();
  const plane = await startPlane(account);
  await steady(plane);
  const status = plane.status();
  const [site = assert.fail("there is no service")] = status.services;
  const [task = assert.fail("no task runs")] = site.tasks;
  const [primary = assert.fail("there is no deployment")] = site.deployments;
  return { status, site, task, primary };
}

describe("describeStatus", function () {
  this.timeout(PATIENCE_MS);
  afterEach(endPlanes);

  it("shows that instances are simulated, what they have left, and where each task runs", async () => {
    const account = new MemoryAccount();
    account.cluster();
    account.service("nginx", {
      taskDefinition: account.instanceTask("nginx-task"),
      capacityProviderStrategies: [{ capacityProvider: "nginx", weight: 1, base: 0 }],
    });
    account.service("web", { taskDefinition: account.taskDefinition("web") });
    const plane = await startPlane(account);
    await steady(plane);
    const text = describeStatus({ stacks: { dev: 40 }, reports: [], plane: plane.status() });
    const [task] = plane.status().services.find(({ name }) => name === "nginx")?.tasks ?? [];
    const id = task?.instanceId ?? assert.fail("it was not placed");

    assert.match(text, /instance \(simulated\)/);
    assert.match(
      text,
      new RegExp(`│ ${id} +│ nginx +│ t3.micro +│ …1. +│ ACTIVE +│ 1 +│ 1/1 +│ 128/`),
    );
    assert.match(text, new RegExp(`HEALTHY +│ ${id} +│ 127`));
    assert.match(text, /HEALTHY +│ FARGATE +│ 127/);
    assert.ok(Math.max(...text.split("\n").map((line) => line.length)) <= 100, text);
    const all = describeStatus({ stacks: {}, reports: [], plane: plane.status() }, true);
    assert.match(all, new RegExp(`│ ${id} .*│ ap-northeast-1. +│ ACTIVE .*│ 1 of 1 +│ 128 of`));
    assert.match(all, new RegExp(`HEALTHY +│ nginx: ${id} +│ 127`));
  });

  it("counts down the waits of a deployment's step, its tasks and their targets", async () => {
    const { status, site, task, primary } = await steadySite();
    const [group] = status.targetGroups;
    const [target] = group?.targets ?? [];
    if (!group || !target) assert.fail("nothing runs");
    const until = new Date(Date.now() + 60_000).toISOString();
    const now = {
      ...status,
      services: [
        {
          ...site,
          tasks: [{ ...task, lastStatus: "DEACTIVATING" as const, until }],
          deployments: [
            {
              ...primary,
              strategy: "CANARY" as const,
              rolloutState: "IN_PROGRESS" as const,
              lifecycleStage: "BAKE_TIME" as const,
              trafficWeights: [{ targetGroupArn: group.arn, weight: 10 }],
              until,
            },
          ],
        },
      ],
      targetGroups: [{ ...group, targets: [{ ...target, state: "draining" as const, until }] }],
    };
    const lab = { stacks: { dev: 40 }, reports: [], plane: now };
    const text = describeStatus(lab);
    assert.match(text, /│ CANARY +│ handson:1 +│ BAKE_TIME, (60|59) s left +│ 10 % to site +│/);
    assert.match(text, /│ DEACTIVATING, \d\d s left/);
    assert.match(text, /│ draining, \d\d s left/);
    const short = stripVTControlCharacters(describeShortly(lab));
    assert.match(short, /BAKE_TIME, \d\d s left, 10 % to site$/m);
    assert.match(short, /DEACTIVATING, \d\d s left, site draining, \d\d s left/);
  });

  it("says that a service is steady after a rollback, and summarizes its stopped tasks", async () => {
    const { status, site, task, primary } = await steadySite();
    const services = [
      {
        ...site,
        tasks: [
          task,
          { ...task, lastStatus: "STOPPED" as const, stoppedReason: "CannotPull", stoppedAt: "2" },
          { ...task, lastStatus: "STOPPED" as const, stoppedReason: "Scaling", stoppedAt: "1" },
        ],
        deployments: [
          primary,
          { ...primary, rolloutState: "FAILED" as const, taskDefinition: "handson:2" },
        ],
      },
    ];
    const shown = { stacks: { dev: 40 }, reports: [], plane: { ...status, services } };
    const text = describeStatus(shown);
    assert.match(text, /│ yes, rolled back: handson:2 failed │/);
    assert.match(text, /^2 stopped of site \(--all shows them\), the last one: CannotPull$/m);
    assert.doesNotMatch(text, /STOPPED/);
    assert.match(describeStatus(shown, true), /│ STOPPED: Scaling /);
  });

  it("has no table of instances if there are none", async () => {
    const plane = await startPlane(new MemoryAccount());
    const text = describeStatus({ stacks: { dev: 1 }, reports: [], plane: plane.status() });
    assert.doesNotMatch(text, /instance/);
  });
});

describe("describeShortly", function () {
  this.timeout(PATIENCE_MS);
  afterEach(endPlanes);

  it("shows stacks with the rule that refused them, services, tasks with their targets, and events", async () => {
    const { status } = await steadySite();
    const findings = [
      { policy: "listener-https", pack: "ecs-handson", level: "mandatory" as const, message: "" },
    ];
    const report = { stack: "dev", operation: "up" as const, result: "failed" as const, findings };
    const text = describeShortly({
      stacks: { dev: 40 },
      reports: [{ ...report, at: "2026-01-01T00:00:00.000Z", changes: {}, errors: 0 }],
      plane: status,
    });
    assert.match(
      stripVTControlCharacters(text),
      /^stack dev: 40 resources, up failed by listener-https$/m,
    );
    assert.match(stripVTControlCharacters(text), /^● site 1\/1 running, steady$/m);
    assert.match(stripVTControlCharacters(text), /handson:1 RUNNING, site healthy$/m);
    assert.match(stripVTControlCharacters(text), /has reached a steady state\.$/m);
  });

  it("says so if nothing is served", () => {
    const text = describeShortly({ stacks: {}, reports: [] });
    assert.equal(text, "The account is empty.\nNothing is being served.\n");
  });
});
