import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";

import colors from "picocolors";

import { credentialHelper } from "../../delivery/pipeline/delivery";
import { git } from "../../delivery/pipeline/git";
import type {
  PipelineActionStatus,
  PipelineRunStatus,
  RepositoryStatus,
} from "../../delivery/pipeline/status";
import type { LabStatus } from "../../host/host";
import { NOT_SERVED } from "../../host/notServed";
import { followStatus } from "../../host/openHost";
import { temporaryFolder } from "../../shared/temporaryFolder";

/** Content of the pipeline's repository: the image's folder and its buildspec. */
const PUSHED = ["nginx", "buildspec_nginx.yml"];

/** How many times to try a push when others push at the same time. */
const ATTEMPTS = 5;

export interface PushOptions {
  /** The lab's state folder. */
  state: string;
  /** The stack whose repository to push to. */
  stack: string;
  branch: string;
  /** Message of the commit. */
  message: string;
  /** Folder with `nginx/` and `buildspec_nginx.yml`. */
  from: string;
  /** Whether to wait for the end of the pipeline's execution. */
  follow: boolean;
  /** Stops following. */
  signal: AbortSignal;
}

/**
 * Commits the files as they are on disk to a branch of the lab's git repository, and follows the pipeline that this
 * starts. The user's own git repository is neither read nor written.
 *
 * @returns whether the pipeline succeeded; true if it does not follow
 * @throws Error if nothing is served, the stack has no repository, or nothing has changed
 */
export async function push(options: PushOptions): Promise<boolean> {
  const { repositories = [] } = await statusOf(options);
  const repository = repositories.find(({ stack }) => stack === options.stack);
  if (repository === undefined) throw noRepository(options.stack, repositories);
  const missing = PUSHED.filter((name) => !existsSync(path.join(options.from, name)));
  if (missing.length > 0) throw new Error(`${options.from} has no ${missing.join(" and no ")}`);

  const commit = await commitAndPush(repository, options);
  say(`Pushed ${commit.slice(0, 7)} to ${options.branch} of ${repository.name}`);
  if (!options.follow) return true;
  return follow(commit, options);
}

async function statusOf({ state, signal }: PushOptions): Promise<LabStatus> {
  for await (const status of followStatus(state, signal)) {
    if (status.repositories !== undefined) return status;
  }
  throw new Error(NOT_SERVED);
}

function noRepository(stack: string, repositories: readonly RepositoryStatus[]): Error {
  const others = repositories.map((one) => one.stack).join(", ");
  return new Error(
    `the stack ${stack} has no CodeCommit repository` +
      (others === "" ? "" : `; these have one: ${others}`) +
      "; the chapter cicd creates one (npm run lab -- up --config 'chapters=[\"cicd\"]')",
  );
}

