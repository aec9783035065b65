import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import fc from "fast-check";

import {
  type BuildRequest,
  type BuildResult,
  runBuild,
} from "../../../../lab/delivery/pipeline/build";
import { isolation } from "../../../../lab/delivery/pipeline/buildProcesses";
import { parseBuildspec } from "../../../../lab/delivery/pipeline/buildspec";

/** A buildspec with commands by phase. */
function spec(phases: Record<string, readonly string[]>, rest = ""): string {
  const lines = Object.entries(phases).flatMap(([name, commands]) => [
    `  ${name}:`,
    "    commands:",
    ...commands.map((command) => `      - ${JSON.stringify(command)}`),
  ]);
  return ["version: 0.2", "phases:", ...lines, rest, ""].join("\n");
}

describe("A buildspec", () => {
  const refused: readonly [string, string, RegExp][] = [
    ["that is not YAML", "version: 0.2\nphases: [\n", /at line [23]$/],
    ["with a tab", "version: 0.2\nphases:\n\tbuild:\n", /at line 3$/],
    [
      "with a command that YAML takes for a map",
      "version: 0.2\nphases:\n  build:\n    commands:\n      - echo ok\n      - echo a: b\n",
      /^Expected Commands\[1\] to be of string type: found subkeys instead at line 6$/,
    ],
    ["without a version", "phases: {}\n", /^version: .* at line 1$/],
    ["of another version", "version: 0.1\nphases: {}\n", /^version: .* at line 1$/],
    ["without phases", "version: 0.2\n", /^phases: .* at line 1$/],
    [
      "with a phase that does not exist",
      "version: 0.2\nphases:\n  prebuild:\n    commands: []\n",
      /^phases: unknown prebuild at line 3$/,
    ],
    [
      "that wants secrets from another service",
      "version: 0.2\nenv:\n  secrets-manager:\n    A: b\nphases: {}\n",
      /^env\.secrets-manager: is not supported in the lab at line 4$/,
    ],
    ["that is a string", "docker build .\n", /^the buildspec: /],
  ];
  for (const [what, text, message] of refused) {
    it(`${what} is rejected with its line`, () => {
      assert.throws(() => parseBuildspec(text), { name: "BuildspecError", message });
    });
  }

  it("has all its errors reported at once", () => {
    const text = "version: 0.3\nphases:\n  build:\n    command: []\n  test: {}\n";
    assert.throws(() => parseBuildspec(text), /version: .*unknown command.*unknown test/);
  });

  it("gives commands in order, variables as strings, and artifacts", () => {
    const given = parseBuildspec(
      [
        "version: 0.2",
        "env: { shell: bash, variables: { A: 1, B: yes }, exported-variables: [A] }",
        "phases:",
        "  build: { on-failure: CONTINUE, commands: [one, two], finally: [three] }",
        "artifacts: { files: [a/*], discard-paths: yes, secondary-artifacts: { x: { files: [b] } } }",
      ].join("\n"),
    );
    assert.deepEqual(given, {
      shell: "bash",
      variables: { A: "1", B: "yes" },
      exportedVariables: ["A"],
      phases: { build: { commands: ["one", "two"], finally: ["three"], continues: true } },
      artifact: { files: ["a/*"], excludes: [], discardPaths: true },
      secondaryArtifacts: { x: { files: ["b"], excludes: [], discardPaths: false } },
    });
  });
});

