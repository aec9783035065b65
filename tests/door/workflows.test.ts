import assert from "node:assert/strict";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";

import { parse } from "yaml";
import { z } from "zod";

import { repository } from "../../lab/shared/repository";
import { engineTimeout, pulumiCli } from "../lab/cli/harness";
import { Door } from "./door";

const variables = z.record(z.string(), z.coerce.string()).default({});

const workflowSchema = z.object({
  env: variables,
  jobs: z.record(
    z.string(),
    z.object({
      env: variables,
      steps: z.array(z.object({ run: z.string().optional(), env: variables })),
    }),
  ),
});

/** Replaces GitHub's expressions by their values: of terms with `||` between, the first that is known or a literal. */
function evaluate(text: string, known: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{\{ *(.*?) *\}\}/g, (_, expression: string) => {
    for (const term of expression.split("||").map((one) => one.trim())) {
      const literal = /^'(.*)'$/.exec(term)?.[1];
      const value = literal ?? known[term];
      if (value !== undefined) return value;
    }
    return "";
  });
}

describe("what the workflows run on AWS, with the lab's providers in place of AWS's", function () {
  this.timeout(3 * engineTimeout);
  let door: Door;
  let summary: string;
  let known: Record<string, string>;

  before(pulumiCli);
  before(async () => {
    door = await Door.open();
    const runner = path.join(door.folder, "runner");
    const copies = path.join(door.folder, "copies");
    await Promise.all([mkdir(runner), mkdir(copies)]);
    summary = path.join(runner, "summary.md");
    known = {
      "vars.PULUMI_BACKEND_URL": `file://${path.join(door.folder, "backend")}`,
      "vars.PULUMI_PREVIEW_BACKEND_URL": `file://${copies}`,
      // A KMS key needs an account.
      "vars.PULUMI_SECRETS_PROVIDER": "passphrase",
      "vars.CLASS_RECORDS": "s3://states/classes",
    };
    Object.assign(door.env, { GITHUB_STEP_SUMMARY: summary, RUNNER_TEMP: runner });
  });
  after(() => door.close());

  /** Runs those steps of a job that run Pulumi, in order. */
  async function run(file: string, job: string): Promise<string[]> {
    const text = await readFile(path.join(repository, ".github", "workflows", file), "utf8");
    const workflow = workflowSchema.parse(parse(text));
    const { steps, env } = workflow.jobs[job] ?? assert.fail(`${file} has no job ${job}`);
    const outputs: string[] = [];
    for (const step of steps) {
      if (!/\bpulumi |npm run (-s )?class/.test(step.run ?? "")) continue;
      const given = Object.entries({ ...workflow.env, ...env, ...step.env });
      const before = given.map(([name]) => [name, door.env[name]] as const);
      for (const [name, value] of given) door.env[name] = evaluate(value, known);
      outputs.push(await door.types(evaluate(step.run ?? "", known)));
      for (const [name, value] of before) {
        if (value === undefined) Reflect.deleteProperty(door.env, name);
        else door.env[name] = value;
      }
    }
    return outputs;
  }

  it("deploys a new stack under the policies, and puts its address in the summary", async () => {
    const outputs = await run("deploy.yml", "deploy");
    assert.equal(outputs.length, 4);
    assert.match(outputs[1] ?? "", /ecs-handson@v[\d.]+/);
    assert.match(await readFile(summary, "utf8"), /http:\/\/handson-dev-\d+/);
  });

  it("previews the stack for a pull request", async () => {
    // As in a fresh checkout: the deployment has put its stack's key into the settings of this one.
    const settings = "Pulumi.dev.yaml";
    await copyFile(path.join(repository, settings), path.join(door.checkout, settings));
    const [preview = ""] = await run("preview.yml", "aws");
    assert.match(preview, /unchanged/);
  });

  it("destroys the expired stacks of a class, and nothing else", async () => {
    await writeFile(
      path.join(door.checkout, "classroom.yaml"),
      "class: spring\nexpires: 2099-01-01\nlearners:\n  - { name: ann, expires: 2020-01-01 }\n  - bob\n",
    );
    await run("destroy-expired.yml", "destroy");
    const report = await readFile(path.join(door.env.RUNNER_TEMP ?? "", "report.json"), "utf8");
    assert.match(report, /spring-ann/);
    assert.doesNotMatch(report, /spring-bob/);
  });

  it("divides a class into slices and previews its stacks", async () => {
    Object.assign(known, {
      "inputs.operation": "preview",
      "inputs.roster": "classroom.yaml",
      "inputs.size": "10",
      "matrix.part.stacks": "spring-bob",
      "github.workspace": door.checkout,
    });
    await door.types("npm run -s class -- slices --backend aws --roster classroom.yaml --json");
    await mkdir(path.join(door.env.RUNNER_TEMP ?? "", "record"));
    await door.types(`cp *.class.json "$RUNNER_TEMP"/record`);
    await run("class.yml", "slice");
    const report = await readFile(path.join(door.checkout, "out", "report.json"), "utf8");
    assert.match(report, /"spring-bob"[^]*"create"/);
  });
});
