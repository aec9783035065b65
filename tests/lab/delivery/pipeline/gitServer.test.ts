import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { Account } from "../../../../lab/account/account";
import { followContents } from "../../../../lab/account/contents";
import { git } from "../../../../lab/delivery/pipeline/git";
import { type BranchChange, GitServer } from "../../../../lab/delivery/pipeline/gitServer";
import { Repositories } from "../../../../lab/delivery/pipeline/repositories";
import { create, TYPES } from "../../account/fixtures";

const AUTHOR = ["-c", "user.name=Learner", "-c", "user.email=learner@example.com"];

describe("The git server", () => {
  let dir: string;
  let account: Account;
  let repositories: Repositories;
  let server: GitServer;
  let changes: BranchChange[];
  let url: string;

  before(async () => {
    dir = mkdtempSync(path.join(tmpdir(), "git-"));
    account = Account.inMemory();
    await create(account, "codeRepository", { repositoryName: "ecs-handson.nginx-dev" });
    repositories = new Repositories(account, dir);
    changes = [];
    server = await GitServer.start({
      repositories,
      password: "open sesame",
      port: 0,
      onChange: (change) => {
        changes.push(change);
        return Promise.resolve();
      },
    });
    url = server.cloneUrl("ecs-handson.nginx-dev");
  });
  after(async () => {
    await server.close();
    rmSync(dir, { recursive: true });
  });

  const withPassword = (password = "open sesame") => {
    const full = new URL(url);
    full.username = "lab";
    full.password = password;
    return full.href;
  };

  async function clone(): Promise<string> {
    const folder = mkdtempSync(path.join(dir, "clone-"));
    await git(["clone", "--quiet", withPassword(), folder], { cwd: dir });
    return folder;
  }

  async function push(folder: string, text: string, branch: string): Promise<string> {
    mkdirSync(path.join(folder, "nginx"), { recursive: true });
    writeFileSync(path.join(folder, "nginx", "page"), text);
    await git(["add", "-A"], { cwd: folder });
    await git([...AUTHOR, "commit", "--quiet", "-m", `Say ${text}`], { cwd: folder });
    await git(["push", "--quiet", "origin", `HEAD:refs/heads/${branch}`], { cwd: folder });
    return git(["rev-parse", "HEAD"], { cwd: folder });
  }

  it("starts with an empty repository, accepts pushes and reports each branch", async () => {
    assert.deepEqual(await repositories.branches("ecs-handson.nginx-dev"), {});
    const folder = await clone();
    const first = await push(folder, "one", "main");
    const second = await push(folder, "two", "main");
    const other = await push(folder, "three", "feature/x");
    const repository = "ecs-handson.nginx-dev";
    assert.deepEqual(changes, [
      { repository, branch: "main", commit: first },
      { repository, branch: "main", oldCommit: first, commit: second },
      { repository, branch: "feature/x", commit: other },
    ]);
    assert.deepEqual(repositories.lastSeen(repository), { main: second, "feature/x": other });
    assert.equal((await repositories.commit(repository, second)).message, "Say two");
  });

  it("serves what was pushed, from the branch that was pushed first", async () => {
    const folder = await clone();
    assert.equal(readFileSync(path.join(folder, "nginx", "page"), "utf8"), "two");
  });

  it("accepts a push larger than git sends at once", async () => {
    const folder = await clone();
    const bytes = Buffer.alloc(3 * 1024 * 1024);
    for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 2654435761) >>> 13;
    writeFileSync(path.join(folder, "large"), bytes);
    await git(["config", "http.postBuffer", "65536"], { cwd: folder });
    const commit = await push(folder, "large", "large");
    assert.equal(repositories.lastSeen("ecs-handson.nginx-dev").large, commit);
  });

  it("reports a branch that a push deletes", async () => {
    const folder = await clone();
    changes.length = 0;
    await git(["push", "--quiet", "origin", ":refs/heads/large"], { cwd: folder });
    assert.deepEqual(
      changes.map(({ branch, commit }) => [branch, commit]),
      [["large", undefined]],
    );
  });

  it("refuses a wrong or missing password", async () => {
    const refused = /Authentication failed|could not read Username/;
    await assert.rejects(git(["ls-remote", withPassword("guess")], { cwd: dir }), refused);
    await assert.rejects(git(["ls-remote", url], { cwd: dir }), refused);
  });

  it("refuses what a browser sends for another site, and another host name", async () => {
    const auth = `Basic ${Buffer.from("lab:open sesame").toString("base64")}`;
    const status = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        const path = `${url}/info/refs?service=git-upload-pack`;
        request(path, { headers: { authorization: auth, ...headers } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on("error", reject)
          .end();
      });
    assert.equal(await status({}), 200);
    assert.equal(await status({ origin: "http://evil.example" }), 403);
    assert.equal(await status({ host: "evil.example" }), 403);
  });

  it("knows no repository that the account does not have", async () => {
    const other = withPassword().replace("ecs-handson", "other");
    await assert.rejects(git(["ls-remote", other], { cwd: dir }), /not found/);
  });

  it("removes a repository with its record, whatever deletes the record", async () => {
    const stop = followContents(account, dir);
    await create(account, "codeRepository", { repositoryName: "short-lived" });
    const folder = await repositories.open("short-lived");
    await account.delete(TYPES.codeRepository, "short-lived");
    stop();
    assert.throws(() => readFileSync(path.join(folder, "HEAD")), /ENOENT/);
  });
});
