import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { describeReport, describeResult } from "../../classroom/describe";
import { lockClass } from "../../classroom/lock";
import { ClassRecord } from "../../classroom/record";
import { type ClassReport, reportJsonSchema, reportSchema } from "../../classroom/report";
import { parseRoster } from "../../classroom/roster";
import { type ClassOptions, runClass } from "../../classroom/runClass";
import { type Defaults, readDefaults, repository } from "../../classroom/stackSettings";
import { FakeBackend, type Outcome, refused } from "./fakeBackend";

describe("a class", () => {
  let dir: string;
  let file: string;
  let defaults: Defaults;
  before(async () => {
    defaults = await readDefaults();
  });
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "class-"));
    file = path.join(dir, "c.json");
  });
  afterEach(() => rm(dir, { recursive: true }));

  const three = "class: c\nlearners: [ann, bob, cy]\n";

  async function run(
    operation: ClassReport["operation"],
    backend: FakeBackend,
    { text = three, ...more }: Partial<ClassOptions> & { text?: string } = {},
  ): Promise<ClassReport> {
    const report = await runClass({
      operation,
      roster: parseRoster(text, "classroom.yaml", defaults),
      defaults,
      record: await ClassRecord.open(file, "c"),
      backend,
      concurrency: 2,
      signal: new AbortController().signal,
      ...more,
    });
    return reportSchema.parse(report);
  }

  const results = (report: ClassReport) =>
    Object.fromEntries(
      report.stacks.map(({ stack, result, phase }) => [stack, `${result} ${phase}`]),
    );

  it("goes up in parallel within the limit, and a failure does not stop the other stacks", async () => {
    const outcomes: Record<string, Outcome> = {
      "c-ann": refused,
      "c-bob": new Error("the engine is gone"),
    };
    const text = "class: c\nlearners: [ann, bob, cy, dee, eve, fay]\n";
    let second: () => void = () => undefined;
    const two = new Promise<void>((resolve) => (second = resolve));
    const backend: FakeBackend = new FakeBackend({}, outcomes, () => {
      if (backend.asked.length === 2) second();
      return two;
    });
    const report = await run("up", backend, { text });
    assert.equal(backend.mostAtOnce, 2);
    assert.deepEqual(results(report), {
      "c-ann": "failed refused",
      "c-bob": "failed failed",
      "c-cy": "succeeded up",
      "c-dee": "succeeded up",
      "c-eve": "succeeded up",
      "c-fay": "succeeded up",
    });
    assert.match(describeReport(report), /4 succeeded, 2 failed, 0 had nothing to do/);
    assert.match(describeReport(report), /ann .*refused by stack-within-budget/);
    assert.match(describeReport(report), /bob .*the engine is gone/);
  });

  it("does only what is left in a second run, and reports in between who was refused", async () => {
    await run("up", new FakeBackend({}, { "c-ann": refused }));
    const backend = new FakeBackend({ "c-bob": 46, "c-cy": 46 });
    const status = await run("status", backend);
    assert.deepEqual(
      status.stacks.map(({ phase, errors }) => [phase, ...errors]),
      [["refused", "refused by stack-within-budget"], ["up"], ["up"]],
    );
    assert.deepEqual(backend.asked, []);
    const report = await run("up", backend);
    assert.deepEqual(backend.asked, ["up c-ann"]);
    assert.deepEqual(results(report), {
      "c-ann": "succeeded up",
      "c-bob": "skipped up",
      "c-cy": "skipped up",
    });
  });

  it("updates again the stacks that the roster changed or that lost their resources, or all on request", async () => {
    const backend = new FakeBackend();
    await run("up", backend);
    backend.asked.length = 0;
    const changed = "class: c\nlearners: [ann, { name: bob, budget: 100 }, cy]\n";
    await run("up", backend, { text: changed });
    assert.deepEqual(backend.asked, ["up c-bob"]);
    delete backend.account["c-cy"];
    await run("up", backend, { text: changed });
    assert.deepEqual(backend.asked, ["up c-bob", "up c-cy"]);
    backend.asked.length = 0;
    await run("up", backend, { text: changed, again: true });
    assert.equal(backend.asked.length, 3);
  });

  it("resumes a run that was killed in the middle of a stack", async () => {
    // After a kill, only what was on disk while bob's stack was in progress is left.
    let left = "";
    const backend = new FakeBackend({}, {}, async (stack) => {
      if (stack === "c-bob") left = await readFile(file, "utf8");
    });
    await run("up", backend, { concurrency: 1 });
    await writeFile(file, left);
    delete backend.account["c-cy"];
    const status = await run("status", backend);
    assert.deepEqual(
      status.stacks.map(({ phase }) => phase),
      ["up", "running", "new"],
    );
    assert.match(describeReport(status), /c-bob .*cut off/);
    backend.asked.length = 0;
    await run("up", backend, { concurrency: 1 });
    assert.deepEqual(backend.asked, ["up c-bob", "up c-cy"]);
  });

  it("starts nothing more once stopped, and still reports on everyone", async () => {
    const stop = new AbortController();
    const backend = new FakeBackend(
      {},
      { "c-ann": { result: "failed", errors: ["cancelled"] } },
      () => {
        stop.abort();
        return Promise.resolve();
      },
    );
    const report = await run("up", backend, { signal: stop.signal, concurrency: 1 });
    assert.equal(report.stopped, true);
    assert.deepEqual(backend.asked, ["up c-ann"]);
    assert.deepEqual(results(report), {
      "c-ann": "failed failed",
      "c-bob": "stopped new",
      "c-cy": "stopped new",
    });
    assert.match(describeResult(report.stacks[1] ?? assert.fail(), "up"), /bob .*not started/);
  });

  it("is limited to the given learners or stacks, and rejects unknown ones", async () => {
    const backend = new FakeBackend();
    await run("up", backend, { only: ["bob", "c-cy"] });
    assert.deepEqual(backend.asked.sort(), ["up c-bob", "up c-cy"]);
    await assert.rejects(
      run("up", backend, { only: ["zoe"] }),
      /not in the class: zoe; there are ann, bob, cy/,
    );
  });

  it("also destroys the stacks of learners who left, which frees their slots", async () => {
    const backend = new FakeBackend();
    await run("up", backend);
    const text = "class: c\nlearners: [bob, dee]\n";
    const status = await run("status", backend, { text });
    assert.deepEqual(
      status.stacks.map(({ stack, inRoster }) => [stack, inRoster]),
      [
        ["c-bob", true],
        ["c-dee", true],
        ["c-ann", false],
        ["c-cy", false],
      ],
    );
    assert.match(describeReport(status), /c-ann .*not in the roster/);
    const slotOf = async (stack: string) => (await ClassRecord.open(file, "c")).get(stack)?.slot;
    assert.equal(await slotOf("c-bob"), 2);
    assert.equal(await slotOf("c-dee"), 4);
    await run("destroy", backend, { text });
    assert.deepEqual(backend.account, {});
    await run("up", backend, { text: "class: c\nlearners: [eve, bob]\n" });
    assert.equal(await slotOf("c-eve"), 1);
    assert.equal(await slotOf("c-bob"), 2);
  });

  it("destroys what has expired and leaves the rest", async () => {
    const text = `class: c
expires: 2027-03-31
learners: [ann, { name: bob, expires: 2027-04-30 }, { name: cy, expires: never }]
`;
    const backend = new FakeBackend();
    await run("up", backend, { text });
    const onDay = async (today: string) => {
      await run("destroy", backend, { text, expired: true, today });
      return Object.keys(backend.account);
    };
    assert.deepEqual(await onDay("2027-03-31"), ["c-ann", "c-bob", "c-cy"]);
    assert.deepEqual(await onDay("2027-04-01"), ["c-bob", "c-cy"]);
    assert.deepEqual(await onDay("2030-01-01"), ["c-cy"]);
  });

  describe("with a shared network", () => {
    const text = "class: c\nnetwork: shared\nbudget: 30\nlearners: [ann, bob]\n";

    it("brings the network up first and destroys it last", async () => {
      const backend = new FakeBackend();
      await run("up", backend, { text });
      assert.equal(backend.asked[0], "up c-network");
      assert.equal(backend.asked.length, 3);
      backend.asked.length = 0;
      await run("destroy", backend, { text });
      assert.equal(backend.asked[2], "destroy c-network");
    });

    it("passes the network's addresses, its load balancer's security group and the learner's budget to the policies", async () => {
      const backend = new FakeBackend();
      await run("up", backend, { text });
      const dev = await readFile(path.join(repository, "policies", "config", "dev.json"), "utf8");
      const levels = JSON.parse(dev) as object;
      assert.deepEqual(backend.configs["c-ann"], {
        ...levels,
        "stack-within-budget": { enforcementLevel: "mandatory", monthlyUsd: 30 },
        "ecs-service-security-group-vpc-only": {
          enforcementLevel: "mandatory",
          vpcCidrBlocks: ["10.0.0.0/16"],
          trustedSecurityGroupIds: ["sg-class"],
        },
      });
      assert.deepEqual(backend.configs["c-network"], levels);
    });

    it("tells each learner the command for their own stack, once there is one", async () => {
      const backend = new FakeBackend({}, { "c-bob": refused });
      const before = await run("status", backend, { text });
      assert.doesNotMatch(describeReport(before), /Learners update/);
      const report = await run("up", backend, { text });
      assert.deepEqual(
        report.stacks.map(({ command }) => command),
        [undefined, "update c-ann", "update c-bob"],
      );
      assert.match(describeReport(report), /with\n {2}ann: update c-ann\n {2}bob: update c-bob\n$/);
      assert.match(describeReport(await run("status", backend, { text })), /ann: update c-ann\n/);
    });

    it("brings the network up again if the record lacks its security group, as one of an earlier version does", async () => {
      const backend = new FakeBackend({}, { "c-network": { outputs: { network: {} } } });
      await run("up", backend, { text });
      backend.asked.length = 0;
      await run("up", backend, { text });
      assert.deepEqual(backend.asked, ["up c-network"]);
    });

    it("starts no learner's stack if the network fails", async () => {
      const backend = new FakeBackend({}, { "c-network": new Error("VpcLimitExceeded") });
      const report = await run("up", backend, { text });
      assert.deepEqual(backend.asked, ["up c-network"]);
      assert.deepEqual(report.stacks[1]?.errors, ["the class's network c-network is not up"]);
    });

    it("keeps the network while a learner's stack exists", async () => {
      const backend = new FakeBackend();
      await run("up", backend, { text });
      backend.asked.length = 0;
      await run("destroy", backend, { text, only: ["ann", "c-network"] });
      assert.deepEqual(backend.asked, ["destroy c-ann"]);
    });

    it("previews learners only against a network that is up", async () => {
      const backend = new FakeBackend();
      const report = await run("preview", backend, { text });
      assert.deepEqual(backend.asked, ["preview c-network"]);
      assert.match(report.stacks[1]?.errors[0] ?? "", /is not up yet/);
    });
  });

  it("is refused as a whole if it costs more than its total budget", async () => {
    const backend = new FakeBackend();
    const text = "class: c\ntotalBudget: 200\nlearners: [ann, bob, cy]\n";
    await assert.rejects(run("up", backend, { text }), /about 301 USD a month.*totalBudget is 200/);
    assert.deepEqual(backend.asked, []);
  });

  it("rejects a record that is damaged, newer or another class's", async () => {
    await writeFile(file, '{"version":1,');
    await assert.rejects(ClassRecord.open(file, "c"), /c\.json is damaged/);
    await writeFile(file, '{"version":2,"class":"c","stacks":{}}');
    await assert.rejects(
      ClassRecord.open(file, "c"),
      /c\.json has version 2, but this lab knows versions up to 1: use the lab that wrote it, or /,
    );
    await rm(file);
    await run("up", new FakeBackend());
    await assert.rejects(ClassRecord.open(file, "d"), /is the record of class c, not of d/);
  });

  it("can be locked by only one process at a time", async () => {
    const unlock = await lockClass(file);
    await assert.rejects(lockClass(file), /another process is working on this class/);
    await unlock();
    await (
      await lockClass(file)
    )();
  });

  it("has a report schema that is the published one", async () => {
    const published = await readFile(
      path.join(repository, "classroom", "report.schema.json"),
      "utf8",
    );
    assert.deepEqual(JSON.parse(published), JSON.parse(JSON.stringify(reportJsonSchema())));
  });
});
