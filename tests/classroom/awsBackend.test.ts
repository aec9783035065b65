import assert from "node:assert/strict";
import { appendFile, copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import * as yaml from "yaml";

import { AwsBackend } from "../../classroom/awsBackend";
import { repository } from "../../classroom/stackSettings";

interface Call {
  args: readonly string[];
  env: Readonly<Record<string, string>>;
}

/** Stands in for the Pulumi CLI: answers as the CLI would for the stacks in `stacks`, without AWS. */
class StandIn {
  readonly calls: Call[] = [];
  readonly stacks = new Set<string>();

  constructor(private readonly refuses?: string) {}

  /** As {@link AwsBackendOptions.pulumi}. */
  readonly in = (_cwd: string, env: Call["env"]) => ({
    run: (args: readonly string[]) => this.run(args, env),
  });

  private async run(args: readonly string[], env: Call["env"]) {
    this.calls.push({ args, env });
    const [first, second] = args;
    const stack = args[args.indexOf("--stack") + 1] ?? "";
    if (first === "stack" && second === "ls") {
      return answer(JSON.stringify([...this.stacks].map((name) => ({ name, resourceCount: 46 }))));
    }
    if (first === "stack") return answer("{}");
    const log = args[args.indexOf("--event-log") + 1];
    if (log !== undefined && args.includes("--event-log")) {
      const refused = first === "preview" && stack === this.refuses;
      await appendFile(log, `${JSON.stringify(refused ? violation : summary)}\n`);
      if (refused) return { ...answer(""), code: 255 };
    }
    return answer("[]");
  }
}

const answer = (stdout: string) => ({ stdout, stderr: "", code: 0 });
const summary = {
  sequence: 1,
  summaryEvent: { maybeCorrupt: false, durationSeconds: 1, resourceChanges: { create: 46 } },
};
const violation = {
  sequence: 1,
  policyEvent: {
    policyName: "stack-within-budget",
    policyPackName: "ecs-handson",
    enforcementLevel: "mandatory",
    message: "too expensive",
  },
};

describe("a class on AWS", () => {
  let workDir: string;
  beforeEach(async () => {
    workDir = await mkdtemp(path.join(tmpdir(), "aws-"));
    await copyFile(path.join(repository, "Pulumi.yaml"), path.join(workDir, "Pulumi.yaml"));
    await writeFile(task.policyConfig, '{ "all": "mandatory" }');
  });
  afterEach(() => rm(workDir, { recursive: true }));

  const task = {
    plan: {
      stack: "spring-alice",
      config: { learner: "alice", chapters: ["fargate"], "aws:region": "us-east-1" },
    },
    get policyConfig() {
      return path.join(workDir, "alice.json");
    },
  };
  const open = (standIn: StandIn) =>
    new AwsBackend({
      project: "ecs-handson",
      policies: path.join(workDir, "spring.policies"),
      pulumi: standIn.in,
      workDir,
    });
  const signal = new AbortController().signal;
  const verbs = ({ calls }: StandIn) =>
    calls.map(({ args }) => args[0]).filter((verb) => verb !== "stack" && verb !== "version");

  it("previews under the policies and then updates, with the plan's configuration", async () => {
    const standIn = new StandIn();
    const report = await open(standIn).run("up", task, signal);
    assert.equal(report.result, "succeeded");
    assert.deepEqual(report.changes, { create: 46 });
    assert.deepEqual(verbs(standIn), ["preview", "up"]);
    for (const { env } of standIn.calls.filter(({ args }) => args[0] === "preview")) {
      assert.equal(env.PULUMI_OPTION_POLICY_PACK, path.join(repository, "policies"));
      assert.equal(env.PULUMI_OPTION_POLICY_PACK_CONFIG, task.policyConfig);
    }
    const file = await readFile(path.join(workDir, "Pulumi.spring-alice.yaml"), "utf8");
    assert.deepEqual(yaml.parse(file), {
      config: {
        "ecs-handson:learner": "alice",
        "ecs-handson:chapters": ["fargate"],
        "aws:region": "us-east-1",
      },
    });
  });

  it("keeps the class's policies in a file, which each learner's command refers to", async () => {
    const backend = open(new StandIn());
    await backend.run("up", task, signal);
    const command = backend.commandOf("spring-alice");
    assert.equal(
      command,
      "npm run pulumi -- up --stack spring-alice --policy-pack policies " +
        "--policy-pack-config spring.policies/spring-alice.json",
    );
    const kept = await readFile(path.join(workDir, "spring.policies", "spring-alice.json"), "utf8");
    assert.equal(kept, '{ "all": "mandatory" }');
  });

  it("previews and destroys in one operation each", async () => {
    const standIn = new StandIn();
    const backend = open(standIn);
    await backend.run("preview", task, signal);
    await backend.run("destroy", task, signal);
    assert.deepEqual(verbs(standIn), ["preview", "destroy"]);
  });

  it("changes nothing if a policy refuses the preview", async () => {
    const standIn = new StandIn("spring-alice");
    const report = await open(standIn).run("up", task, signal);
    assert.equal(report.result, "failed");
    assert.deepEqual(
      report.findings.map(({ policy, level }) => [policy, level]),
      [["stack-within-budget", "mandatory"]],
    );
    assert.deepEqual(verbs(standIn), ["preview"]);
  });

  it("counts the resources of each of the backend's stacks", async () => {
    const standIn = new StandIn();
    standIn.stacks.add("organization/ecs-handson/spring-alice").add("dev");
    assert.deepEqual(await open(standIn).resources(), { "spring-alice": 46, dev: 46 });
  });
});
