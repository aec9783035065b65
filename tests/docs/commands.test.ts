import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as path from "node:path";

import { repository } from "../../lab/shared/repository";
import { type Command, commandsOfAllPages, originalOf, typistOf } from "./commands";

/** Why no test types a block, by its page and its first line. */
const exceptions: Readonly<Record<string, string>> = {
  // What readers do who leave, and nobody after whom the tutorial goes on.
  "docs/tutorial/03-ec2.md: npm run lab -- up --config chapters=fargate":
    "for readers who stop here; chapter 3 needs what it would delete",
  "docs/tutorial/02-images.md: npm run lab -- up --config nginxImage=public":
    "for readers who stop here; chapter 4 goes on with the built image",
  // What takes minutes.
  "docs/tutorial/09-class.md: cp classroom.example.yaml classroom.yaml":
    "three stacks take minutes; tests/classroom/engine does it with a smaller roster",
  "docs/tutorial/09-class.md: npm run class -- up --only alice bob":
    "three stacks take minutes; tests/classroom/engine does it with a smaller roster",
  // What goes on until somebody stops it.
  "docs/tutorial/10-managed-instances.md: npm run lab -- up --stack mi --config cpu=1024 --config memory=8192":
    "it waits until Ctrl-C, as the page says",
  "docs/dashboard.md: npm run lab -- status --watch": "it goes on until Ctrl-C",
  "docs/tasks.md: npm run lab -- logs handson-dev --follow --container nginx":
    "it goes on until Ctrl-C",
  "services/README.md: HOST=127.0.0.1 PORT=8081":
    "three programs that go on until Ctrl-C; tests/services/processes starts them so",
  // What needs a stack that its page does not make.
  "docs/tasks.md: npm run lab -- run-task handson-dev --cluster handson-dev":
    "it wants a served stack; tests/door/newUser starts such a task",
  "docs/classroom.md: npm run lab -- up --stack spring-alice --config desiredCount=2":
    "it wants a class that is up; tests/classroom/engine does it",
  "docs/classroom.md: npm run class -- up --quota vpcs=31":
    "a class of thirty takes an hour; tests/lab/account/quotas tries quotas",
  "docs/lab.md: eval": "it wants a served stack; tests/door/lab types it",
  "docs/aws-cli.md: eval": "it prepares the reader's shell; tests/door/lab types it",
  // What needs the internet or an account.
  "docs/teaching.md: npm run docs:slides":
    "it installs packages; the Site workflow does it, tests/docs/slides has what it makes",
  "README.md: git clone <this repository>":
    "it needs the repository's address; tests/docs/tutorial types its last line",
  "README.md: npm ci && npm test": "it would run itself",
  "docs/ci.md: aws s3api create-bucket": "it needs an account of AWS's",
  "docs/cicd.md: eval": "it needs an account of AWS's",
  "docs/cicd.md: git config --global": "it needs an account of AWS's, and changes git's settings",
  "docs/cicd.md: for revision in": "it needs an account of AWS's",
  "docs/classroom.md: curl --header": "it needs an account of AWS's",
  "docs/tutorial/04-cicd.md: git clone":
    "it needs an account of AWS's; tests/lab/cli/push does it by git in the lab",
  // What stands in a project of the reader's.
  "docs/components-packages.md: (cd components":
    "it needs a project; tests/door/newUser and tests/door/components take these steps",
  "docs/policy-packs.md: npm pack -w policies":
    "it needs a project; tests/door/standalone takes these steps",
  "docs/policy-packs.md: npm run lab -- pulumi -C":
    "it needs a project; tests/door/standalone takes these steps",
};

const all = commandsOfAllPages();
const typed = new Set(all.filter((block) => typistOf(block)).map(({ text }) => text));

/** Why a block is left out; nothing if it is not. */
const exceptionOf = ({ page, text }: Command): string | undefined => {
  const [first = ""] = text.trimStart().split("\n");
  const key = `${originalOf(page)}: ${first}`;
  const exact = Object.keys(exceptions).find((one) => one === key);
  return exact ?? Object.keys(exceptions).find((one) => key.startsWith(`${one} `));
};

describe("a command of the documentation", () => {
  it("is typed by a test as it stands, or there is a reason why not", () => {
    const neither = all.filter(
      (block) => !typistOf(block) && !typed.has(block.text) && !exceptionOf(block),
    );
    assert.deepEqual(
      neither.map(({ info, line, page, text }) => `${page}:${line} (${info}) ${text}`),
      [],
    );
  });

  it("is left out for a reason that still stands", () => {
    const needed = all.filter((block) => !typistOf(block) && !typed.has(block.text));
    const used = new Set(needed.map(exceptionOf));
    assert.deepEqual(
      Object.keys(exceptions).filter((one) => !used.has(one)),
      [],
    );
  });

  it("is left to tests that there are", () => {
    const named = Object.values(exceptions).flatMap(
      (reason) => reason.match(/tests\/[\w/]+/g) ?? [],
    );
    assert.ok(named.length > 5);
    assert.deepEqual(
      named.filter((test) => !existsSync(path.join(repository, `${test}.test.ts`))),
      [],
    );
  });

  it("says who types it: run, serve, lab, aws, project, account or checked", () => {
    const marks = /^sh (run|serve|run fails|lab|aws|project|account|checked)$/;
    assert.deepEqual(
      all
        .filter(({ info }) => !marks.test(info))
        .map(({ info, line, page }) => `${page}:${line}: ${info}`),
      [],
    );
  });
});
