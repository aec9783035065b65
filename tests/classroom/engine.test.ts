import assert from "node:assert/strict";
import { type ChildProcess, exec, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { text } from "node:stream/consumers";

import { type ClassReport, reportSchema } from "../../classroom/report";
import { repository } from "../../lab/shared/repository";
import { accountOf, pulumiCli, stateFolder } from "../lab/cli/harness";

/** Long enough for the stacks of a small class on a busy machine, in milliseconds. */
const classTimeout = 600_000;

const rosterText = `class: spring
network: shared
budget: 60
expires: 2027-03-31
learners:
  - alice
  - { name: 山田 花子, stack: hanako }
  - { name: bob, config: { desiredCount: 9 } }
`;

describe("a class in the lab, on the engine", function () {
  this.timeout(classTimeout);
  let state: string;
  let roster: string;
  let remove: () => Promise<void>;
  before(pulumiCli);
  before(async () => {
    ({ state, remove } = await stateFolder());
    roster = path.join(state, "classroom.yaml");
    await writeFile(roster, rosterText);
  });
  after(() => remove());

  function start(operation: string, ...more: string[]): ChildProcess {
    const command = [
      "--require",
      "ecs-handson-loader",
      path.join("classroom", "cli.ts"),
      operation,
    ];
    const options = ["--roster", roster, "--state", state, "--json", ...more];
    return spawn(process.execPath, [...command, ...options], {
      cwd: repository,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async function end(
    child: ChildProcess,
  ): Promise<{ code: number; report?: ClassReport; stderr: string }> {
    assert.ok(child.stdout && child.stderr);
    const [out, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close") as Promise<[number]>,
    ]);
    return { code, stderr, ...(out === "" ? {} : { report: reportSchema.parse(JSON.parse(out)) }) };
  }

  const run = (operation: string, ...more: string[]) => end(start(operation, ...more));

  const states = (report?: ClassReport) =>
    Object.fromEntries(
      (report?.stacks ?? []).map(({ stack, result, phase }) => [stack, `${result} ${phase}`]),
    );

  const commands = async () => {
    const { report } = await run("status");
    return Object.fromEntries(
      (report?.stacks ?? []).map(({ learner, command }) => [learner, command]),
    );
  };

  /** Types a learner's command with more options at its end. */
  function type(command: string | undefined, more: string) {
    return new Promise<{ code: unknown; output: string }>((resolve) => {
      exec(`${command ?? "false"} ${more}`, { cwd: repository }, (error, stdout, stderr) => {
        resolve({ code: error?.code ?? 0, output: stdout + stderr });
      });
    });
  }

  it("rejects an invalid roster with exit code 2, and starts nothing", async () => {
    await writeFile(roster, `${rosterText}  - Alice\n`);
    const { code, stderr } = await run("up");
    await writeFile(roster, rosterText);
    assert.equal(code, 2);
    assert.match(stderr, /line 9: "Alice" has the same stack spring-alice as "alice" on line 6;/);
    assert.deepEqual(await accountOf(state), []);
  });

  it("refuses the learner who is over budget while the others go up, all on one shared network", async () => {
    const file = path.join(state, "report.json");
    const { code, report, stderr } = await run("up", "--report", file);
    assert.equal(code, 1, stderr);
    assert.deepEqual(states(report), {
      "spring-network": "succeeded up",
      "spring-alice": "succeeded up",
      "spring-hanako": "succeeded up",
      "spring-bob": "failed refused",
    });
    assert.deepEqual(reportSchema.parse(JSON.parse(await readFile(file, "utf8"))), report);
    const bob = report?.stacks.find(({ learner }) => learner === "bob");
    const [finding] = (bob?.findings ?? []).filter(({ level }) => level === "mandatory");
    assert.match(finding?.message ?? "", /about 113 USD a month and its budget is 60: 9 Fargate/);
    assert.equal(bob?.monthlyUsd?.toFixed(0), "113");

    const resources = await accountOf(state);
    const ofType = (type: string) => resources.filter((one) => one.type === type);
    assert.equal(ofType("aws:ec2/vpc:Vpc").length, 1);
    const rules = ofType("aws:lb/listenerRule:ListenerRule");
    assert.deepEqual(rules.map(({ inputs }) => inputs.priority).sort(), [100, 200]);
    assert.equal(new Set(rules.map(({ outputs }) => outputs.listenerArn)).size, 1);
    const services = ofType("aws:ecs/service:Service").map(({ outputs }) => outputs.tagsAll);
    const owned = { project: "ecs-handson", class: "spring", expires: "2027-03-31" };
    assert.deepEqual(services.map((tags) => (tags as { learner: string }).learner).sort(), [
      "alice",
      "山田 花子",
    ]);
    for (const tags of services) assert.deepEqual({ ...(tags as object), ...owned }, tags);
  });

  it("gives a learner whom the policies refused a command for a stack on the class's network", async () => {
    const { bob } = await commands();
    const { code, output } = await type(bob, "--config desiredCount=1 --no-serve");
    assert.equal(code, 0, output);
    const resources = await accountOf(state);
    assert.equal(resources.filter(({ type }) => type === "aws:ec2/vpc:Vpc").length, 1);
    assert.ok(resources.some(({ urn }) => urn.includes(":spring-bob::")));
  });

  it("reports the state of each stack, and updates only those that are left", async () => {
    const { code, report } = await run("status");
    assert.equal(code, 0);
    assert.deepEqual(
      report?.stacks.map(({ stack, phase, errors }) => [stack, phase, ...errors]),
      [
        ["spring-network", "up"],
        ["spring-alice", "up"],
        ["spring-hanako", "up"],
        ["spring-bob", "refused", "refused by stack-within-budget"],
      ],
    );
    await writeFile(roster, rosterText.replace("desiredCount: 9", "desiredCount: 2"));
    const again = await run("up");
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(states(again.report), {
      "spring-network": "skipped up",
      "spring-alice": "skipped up",
      "spring-hanako": "skipped up",
      "spring-bob": "succeeded up",
    });
  });

  it("lets a learner update their own stack on the class's network with the command in the report", async () => {
    const { alice } = await commands();
    assert.equal(alice, `npm run lab -- up --stack spring-alice --state ${state}`);
    const { code, output } = await type(alice, "--config desiredCount=2 --no-serve");
    assert.equal(code, 0, output);
    assert.match(output, /policies of class spring enforced/);
    const resources = await accountOf(state);
    const services = resources.filter(({ type }) => type === "aws:ecs/service:Service");
    const own = services.find(({ urn }) => urn.includes(":spring-alice::"));
    assert.equal(own?.inputs.desiredCount, 2);
    assert.equal(resources.filter(({ type }) => type === "aws:ec2/vpc:Vpc").length, 1);
  });

  it("holds a learner to their budget", async () => {
    const { alice } = await commands();
    const { code, output } = await type(alice, "--config desiredCount=9 --no-serve");
    assert.equal(code, 1, output);
    assert.match(output, /about 113 USD a month and its budget is 60/);
  });

  it("destroys everything when it is killed halfway and started again", async () => {
    const first = start("destroy", "--yes");
    const ended = end(first);
    // The record on disk says what is in progress before it begins.
    const record = path.join(state, "classes", "spring.json");
    while (!(await readFile(record, "utf8")).includes('"running"')) {
      assert.equal(first.exitCode, null, "it ended before any stack was in progress");
      await new Promise((resolve) => setImmediate(resolve));
    }
    first.kill("SIGKILL");
    await ended;
    const refused = await run("destroy");
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      /asks for confirmation; use --yes|another process is working on this class/,
    );

    let second = await run("destroy", "--yes");
    // The lock of a killed process is taken over once it is ten seconds old.
    for (let tries = 0; second.stderr.includes("another process") && tries < 100; tries += 1) {
      second = await run("destroy", "--yes");
    }
    assert.equal(second.code, 0, second.stderr);
    assert.deepEqual(await accountOf(state), []);
  });
});