describe("A build", function () {
  this.timeout(60_000);
  let sourceDir: string;
  let log: string[];

  beforeEach(() => {
    sourceDir = mkdtempSync(path.join(tmpdir(), "build-"));
    log = [];
  });
  afterEach(() => {
    rmSync(sourceDir, { recursive: true });
  });

  function build(buildspec: string, patch: Partial<BuildRequest> = {}): Promise<BuildResult> {
    writeFileSync(path.join(sourceDir, "buildspec.yml"), buildspec);
    return runBuild({
      sourceDir,
      buildspec: "buildspec.yml",
      environment: { PATH: process.env.PATH ?? "" },
      artifacts: [],
      timeoutMs: 60_000,
      signal: new AbortController().signal,
      onLine: (line) => log.push(line),
      ...patch,
    });
  }

  /** What the commands wrote, without the build's own lines. */
  const output = () => log.filter((line) => !line.startsWith("[Container] "));

  it("runs all commands of all phases in order in one shell", async () => {
    const text = spec({
      install: ["cd /", "A=one"],
      pre_build: ['f() { echo "it\'s $1"; }'],
      build: ["f $A", "pwd >&2", "printf no-line-end"],
      post_build: ["echo end"],
    });
    assert.equal((await build(text)).status, "SUCCEEDED");
    assert.deepEqual(output(), ["it's one", "/", "no-line-end", "end"]);
  });

  it("passes exactly the given environment on to its commands", async () => {
    const environment = { PATH: process.env.PATH ?? "", COMMIT: "1a2b" };
    const text = spec({ build: ["env"] }, "env: { variables: { COMMIT: mine, OTHER: too } }");
    process.env.LAB_TEST_SECRET = "from outside";
    await build(text, { environment }).finally(() => delete process.env.LAB_TEST_SECRET);
    const names = output().map((line) => line.split("=")[0]);
    assert.ok(output().includes("COMMIT=1a2b") && output().includes("OTHER=too"));
    assert.ok(!names.includes("LAB_TEST_SECRET"));
    const ours = ["PATH", "COMMIT", "OTHER", "CODEBUILD_BUILD_SUCCEEDING"];
    const shells = ["PWD", "OLDPWD", "SHLVL", "_"];
    assert.deepEqual(
      names.filter((name = "") => ![...ours, ...shells].includes(name)),
      [],
    );
  });

  it("ends at the command that fails, with its text, and says so in the log", async () => {
    const text = spec({
      pre_build: ["echo before", "exit_with() { return 3; }; exit_with", "echo after"],
    });
    const { status, phase, code, message } = await build(text);
    assert.deepEqual([status, phase, code], ["FAILED", "PRE_BUILD", "COMMAND_EXECUTION_ERROR"]);
    assert.match(
      message ?? "",
      /^Error while executing command: .*exit_with\. Reason: exit status 3$/,
    );
    assert.deepEqual(output(), ["before"]);
    assert.match(log.join("\n"), /Phase complete: PRE_BUILD State: FAILED/);
  });

  it("runs post_build after a failed build, which it can see, and nothing after a failed install", async () => {
    const post = { post_build: ["echo succeeding: $CODEBUILD_BUILD_SUCCEEDING"] };
    assert.equal((await build(spec({ build: ["false"], ...post }))).phase, "BUILD");
    assert.deepEqual(output(), ["succeeding: 0"]);
    log.length = 0;
    assert.equal((await build(spec({ install: ["false"], ...post }))).phase, "INSTALL");
    assert.deepEqual(output(), []);
  });

  it("survives a command that exits the shell, with an error or not: the next phase has a new shell", async () => {
    const text = spec({ install: ["exit 0"], build: ["exit 7"], post_build: ["echo still here"] });
    const { phase, message } = await build(text);
    assert.equal(phase, "BUILD");
    assert.match(message ?? "", /exit status 7$/);
    assert.deepEqual(output(), ["still here"]);
  });

  it("runs the commands under finally, and continues after a failure if on-failure says so", async () => {
    const text =
      "version: 0.2\nphases:\n  build:\n    on-failure: CONTINUE\n    commands: ['false', echo no]\n" +
      "    finally: [echo finally]\n  post_build:\n    commands: [echo $CODEBUILD_BUILD_SUCCEEDING]\n";
    assert.equal((await build(text)).status, "SUCCEEDED");
    assert.deepEqual(output(), ["finally", "1"]);
  });

  it("fails before any command if the buildspec is invalid or missing", async () => {
    const wrong = await build("version: 0.2\nphases: [\n");
    assert.deepEqual([wrong.phase, wrong.code], ["DOWNLOAD_SOURCE", "YAML_FILE_ERROR"]);
    const missing = await build("", { buildspec: "other.yml" });
    assert.equal(missing.code, "YAML_FILE_ERROR");
    assert.match(missing.message ?? "", /^stat .*other\.yml: no such file or directory$/);
  });

  it("collects the artifact by its patterns", async () => {
    mkdirSync(path.join(sourceDir, "out", "deep"), { recursive: true });
    const commands = ["echo '[]' > imagedefinitions.json", "echo x > out/deep/x", "echo y > out/y"];
    const artifacts = ["Built"];
    const simple = await build(
      spec({ build: commands }, "artifacts: { files: [imagedefinitions.json] }"),
      { artifacts },
    );
    assert.deepEqual(Object.keys(simple.artifacts.Built ?? {}), ["imagedefinitions.json"]);
    const text = "artifacts: { files: ['**/*'], base-directory: out, exclude-paths: [y] }";
    const deep = await build(spec({ build: commands }, text), { artifacts });
    assert.deepEqual(Object.keys(deep.artifacts.Built ?? {}), ["deep/x"]);
  });

  it("fills each of several artifacts with what the buildspec has under its name", async () => {
    const text = "artifacts: { secondary-artifacts: { A: { files: [a] }, B: { files: [b] } } }";
    const commands = ["touch a b"];
    const { artifacts } = await build(spec({ build: commands }, text), { artifacts: ["A", "B"] });
    assert.deepEqual(
      Object.entries(artifacts).map(([name, files]) => [name, Object.keys(files)]),
      [
        ["A", ["a"]],
        ["B", ["b"]],
      ],
    );
    const other = await build(spec({ build: commands }, text), { artifacts: ["A", "C"] });
    assert.match(other.message ?? "", /^no definition for output artifact C$/);
  });

  it("fails at UPLOAD_ARTIFACTS when a file of the artifact is missing", async () => {
    const text = spec({ build: ["true"] }, "artifacts: { files: [imagedefinitions.json] }");
    const { phase, code, message } = await build(text, { artifacts: ["Built"] });
    assert.deepEqual(
      [phase, code, message],
      ["UPLOAD_ARTIFACTS", "CLIENT_ERROR", "no matching artifact paths found"],
    );
  });

  it("returns exported variables, including those of several lines", async () => {
    const text = spec(
      { build: ["TAG=1a2b; NOTE=$(printf 'one\\ntwo')"] },
      "env: { exported-variables: [TAG, NOTE, NONE] }",
    );
    assert.deepEqual((await build(text)).exported, { TAG: "1a2b", NOTE: "one\ntwo", NONE: "" });
  });

  const isolations: readonly [string, BuildRequest["isolation"]][] = [
    ["", undefined],
    [" if its processes are not isolated", () => Promise.resolve([])],
  ];
  for (const [where, isolate] of isolations) {
    it(`ends when it takes too long, and leaves nothing running${where}`, async () => {
      const id = `site:${randomUUID()}`;
      const left = String(600 + Math.random());
      const environment = { PATH: process.env.PATH ?? "", CODEBUILD_BUILD_ID: id };
      const text = spec({
        build: [`sleep ${left} &`, `setsid sleep ${left} &`, "echo $!", "sleep 600"],
      });
      const options = { timeoutMs: 3000, environment, ...(isolate && { isolation: isolate }) };
      assert.equal((await build(text, options)).status, "TIMED_OUT");
      assert.match(output().at(-1) ?? "", /^\d+$/);
      while (processesWith(left).length > 0) await new Promise(setImmediate);
    });
  }

  it("does not see its user's other processes, where the machine allows that", async function () {
    if ((await isolation()).length === 0) this.skip();
    const words = 'tr "\\0" "\\n" < /proc/$PPID/environ; ls -d /proc/[0-9]* | wc -l';
    process.env.LAB_TEST_SECRET = "from outside";
    const text = spec({ build: [words, `cat /proc/[0-9]*/environ | grep -c LAB_TEST || true`] });
    await build(text).finally(() => delete process.env.LAB_TEST_SECRET);
    assert.equal(output().at(-1), "0");
    assert.ok(Number(output().at(-2)) < 10, output().join("\n"));
  });

  it("continues after a line that arrives in many pieces, which the log shortens", async () => {
    const long = "head -c 3000000 /dev/zero | tr '\\0' x";
    assert.equal((await build(spec({ build: [long, "echo after"] }))).status, "SUCCEEDED");
    assert.equal(output().at(-1), "after");
    assert.ok(output().every((line) => line.length <= 4000));
  });

  it("ends when it is stopped, in the middle of a command", async () => {
    const stop = new AbortController();
    const text = spec({ build: ["echo now", "sleep 600"], post_build: ["echo never"] });
    const onLine = (line: string) => {
      log.push(line);
      if (line.includes("Running command sleep")) stop.abort();
    };
    assert.equal((await build(text, { signal: stop.signal, onLine })).status, "STOPPED");
    assert.deepEqual(output(), ["now"]);
  });

  it("runs any command as the shell would, whatever characters it has", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 20 }), {
          minLength: 1,
          maxLength: 4,
        }),
        async (texts) => {
          log = [];
          const commands = texts.map((text) => `printf '%s\\n' '${text.replaceAll("'", `'\\''`)}'`);
          assert.equal((await build(spec({ build: commands }))).status, "SUCCEEDED");
          assert.deepEqual(
            output(),
            texts.filter((text) => !text.startsWith("[Container] ")),
          );
        },
      ),
      { numRuns: 15 },
    );
  });
});

/** Ids of this machine's processes that have a word on their command line. */
function processesWith(word: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(word);
    } catch {
      return false;
    }
  });
}