async function commitAndPush(repository: RepositoryStatus, options: PushOptions): Promise<string> {
  const { branch, from, message, state } = options;
  const cwd = await temporaryFolder("push");
  try {
    await git(["check-ref-format", "--branch", branch], { cwd });
    await git(["init", "--quiet"], { cwd });
    await git(["config", "credential.helper", credentialHelper(state)], { cwd });
    await git(["remote", "add", "origin", repository.cloneUrl], { cwd });
    const env = await author(from);
    for (let attempt = 1; ; attempt++) {
      await checkOut(cwd, branch);
      for (const name of PUSHED) {
        await rm(path.join(cwd, name), { recursive: true, force: true });
        await cp(path.join(from, name), path.join(cwd, name), { recursive: true });
      }
      await git(["add", "--all", "--force"], { cwd });
      if ((await git(["status", "--porcelain"], { cwd })) === "") {
        throw new Error(`${branch} has these files already; change nginx/html/index.html first`);
      }
      await git(["commit", "--quiet", "--message", message], { cwd, env });
      try {
        await git(["push", "--quiet", "origin", `HEAD:refs/heads/${branch}`], { cwd });
        return await git(["rev-parse", "HEAD"], { cwd });
      } catch (error) {
        const overtaken = error instanceof Error && /rejected|cannot lock ref/.test(error.message);
        if (!overtaken || attempt === ATTEMPTS) throw error;
      }
    }
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

/** Checks out the branch, or an empty one if it is new. */
async function checkOut(cwd: string, branch: string): Promise<void> {
  const heads = await git(["ls-remote", "origin", `refs/heads/${branch}`], { cwd });
  if (heads === "") {
    await git(["symbolic-ref", "HEAD", `refs/heads/${branch}`], { cwd });
    return;
  }
  await git(["fetch", "--quiet", "--depth=1", "origin", `refs/heads/${branch}`], { cwd });
  await git(["checkout", "--quiet", "--force", "-B", branch, "FETCH_HEAD"], { cwd });
}

/** The user's name and email address from their git configuration. */
async function author(cwd: string): Promise<NodeJS.ProcessEnv> {
  const [name, email] = await Promise.all(
    ["user.name", "user.email"].map((key) =>
      promisify(execFile)("git", ["config", key], { cwd })
        .then(({ stdout }) => stdout.trim())
        .catch(() => ""),
    ),
  );
  const GIT_AUTHOR_NAME = name === undefined || name === "" ? "lab" : name;
  const GIT_AUTHOR_EMAIL = email === undefined || email === "" ? "lab@localhost" : email;
  return {
    GIT_AUTHOR_NAME,
    GIT_AUTHOR_EMAIL,
    GIT_COMMITTER_NAME: GIT_AUTHOR_NAME,
    GIT_COMMITTER_EMAIL: GIT_AUTHOR_EMAIL,
  };
}

/** Prints each step of the executions that a commit started; resolves to whether all succeeded. */
async function follow(commit: string, { branch, state, signal }: PushOptions): Promise<boolean> {
  const told = new Set<string>();
  for await (const { pipelines = [] } of followStatus(state, signal)) {
    const runs = pipelines.flatMap(({ name, runs: all }) =>
      all.filter((run) => run.pushedCommit === commit).map((run) => ({ name, run })),
    );
    if (runs.length === 0) {
      say(`A push to ${branch} starts no pipeline`);
      return true;
    }
    for (const { name, run } of runs) printSteps(name, run, told);
    if (runs.some(({ run }) => run.status === "InProgress")) continue;
    for (const { name, run } of runs) printEnd(name, run);
    return runs.every(({ run }) => run.status === "Succeeded");
  }
  throw new Error(signal.aborted ? "stopped following; the pipeline goes on" : "the lab has ended");
}

function printSteps(pipeline: string, run: PipelineRunStatus, told: Set<string>): void {
  if (!told.has(run.id)) {
    told.add(run.id);
    say(`Pipeline ${pipeline}, execution ${run.id}`);
  }
  for (const { name: stage, actions } of run.stages) {
    for (const action of actions) {
      const key = `${run.id}/${stage}/${action.name}/${action.status}`;
      if (action.status === "Waiting" || told.has(key)) continue;
      told.add(key);
      process.stdout.write(`${stepLine(stage, action)}\n`);
      if (action.provider === "Manual" && action.status === "InProgress") {
        process.stdout.write(`  npm run lab -- approve (or --reject)\n`);
      }
      if (action.status !== "Failed") continue;
      const cause = causeIn(action.log ?? []);
      if (cause !== undefined) process.stdout.write(`  ${colors.red(cause)}\n`);
      for (const line of action.log ?? []) process.stdout.write(colors.dim(`  ${line}\n`));
    }
  }
}

/** The last line that a build's failed command printed, which is the cause; CodeBuild's own lines around it are not. */
export function causeIn(log: readonly string[]): string | undefined {
  const end = log.findIndex((line) => line.includes(" Command did not exit successfully "));
  const said = log.slice(0, Math.max(end, 0)).map((line) => line.trim());
  return said.findLast((line) => line !== "" && !line.startsWith("[Container]"));
}

function stepLine(stage: string, action: PipelineActionStatus): string {
  const { endedAt, provider, startedAt, status, summary } = action;
  const seconds =
    startedAt !== undefined && endedAt !== undefined
      ? `${((Date.parse(endedAt) - Date.parse(startedAt)) / 1000).toFixed(1)} s`
      : "";
  const paint = { Succeeded: colors.green, Failed: colors.red }[status as string] ?? colors.dim;
  const cells = [
    stage.padEnd(10),
    provider.padEnd(14),
    paint(status.padEnd(10)),
    seconds.padStart(7),
  ];
  return `${cells.join("  ")}  ${summary?.split("\n")[0] ?? ""}`.trimEnd();
}

function printEnd(pipeline: string, run: PipelineRunStatus): void {
  const { id, endedAt, startedAt, status } = run;
  const seconds = ((Date.parse(endedAt ?? startedAt) - Date.parse(startedAt)) / 1000).toFixed(1);
  say(`${status} after ${seconds} s`);
  if (status === "Failed") {
    process.stdout.write(`npm run lab -- logs ${pipeline} --run ${id.slice(0, 8)} prints it all\n`);
  }
}

function say(text: string): void {
  process.stdout.write(`${colors.bold(text)}\n`);
}
