import assert from "node:assert/strict";
import * as path from "node:path";

import { repository } from "../../../../lab/shared/repository";
import {
  isJudged,
  changesStack,
  needsStack,
  pulumiCommandLine,
} from "../../../../lab/ui/commands/pulumi";

const docs = path.join(repository, "docs");
const read = (...args: string[]) => pulumiCommandLine(args, docs);

describe("a command line of pulumi for the lab", () => {
  it("applies to the program in whose folder it was typed, or below", () => {
    assert.equal(read("preview").programDir, repository);
    const infra = path.join(repository, "infra", "github-oidc");
    assert.equal(read("-C", "../infra/github-oidc", "preview").programDir, infra);
    assert.equal(read("--cwd=../infra/github-oidc", "preview").programDir, infra);
    assert.deepEqual(read("-C", "../infra/github-oidc", "preview").args, ["preview"]);
  });

  it("accepts its stack in each of pulumi's forms", () => {
    for (const args of [["-s", "bob"], ["--stack", "bob"], ["--stack=bob"], ["-s=bob"]]) {
      assert.equal(read("preview", ...args).stack, "bob", args.join(" "));
    }
    assert.equal(read("preview").stack, undefined);
  });

  it("makes paths of files absolute, and leaves other words alone", () => {
    const { args } = read("stack", "export", "--file", "x.json", "--show-secrets");
    assert.deepEqual(args, [
      "stack",
      "export",
      "--file",
      path.join(docs, "x.json"),
      "--show-secrets",
    ]);
    assert.deepEqual(read("stack", "graph", "g.dot").args[2], path.join(docs, "g.dot"));
    assert.deepEqual(read("config", "set", "name", "--", "--file").args.slice(-2), [
      "--",
      "--file",
    ]);
    assert.deepEqual(read("preview", "--save-plan=/tmp/p").args, [
      "preview",
      "--save-plan",
      "/tmp/p",
    ]);
  });

  it("is classified by what it does", () => {
    assert.equal(read("--color", "never", "stack", "output", "url").command, "stack output");
    assert.equal(read("up", "--yes").command, "up");
    assert.ok(needsStack("config") && needsStack("stack output") && needsStack("state unprotect"));
    assert.ok(!needsStack("stack init") && !needsStack("version") && !needsStack("about"));
    assert.ok(changesStack("destroy") && !changesStack("preview"));
    assert.ok(isJudged("preview") && isJudged("up") && !isJudged("destroy"));
  });
});
