import assert from "node:assert/strict";
import { appendFile, copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { CommandError } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";
import * as yaml from "yaml";

import { AwsBackend } from "../../classroom/awsBackend";
import { repository } from "../../classroom/stackSettings";

interface Call {
  args: string[];
  env: Record<string, string>;
}

/** Stands in for the Pulumi CLI: answers as it does for stacks that it remembers, and has no AWS. */
class StandIn {
  readonly calls: Call[] = [];
  readonly stacks = new Set<string>();
  readonly command = "pulumi";
  // One that tells its events by a file, which is easier to stand in for than gRPC.
  readonly version = new SemVer("3.200.0");

  constructor(private readonly refuses?: string) {}

  async run(args: string[], _cwd: string, env: Record<string, string>) {
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
      // As the SDK tells of a CLI that ended badly.
      if (refused) throw new (CommandError as unknown as new (told: object) => Error)(answer(""));
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
    message: "too dear",
  },
};

describe("a class on AWS", () => {
  let workDir: string;
  beforeEach(async () => {
    workDir = await mkdtemp(path.join(tmpdir(), "aws-"));
    await copyFile(path.join(repository, "Pulumi.yaml"), path.join(workDir, "Pulumi.yaml"));
  });
  afterEach(() => rm(workDir, { recursive: true }));

  const task = {
    plan: {
      stack: "spring-alice",
      config: { learner: "alice", chapters: ["fargate"], "aws:region": "us-east-1" },
    },
    policyConfig: "/tmp/alice.json",
  };
  const open = (standIn: StandIn) =>
    new AwsBackend({
      project: "ecs-handson",

      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- it stands in
      pulumi: standIn,
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
      assert.equal(env.PULUMI_OPTION_POLICY_PACK_CONFIG, "/tmp/alice.json");
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

  it("previews and destroys by one operation each", async () => {
    const standIn = new StandIn();
    const backend = open(standIn);
    await backend.run("preview", task, signal);
    await backend.run("destroy", task, signal);
    assert.deepEqual(verbs(standIn), ["preview", "destroy"]);
  });

  it("changes nothing where a policy refuses the preview", async () => {
    const standIn = new StandIn("spring-alice");
    const report = await open(standIn).run("up", task, signal);
    assert.equal(report.result, "failed");
    assert.deepEqual(
      report.findings.map(({ policy, level }) => [policy, level]),
      [["stack-within-budget", "mandatory"]],
    );
    assert.deepEqual(verbs(standIn), ["preview"]);
  });

  it("knows the resources of the backend's stacks", async () => {
    const standIn = new StandIn();
    standIn.stacks.add("organization/ecs-handson/spring-alice").add("dev");
    assert.deepEqual(await open(standIn).resources(), { "spring-alice": 46, dev: 46 });
  });
});
