import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";

import { repository } from "../../../../lab/shared/repository";
import { runDiagram } from "../../../../lab/ui/commands/diagram/command";
import { resource, wholeStack } from "./fixture";

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as npm does: one test that succeeds and one that fails are enough. */
async function typed(args: readonly string[], input = ""): Promise<Outcome> {
  const script = path.join("lab", "ui", "commands", "diagram", "cli.ts");
  const command = ["--import", "tsx", script, ...args];
  const child = spawn(process.execPath, command, { cwd: repository, stdio: "pipe" });
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code: child.exitCode, stdout, stderr };
}

async function diagram(args: readonly string[], input = ""): Promise<Outcome> {
  const stdin = Readable.from([input]);
  const streams = { stdin, stdout: new PassThrough(), stderr: new PassThrough() };
  const code = await runDiagram(args, streams);
  streams.stdout.end();
  streams.stderr.end();
  return { code, stdout: await text(streams.stdout), stderr: await text(streams.stderr) };
}

const exported = (resources: object[]) => JSON.stringify({ version: 3, deployment: { resources } });

describe("npm run diagram", () => {
  let folder: string;
  let lab: string;
  let out: string;
  const written = async () => (await readdir(folder)).filter((file) => file.endsWith(".svg"));

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "diagram-"));
    out = path.join(folder, "out.svg");
    lab = path.join(folder, "lab");
    const stacks = path.join(lab, "state", ".pulumi", "stacks", "ecs-handson");
    await mkdir(stacks, { recursive: true });
    const checkpoint = (latest: object | null) =>
      JSON.stringify({ version: 3, checkpoint: { stack: "dev", latest } });
    await writeFile(path.join(stacks, "dev.json"), checkpoint({ resources: wholeStack() }));
    await writeFile(path.join(stacks, "empty.json"), checkpoint(null));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("draws a stack of the lab, and the same picture from what pulumi stack export prints", async () => {
    const drawn = await diagram(["--lab", lab, "--stack", "dev", "--out", out]);
    assert.deepEqual(drawn, { code: 0, stdout: "", stderr: "" });
    const piped = await typed(["--state", "-", "--out", "-"], exported(wholeStack()));
    assert.deepEqual(piped, { code: 0, stdout: await readFile(out, "utf8"), stderr: "" });
  });

  it("draws in Japanese, and for a phone, if asked to", async () => {
    const asked = ["--state", "-", "--out", out];
    await diagram([...asked, "--language", "ja"], exported(wholeStack()));
    assert.match(await readFile(out, "utf8"), />ECS サービス</);
    const { code } = await diagram([...asked, "--screen", "phone"], exported(wholeStack()));
    const svg = await readFile(out, "utf8");
    assert.equal(code, 0);
    assert.match(svg, /viewBox="0 0 390 \d+"/);
    assert.match(svg, />ECS service</);
  });

  it("reports on standard error what it does not draw", async () => {
    const strange = resource("aws:quantum/computer:Computer", "one");
    const { code, stderr } = await diagram(
      ["--state", "-", "--out", out],
      exported([...wholeStack(), strange]),
    );
    assert.equal(code, 0);
    assert.match(stderr, /^note: Not drawn[^\n]*: 1 × aws:quantum\/computer:Computer\.\n$/);
  });

  const wrong: [string, () => string[], RegExp][] = [
    [
      "an unknown stack, listing those that exist",
      () => ["--lab", lab, "--stack", "dve"],
      /^error: the lab has no stack dve; there is dev, empty\n$/,
    ],
    [
      "a lab without stacks",
      () => ["--lab", path.join(folder, "none")],
      /^error: the lab has no stack dev; there is none\n$/,
    ],
    [
      "a stack without resources",
      () => ["--lab", lab, "--stack", "empty"],
      /^error: stack empty: has no resources to draw\n$/,
    ],
    ["a state that is not JSON", () => ["--state", "-"], /^error: standard input: not JSON\n$/],
    [
      "a file that is not a state",
      () => ["--state", path.join(repository, "package.json")],
      /^error: \S+package\.json: not a stack's state[^\n]*\n$/,
    ],
    [
      "a file that does not exist",
      () => ["--state", path.join(folder, "no.json")],
      /^error: \S+no\.json: cannot be read\n$/,
    ],
    [
      "contradicting options, all at once",
      () => ["--diff", "--state", "-", "--plan", "x"],
      /^error: --diff previews[^\n]*\n {7}--diff makes[^\n]*\n$/,
    ],
    [
      "a plan that is not a preview",
      () => ["--lab", lab, "--plan", path.join(repository, "package.json")],
      /^error: \S+package\.json: not the output of `pulumi preview --json`\n$/,
    ],
  ];
  it("ends with code 1 and only the reason if it fails", async () => {
    const { code, stdout, stderr } = await typed(["--state", path.join(folder, "no.json")]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^error: \S+no\.json: cannot be read\n$/);
  });

  for (const [what, args, message] of wrong) {
    it(`refuses ${what}, and writes no file`, async () => {
      const { code, stdout, stderr } = await diagram([...args(), "--out", out], "no state");
      assert.match(stderr, message);
      assert.deepEqual([code, stdout, await written()], [1, "", []]);
    });
  }
});
