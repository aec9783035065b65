import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";

import { repository } from "../../lab/shared/repository";
import { apart, type Command, commandsOfAllPages, originalOf, typistOf } from "./commands";

/** Why no test types a block, by its page and its first line. */
const exceptions: Readonly<Record<string, string>> = {
  // These need the internet or an account.
  "docs/teaching.md: npm run docs:slides":
    "it installs packages; the Site workflow runs it, and tests/docs/slides checks the slides",
  "README.md: git clone <this repository>":
    "it needs the repository's address; tests/docs/tutorial types its last line",
  "README.md: npm ci && npm test": "it would run itself",
  "docs/ci.md: aws s3api create-bucket": "it needs an AWS account",
  "docs/cicd.md: eval": "it needs an AWS account",
  "docs/cicd.md: git config --global": "it needs an AWS account, and changes git's settings",
  "docs/cicd.md: for revision in": "it needs an AWS account",
  "docs/classroom.md: curl --header": "it needs an AWS account",
  "docs/tutorial/04-cicd.md: git clone":
    "it needs an AWS account; tests/lab/cli/push does the same with git in the lab",
  "docs/tutorial/10-managed-instances.md: npm run lab -- serve":
    "chapter 1's npm start is still serving; tests/lab/cli/serve runs it",
  "docs/tutorial/11-express.md: npm run lab -- serve":
    "chapter 1's npm start is still serving; tests/lab/cli/serve runs it",
};

const all = commandsOfAllPages();
const typed = new Set(all.filter((block) => typistOf(block)).map(({ text }) => text));

/** Why no test types a block; undefined if there is no reason. */
const exceptionOf = ({ page, text }: Command): string | undefined => {
  const [first = ""] = text.trimStart().split("\n");
  const key = `${originalOf(page)}: ${first}`;
  const exact = Object.keys(exceptions).find((one) => one === key);
  return exact ?? Object.keys(exceptions).find((one) => key.startsWith(`${one} `));
};

describe("a command in the documentation", () => {
  it("is typed by a test as it stands, or there is a reason why not", () => {
    const neither = all.filter(
      (block) => !typistOf(block) && !typed.has(block.text) && !exceptionOf(block),
    );
    assert.deepEqual(
      neither.map(({ info, line, page, text }) => `${page}:${line} (${info}) ${text}`),
      [],
    );
  });

  it("is left out only for a reason that still applies", () => {
    const needed = all.filter((block) => !typistOf(block) && !typed.has(block.text));
    const used = new Set(needed.map(exceptionOf));
    assert.deepEqual(
      Object.keys(exceptions).filter((one) => !used.has(one)),
      [],
    );
  });

  it("is taken from its page by the test that types it", () => {
    for (const [key, test] of Object.entries(apart)) {
      const file = path.join(repository, `${test}.test.ts`);
      assert.ok(readFileSync(file, "utf8").includes(`typedApart("${key}")`), `${test}: ${key}`);
    }
  });

  it("is left only to tests that exist", () => {
    const named = Object.values(exceptions).flatMap(
      (reason) => reason.match(/tests\/[\w/]+/g) ?? [],
    );
    assert.ok(named.length > 2);
    assert.deepEqual(
      named.filter((test) => !existsSync(path.join(repository, `${test}.test.ts`))),
      [],
    );
  });

  it("says who types it: run, serve, interrupt, leave, lab, aws, project, account or checked", () => {
    const marks = /^sh (run|serve|run fails|interrupt|leave|lab|aws|project|account|checked)$/;
    assert.deepEqual(
      all
        .filter(({ info }) => !marks.test(info))
        .map(({ info, line, page }) => `${page}:${line}: ${info}`),
      [],
    );
  });
});
