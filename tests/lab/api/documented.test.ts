import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Account } from "../../../lab/account/account";
import { repository } from "../../../lab/shared/repository";
import { cliPages } from "../../docs/commands";
import { missingFrom, stepsOf } from "../../docs/pages";
import { REGION, type World } from "../account/fixtures";
import { PATIENCE_MS } from "../runtime/patience";
import { createJoinedWorld } from "./joinedWorld";
import { operationsTable } from "./operationsTable";
import { createLoggedWorld, KEY, serveApi, type ServedApi } from "./servedApi";

const PAGE = cliPages.guide;
const TRANSLATION = "docs/aws-cli.ja.md";
const TUTORIAL = cliPages.tutorial;
const run = promisify(execFile);

function answers(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/**
 * Types the `sh lab` blocks of a page, one after the other.
 * @param make what the account has
 * @param here a page's stack is `dev`; names of the tests' account have no stack in them
 */
function typed(
  page: string,
  make: (account: Account) => Promise<World>,
  here: (text: string) => string,
): void {
  describe(`the commands of ${page}, typed with the real AWS CLI`, function () {
    this.timeout(2 * PATIENCE_MS);
    let served: ServedApi | undefined;
    let home = "";

    before(async function () {
      // What the commands do is also tried by the SDK's clients, in the other files.
      if (!answers("aws", "--version")) this.skip();
      served = await serveApi(make);
      home = mkdtempSync(join(tmpdir(), "ecs-handson-typed-"));
      cpSync(join(repository, "nginx"), join(home, "nginx"), { recursive: true });
      if (answers("docker", "version")) return;
      const stand = `#!/bin/sh\nexec "${process.execPath}" "${join(__dirname, "docker.cjs")}" "$@"\n`;
      writeFileSync(join(home, "docker"), stand, { mode: 0o755 });
    });
    after(async () => {
      await served?.close();
      if (home !== "") rmSync(home, { recursive: true });
    });

    for (const { command, line, prints } of stepsOf(page).filter(({ mode }) => mode === "lab")) {
      it(`line ${line}: ${command.split("\n")[0] ?? ""}`, async () => {
        const { stdout } = await run("bash", ["-ec", here(command)], {
          cwd: home,
          env: {
            PATH: `${home}:${process.env.PATH ?? ""}`,
            HOME: home,
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
}

typed(PAGE, createLoggedWorld, (text) => text.replaceAll("handson-dev", "handson"));
typed(TUTORIAL, createJoinedWorld, (text) => text.replaceAll("nginx-dev", "instances"));

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
