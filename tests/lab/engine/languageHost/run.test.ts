import assert from "node:assert/strict";
import * as path from "node:path";

import { ProgramInfo, RunRequest } from "@pulumi/pulumi/proto/language_pb";
import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

import {
  commandLine,
  shellQuoted,
  shellWords,
} from "../../../../lab/engine/languageHost/nodeProcess";
import { runOf } from "../../../../lab/engine/languageHost/run";
import { repository } from "../../../../lab/shared/repository";

function request(options: Record<string, string | boolean>, change?: (run: RunRequest) => void) {
  const info = new ProgramInfo();
  info.setRootDirectory("/work/project");
  info.setProgramDirectory("/work/program");
  info.setEntryPoint(".");
  info.setOptions(Struct.fromJavaScript(options));
  const run = new RunRequest();
  run.setInfo(info);
  run.setProject("site");
  run.setStack("dev");
  run.setOrganization("organization");
  run.setPwd("/work/program");
  run.setParallel(8);
  run.setMonitorAddress("127.0.0.1:2");
  run.getConfigMap().set("site:count", "2");
  run.setConfigsecretkeysList(["site:key"]);
  change?.(run);
  return runOf(run, "127.0.0.1:1");
}

describe("a program that the language host runs", () => {
  it("gets all arguments that the SDK's runner accepts, and runs in its folder", () => {
    const { entry, args, env } = request({ typescript: false });
    assert.deepEqual(entry, { directory: "/work/program", runner: "run", nodeArgs: [] });
    assert.deepEqual(args, [
      ...["--monitor", "127.0.0.1:2"],
      ...["--engine", "127.0.0.1:1"],
      ...["--organization", "organization"],
      ...["--project", "site"],
      ...["--root-directory", "/work/project"],
      ...["--stack", "dev"],
      ...["--pwd", "/work/program"],
      ...["--parallel", "8"],
      ".",
    ]);
    assert.deepEqual(env, {
      PULUMI_CONFIG: '{"site:count":"2"}',
      PULUMI_CONFIG_SECRET_KEYS: '["site:key"]',
    });
  });

  it("is loaded by Pulumi's own loader unless its project says otherwise", () => {
    assert.equal(request({}).env.PULUMI_NODEJS_TYPESCRIPT, "true");
    assert.equal(request({ tsconfig: "t.json" }).env.PULUMI_NODEJS_TSCONFIG_PATH, "t.json");
    assert.equal("PULUMI_NODEJS_TYPESCRIPT" in request({ typescript: false }).env, false);
  });

  it("gets the flag for a preview, and its own arguments last", () => {
    const { args } = request({}, (run) => {
      run.setDryrun(true);
      run.setArgsList(["one", "--two"]);
    });
    assert.deepEqual(args.slice(-4), ["--dry-run", ".", "one", "--two"]);
  });

  it("gets Node.js's flags from the project, before the SDK's runner", () => {
    const { entry } = request({ nodeargs: "--require 'a b.cjs' --max-old-space-size=64" });
    assert.deepEqual(entry.nodeArgs, ["--require", "a b.cjs", "--max-old-space-size=64"]);
    const line = commandLine({ ...entry, directory: repository });
    assert.deepEqual(line.slice(2, -1), entry.nodeArgs);
    assert.match(line.at(-1) ?? "", /@pulumi[\\/]pulumi[\\/]cmd[\\/]run[\\/]index\.js$/);
  });

  it("is rejected if the SDK is not installed, with what to do", () => {
    const entry = { directory: path.parse(repository).root, runner: "run", nodeArgs: [] } as const;
    assert.throws(() => commandLine(entry), /SDK is not installed for .*; run npm ci/);
  });
});

describe("flags in one line of text", () => {
  it("are the words that were quoted for a shell, whatever they contain", () => {
    const word = fc.string({ unit: "binary", minLength: 1 }).filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const line = words.map(shellQuoted).join(" ");
        assert.deepEqual(shellWords(line), words);
      }),
    );
  });

  for (const [line, words] of [
    ["", []],
    ["  --a   --b=c ", ["--a", "--b=c"]],
    ['--require "a \\"b\\" c"', ["--require", 'a "b" c']],
    ["a\\ b", ["a b"]],
    [`--x='1 2'"3 4"5`, ["--x=1 23 45"]],
  ] as const) {
    it(`in ${JSON.stringify(line)} are ${JSON.stringify(words)}`, () => {
      assert.deepEqual(shellWords(line), words);
    });
  }
});
