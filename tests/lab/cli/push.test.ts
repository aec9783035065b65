import assert from "node:assert/strict";
import { cp, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { readdirSync } from "node:fs";
import * as path from "node:path";
import { setTimeout } from "node:timers/promises";

import { credentialHelper } from "../../../lab/delivery/pipeline/delivery";
import { git } from "../../../lab/delivery/pipeline/git";
import type { PipelineRunStatus } from "../../../lab/delivery/pipeline/status";
import type { LabStatus } from "../../../lab/host/host";
import { followStatus } from "../../../lab/host/openHost";
import { repository } from "../../../lab/shared/repository";
import { startLoad } from "../runtime/controlplane/load";
import {
  accountOf,
  engineTimeout,
  lab,
  type LabExit,
  labReport,
  LabProcess,
  pulumiCli,
  stateFolder,
} from "./harness";

const STACKS = ["rolling", "bluegreen", "canary"] as const;
type Stack = (typeof STACKS)[number];

describe("a push to the lab's git repository", function () {
  this.timeout(4 * engineTimeout);
  let state: string;
  let remove: () => Promise<void>;
  let served: LabProcess;

  before(pulumiCli);
  before(async () => {
    ({ state, remove } = await stateFolder());
    const serving = ["--runtime", "static", "--port", "0", "--no-dashboard"];
    served = new LabProcess(["serve", "--state", state, ...serving]);
    await served.prints(/Ctrl-C stops/);
    for (const stack of STACKS) {
      const config = ["--config", 'chapters=["cicd"]', "--config", `cicdDeploy=${stack}`];
      const target = ["--stack", stack, "--state", state, "--no-serve"];
      const report = await labReport("up", ...target, ...config);
      assert.deepEqual([report.errors, report.result], [[], "succeeded"]);
    }
    for (const stack of STACKS) await until(async () => (await page(stack)).includes("Amazon ECS"));
  });
  after(async () => {
    served.child.kill("SIGKILL");
    await remove();
  });

  async function status(): Promise<LabStatus> {
    const enough = new AbortController();
    for await (const now of followStatus(state, enough.signal)) {
      enough.abort();
      return now;
    }
    throw new Error("the lab has ended");
  }

  /** Address of a stack's page; the port alone tells the load balancers apart. */
  async function url(stack: Stack): Promise<string> {
    const { plane } = await status();
    const balancer = plane?.loadBalancers.find(({ name }) => name === `handson-${stack}`);
    assert.ok(balancer?.url, `${stack} is served`);
    return `http://127.0.0.1:${new URL(balancer.url).port}/`;
  }

  async function page(stack: Stack): Promise<string> {
    const { plane } = await status();
    const balancer = plane?.loadBalancers.find(({ name }) => name === `handson-${stack}`);
    if (balancer?.url === undefined) return "";
    return (await fetch(`http://127.0.0.1:${new URL(balancer.url).port}/`)).text();
  }

  /** A copy of what is pushed, for tests to change. */
  async function source(text?: string): Promise<string> {
    const folder = await mkdtemp(path.join(state, "source-"));
    await cp(path.join(repository, "nginx"), path.join(folder, "nginx"), { recursive: true });
    await cp(
      path.join(repository, "buildspec_nginx.yml"),
      path.join(folder, "buildspec_nginx.yml"),
    );
    if (text !== undefined) await writeFile(path.join(folder, "nginx", "html", "index.html"), text);
    return folder;
  }

  function push(stack: Stack, from: string, ...more: string[]): Promise<LabExit> {
    return lab("push", "--state", state, "--stack", stack, "--from", from, ...more);
  }

  async function runs(stack: Stack): Promise<readonly PipelineRunStatus[]> {
    const { pipelines = [] } = await status();
    return pipelines.find(({ name }) => name === `cicd-${stack}`)?.runs ?? [];
  }

  const ended = async (stack: Stack) =>
    (await runs(stack)).every((run) => run.status !== "InProgress");

  it("finds a pipeline whose first execution failed because there was no branch, as on AWS", async () => {
    await until(() => ended("rolling"));
    const [first] = await runs("rolling");
    assert.deepEqual([first?.trigger, first?.status], ["CreatePipeline", "Failed"]);
    assert.match(
      first?.stages[0]?.actions[0]?.summary ?? "",
      /^The action failed because no branch named main was found/,
    );
  });

  for (const stack of STACKS) {
    it(`changes the page without a failed request: ${stack}`, async () => {
      const load = startLoad(await url(stack), 2);
      const { code, stdout } = await push(stack, await source(`pushed to ${stack}`));
      await until(() => load.answers.slice(-20).every(({ body }) => body.startsWith("pushed")));
      const answers = await load.stop();
      assert.deepEqual(
        answers.filter(({ status: answer }) => answer !== 200),
        [],
      );
      assert.equal(code, 0, stdout);
      for (const step of [/Source +CodeCommit +Succeeded/, /Build +CodeBuild +Succeeded/]) {
        assert.match(stdout, step);
      }
      assert.match(stdout, new RegExp(`Deploy +ECS +Succeeded .*cicd-${stack}:2 runs`));
    });
  }

  const broken: readonly [string, Stack, (folder: string) => Promise<void>][] = [
    [
      "whose page is missing, so that no task becomes healthy,",
      "rolling",
      (folder) => {
        const html = path.join(folder, "nginx", "html");
        return rename(path.join(html, "index.html"), path.join(html, "other.html"));
      },
    ],
    [
      "that does not start",
      "bluegreen",
      async (folder) => {
        await rm(path.join(folder, "nginx", "default.conf"));
        await writeFile(path.join(folder, "nginx", "Dockerfile"), "FROM scratch\n");
      },
    ],
  ];
  for (const [what, stack, breakIt] of broken) {
    it(`of an image ${what} is rolled back without a failed request: ${stack}`, async () => {
      const load = startLoad(await url(stack), 2);
      const folder = await source();
      await breakIt(folder);
      const { code, stdout } = await push(stack, folder);
      await until(() => ended(stack));
      const answers = await load.stop();
      assert.equal(code, 1);
      assert.match(stdout, /Deploy +ECS +Failed .*Deployment ecs-svc\/\d+ failed/);
      assert.deepEqual(
        answers.filter(({ status: answer }) => answer !== 200),
        [],
      );
      assert.equal((await page(stack)).trim(), `pushed to ${stack}`);
      const [rollback] = await runs(stack);
      assert.match(rollback?.trigger ?? "", /^AutomatedRollback: Deploy of /);
      assert.equal(rollback?.status, "Succeeded");
    });
  }

  it("with an error in the buildspec's YAML fails the build and leaves the page as it was", async () => {
    const folder = await source("never");
    await writeFile(path.join(folder, "buildspec_nginx.yml"), "version: 0.2\nphases: [\n");
    const { code, stdout } = await push("rolling", folder);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /Build +CodeBuild +Failed .*Phase: DOWNLOAD_SOURCE, Code: YAML_FILE_ERROR/,
    );
    assert.equal((await page("rolling")).trim(), "pushed to rolling");
  });

  it("whose build fails says which command failed, and its logs have the details", async () => {
    const folder = await source("never");
    await writeFile(path.join(folder, "nginx", "Dockerfile"), "FROM scratch\nCOPPY html /\n");
    const { code, stdout } = await push("rolling", folder);
    assert.equal(code, 1);
    assert.match(stdout, /Phase: BUILD, Code: COMMAND_EXECUTION_ERROR, Message: Error while exec/);
    assert.match(
      stdout,
      /^Build .*\n {2}.*dockerfile parse error on line 2: unknown instruction: COPPY$/m,
    );
    const { stdout: log } = await lab("logs", "cicd-rolling", "--state", state);
    assert.match(log, /dockerfile parse error on line 2: unknown instruction: COPPY/);
    assert.doesNotMatch(log, /Deploy \/ Deploy: (?!Waiting)/);
  });

  it("to another branch starts nothing", async () => {
    const before = (await runs("rolling")).length;
    const { code, stdout } = await push("rolling", await source("other"), "--branch", "other");
    assert.equal(code, 0);
    assert.match(stdout, /A push to other starts no pipeline/);
    assert.equal((await runs("rolling")).length, before);
  });

  it("with nothing new says so", async () => {
    const { code, stderr } = await push("rolling", await source("other"), "--branch", "other");
    assert.equal(code, 1);
    assert.match(stderr, /other has these files already/);
  });

  it("with git itself, three in a row, deploys the last; one that waited may be superseded", async () => {
    const { repositories = [] } = await status();
    const cloneUrl = repositories.find(({ stack }) => stack === "rolling")?.cloneUrl ?? "";
    const cwd = await mkdtemp(path.join(state, "clone-"));
    const helper = `credential.helper=${credentialHelper(state)}`;
    await git(["clone", "--quiet", "-c", helper, cloneUrl, "."], { cwd });
    await cp(await source(), cwd, { recursive: true });
    const before = new Set((await runs("rolling")).map(({ id }) => id));
    const me = ["-c", "user.name=me", "-c", "user.email=me@example.com"];
    for (const text of ["first", "second", "third"]) {
      await writeFile(path.join(cwd, "nginx", "html", "index.html"), text);
      await git(["add", "--all"], { cwd });
      await git([...me, "commit", "--quiet", "--message", text], { cwd });
      await git(["push", "--quiet", "origin", "HEAD:main"], { cwd });
    }
    await until(() => ended("rolling"));
    const news = (await runs("rolling")).filter(({ id }) => !before.has(id)).reverse();
    assert.equal(news.length, 3);
    const [first, , third] = news.map((run) => run.status);
    assert.deepEqual([first, third], ["Succeeded", "Succeeded"]);
    assert.ok(["Superseded", "Succeeded"].includes(news[1]?.status ?? ""));
    assert.equal((await page("rolling")).trim(), "third");
  });

  it("ends with an empty account when everything is destroyed in the middle of a deployment", async () => {
    const { code } = await push("canary", await source("never seen"), "--no-follow");
    assert.equal(code, 0);
    await until(async () =>
      (await runs("canary"))[0]?.stages.some(({ name, status: now }) => {
        return name === "Deploy" && now === "InProgress";
      }),
    );
    for (const stack of STACKS) {
      const report = await labReport("destroy", "--stack", stack, "--state", state);
      assert.deepEqual([report.errors, report.result], [[], "succeeded"]);
    }
    served.child.kill("SIGINT");
    assert.equal((await served.exit()).code, 0);
    assert.deepEqual(await accountOf(state), []);
    const left = readdirSync(state).filter((name) =>
      ["builds", "git", "images", "objects", "pipelines"].includes(name),
    );
    assert.deepEqual(left, []);
  });

  /** Checks ten times a second until a condition holds. */
  async function until(holds: () => Promise<boolean | undefined> | boolean): Promise<void> {
    while (!(await holds())) await setTimeout(100);
  }
});
