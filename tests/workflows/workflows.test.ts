import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

import which from "which";
import { parse } from "yaml";
import { z } from "zod";

import { repository } from "../../lab/shared/repository";
import { chapters } from "../../settings";

const folder = path.join(repository, ".github", "workflows");
const run = promisify(execFile);

const permissions = z.record(z.string(), z.enum(["read", "write", "none"]));
const step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
});
const job = z.object({
  if: z.string().default(""),
  permissions: permissions.default({}),
  environment: z.unknown().optional(),
  "timeout-minutes": z.number().optional(),
  steps: z.array(step),
});
const workflow = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions: z.unknown(),
  concurrency: z.unknown().optional(),
  env: z.record(z.string(), z.string()).default({}),
  jobs: z.record(z.string(), job),
});
type Job = z.output<typeof job>;

/** An expression that may contain what somebody outside has written. */
const untrusted = /\$\{\{[^}]*(github\.event|github\.head_ref|inputs\.|vars\.|steps\.|needs\.)/;

describe("the workflows", () => {
  const files = new Map<string, { text: string; content: z.output<typeof workflow> }>();
  before(async () => {
    for (const name of await readdir(folder)) {
      const text = await readFile(path.join(folder, name), "utf8");
      files.set(name, { text, content: workflow.parse(parse(text)) });
    }
    assert.ok(files.size > 0);
  });

  for (const page of ["docs/ci.md", "docs/ci.ja.md"]) {
    it(`are all on ${page}`, async () => {
      const markdown = await readFile(path.join(repository, page), "utf8");
      const listed = [...markdown.matchAll(/^\| `([\w-]+)` /gm)].map(([, name]) => `${name}.yml`);
      assert.deepEqual(
        [...files.keys()].filter((name) => !listed.includes(name)),
        [],
      );
    });
  }

  const workflows = () => [...files].map(([name, { content }]) => ({ name, ...content }));
  const jobs = () =>
    workflows().flatMap(({ name, jobs, on }) =>
      Object.entries(jobs).map(([id, one]) => ({ ...one, where: `${name}: ${id}`, on })),
    );
  const steps = () =>
    jobs().flatMap(({ where, steps }) => steps.map((each) => ({ ...each, where })));

  it("pin every action to a commit, with its version beside it", () => {
    for (const [name, { text }] of files) {
      for (const [line] of text.matchAll(/^.*\buses:.*$/gm)) {
        assert.match(line, /uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, name);
      }
    }
  });

  it("pin an action to the same commit everywhere", () => {
    const pins = new Set(
      [...files.values()].flatMap(({ text }) => text.match(/\S+@\w{40}.*/g) ?? []),
    );
    const actions = new Set([...pins].map((pin) => pin.replace(/@.*/, "")));
    assert.equal(pins.size, actions.size, [...pins].sort().join("\n"));
  });

  it("give no permission to a job that does not ask for it, and none to all jobs", () => {
    for (const { name, permissions: given } of workflows()) assert.deepEqual(given, {}, name);
    for (const { where, permissions: given } of jobs()) {
      assert.ok(Object.keys(given).length > 0, `${where} declares its permissions`);
      assert.notEqual(given.contents, "write", where);
    }
  });

  it("let a pull request's code write nothing and have no secret", () => {
    for (const [name, { text, content }] of files) {
      assert.ok(!("pull_request_target" in content.on), name);
      if (!("pull_request" in content.on)) continue;
      assert.doesNotMatch(text, /secrets\.|secrets:/, name);
      for (const [id, one] of Object.entries(content.jobs)) {
        const writes = Object.entries(one.permissions).filter(([, level]) => level === "write");
        const expected = isTrusted(one) ? [["id-token", "write"]] : [];
        assert.deepEqual(writes, expected, `${name}: ${id}`);
      }
    }
  });

  it("get an AWS role only in an environment, and never stored keys", () => {
    const withRole = jobs().filter(({ steps }) =>
      steps.some(({ uses }) => uses?.startsWith("aws-actions/configure-aws-credentials@")),
    );
    assert.ok(withRole.length > 0);
    for (const { where, environment, permissions: given, steps } of withRole) {
      assert.ok(environment !== undefined, where);
      assert.equal(given["id-token"], "write", where);
      for (const { with: parameters } of steps) {
        assert.ok(!Object.keys(parameters).some((key) => /access-key|session-token/.test(key)));
      }
    }
    const others = jobs().filter(({ where }) => !withRole.some((one) => one.where === where));
    for (const { where, permissions: given } of others) {
      assert.equal(given["id-token"], undefined, where);
    }
  });

  it("leave no token behind in a checkout", () => {
    for (const { uses, with: parameters, where } of steps()) {
      if (!uses?.startsWith("actions/checkout@")) continue;
      assert.equal(parameters["persist-credentials"], false, where);
    }
  });

  it("put nothing that others wrote into a script", () => {
    for (const { run: script = "", with: parameters, where } of steps()) {
      assert.doesNotMatch(script, untrusted, where);
      assert.doesNotMatch(JSON.stringify(parameters.script ?? ""), /\$\{\{/, where);
    }
  });

  it("run what may write on pull requests from the default branch's code", () => {
    const writers = workflows().filter(({ jobs }) =>
      Object.values(jobs).some(({ permissions: given }) => given["pull-requests"] === "write"),
    );
    assert.deepEqual(
      writers.map(({ name }) => name),
      ["preview-comment.yml"],
    );
    const { on, jobs } = writers[0] ?? { on: {}, jobs: {} };
    assert.deepEqual(Object.keys(on), ["workflow_run"]);
    for (const { uses, with: parameters } of Object.values(jobs).flatMap((one) => one.steps)) {
      if (uses?.startsWith("actions/checkout@")) assert.equal(parameters.ref, undefined);
    }
  });

  it("have time limits, and never run twice on the same at once", () => {
    for (const { name, concurrency } of workflows()) assert.ok(concurrency !== undefined, name);
    for (const { where, "timeout-minutes": minutes } of jobs()) {
      assert.ok(minutes !== undefined && minutes <= 180, where);
    }
  });

  it("preview every chapter", () => {
    const given = files.get("preview.yml")?.content.env.CHAPTERS ?? "";
    const previewed = z.array(z.string()).parse(JSON.parse(given));
    const all = chapters.filter((chapter) => chapter !== "network");
    assert.deepEqual(previewed, all);
  });

  it("run only scripts that exist", async () => {
    const { scripts } = JSON.parse(
      await readFile(path.join(repository, "package.json"), "utf8"),
    ) as { scripts: Record<string, string> };
    for (const { run: script = "", where } of steps()) {
      for (const [, name = ""] of script.matchAll(/npm run (?:-s )?([\w:]+)/g)) {
        assert.ok(name in scripts, `${where}: npm run ${name}`);
      }
    }
  });

  it("pass actionlint", async function () {
    // The first time it is compiled, which takes a minute on a busy machine.
    this.timeout(600_000);
    if ((await which("go", { nothrow: true })) === null) this.skip();
    const cwd = path.join(repository, "tests", "workflows", "actionlint");
    const built = await mkdtemp(path.join(tmpdir(), "actionlint-"));
    try {
      const linter = path.join(built, "actionlint");
      const args = ["build", "-o", linter, "github.com/rhysd/actionlint/cmd/actionlint"];
      await run("go", args, { cwd });
      const names = [...files.keys()].map((name) => path.join(folder, name));
      const findings = await run(linter, ["-oneline", "-shellcheck=", "-pyflakes=", ...names]).then(
        ({ stdout }) => stdout,
        (error: unknown) => String((error as { stdout: string }).stdout || error),
      );
      assert.equal(findings, "");
    } finally {
      await rm(built, { recursive: true });
    }
  });
});

/** Whether a job runs only for branches of the repository itself. */
function isTrusted({ if: condition, environment }: Job): boolean {
  return (
    condition.includes("github.event.pull_request.head.repo.full_name == github.repository") &&
    !condition.includes("||") &&
    environment !== undefined
  );
}
