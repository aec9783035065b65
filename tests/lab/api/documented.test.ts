import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";

import { missingFrom, stepsOf } from "../../docs/pages";
import { REGION } from "../account/fixtures";
import { PATIENCE_MS } from "../runtime/patience";
import { operationsTable } from "./operationsTable";
import { createLoggedWorld, KEY, serveApi, type ServedApi } from "./servedApi";

const PAGE = "docs/aws-cli.md";
const TRANSLATION = "docs/aws-cli.ja.md";
const run = promisify(execFile);

/** The page's stack is `dev`; names of the tests' account have no stack in them. */
const here = (text: string) => text.replaceAll("handson-dev", "handson");

function hasAws(): boolean {
  try {
    execFileSync("aws", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe("the page on the AWS CLI, typed with the real one", function () {
  this.timeout(2 * PATIENCE_MS);
  let served: ServedApi | undefined;

  before(async function () {
    // What the commands do is also tried by the SDK's clients, in the other files.
    if (!hasAws()) this.skip();
    served = await serveApi(createLoggedWorld);
  });
  after(() => served?.close());

  for (const { command, line, prints } of stepsOf(PAGE).filter(({ mode }) => mode === "lab")) {
    it(`line ${line}: ${command.split("\n")[0] ?? ""}`, async () => {
      const { stdout } = await run("bash", ["-ec", here(command)], {
        env: {
          PATH: process.env.PATH,
          AWS_ENDPOINT_URL: served?.url,
          AWS_ACCESS_KEY_ID: KEY.accessKeyId,
          AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
          AWS_REGION: REGION,
          AWS_DEFAULT_REGION: REGION,
          AWS_PAGER: "",
          // Nothing that somebody has configured on this machine.
          AWS_CONFIG_FILE: "/dev/null",
          AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
        },
      });
      const shown = prints.map(here);
      assert.deepEqual(missingFrom(stdout.replaceAll("\t", " "), shown), [], stdout);
    });
  }
});

describe("the page on the AWS CLI", () => {
  it("has all operations that there are", () => {
    assert.ok(stepsOf(PAGE).length > 0);
    assert.equal(operationsTable.written(PAGE), operationsTable.now());
  });

  it("has the same commands and outputs in Japanese", () => {
    const said = (page: string) => stepsOf(page).map(({ command, prints }) => [command, prints]);
    assert.deepEqual(said(TRANSLATION), said(PAGE));
    assert.equal(operationsTable.written(TRANSLATION), operationsTable.now());
  });
});
