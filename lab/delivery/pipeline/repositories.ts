import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import * as path from "node:path";

import type { AccountView } from "../../account/record";
import { git, gitBytes } from "./git";

export const CODECOMMIT_REPOSITORY = "aws:codecommit/repository:Repository";

/** Branches, and the commits that they point to. */
export type Branches = Readonly<Record<string, string>>;

/** The details of a commit. */
export interface Commit {
  readonly id: string;
  /** The whole message. */
  readonly message: string;
  /** ISO 8601. */
  readonly authoredAt: string;
}

/**
 * The git repositories behind the account's CodeCommit repositories: bare repositories in the lab's state folder,
 * initially empty as on AWS, created on first use and deleted with their record.
 */
export class Repositories {
  readonly dir: string;
  /** Branch heads as last read, for the status, which must not wait for git. */
  private readonly seen = new Map<string, Branches>();

  /** @param stateDir the lab's state folder; repositories go to `git/` in it */
  constructor(
    private readonly account: AccountView,
    stateDir: string,
  ) {
    this.dir = path.join(stateDir, "git");
  }

  /** Names of the account's repositories. */
  names(): readonly string[] {
    return this.account.list(CODECOMMIT_REPOSITORY).map(({ id }) => id);
  }

  /** The stack that made a repository, from its URN. */
  stackOf(name: string): string {
    const urn = this.account.get(CODECOMMIT_REPOSITORY, name)?.urn ?? "";
    return urn.split("::")[0]?.split(":").at(-1) ?? "";
  }

  /**
   * The bare repository's folder; created on first use.
   * @throws Error as CodeCommit's `RepositoryDoesNotExistException`, or if there is no git
   */
  async open(name: string): Promise<string> {
    if (this.account.get(CODECOMMIT_REPOSITORY, name) === undefined) {
      throw new Error(`RepositoryDoesNotExistException: ${name} does not exist`);
    }
    const folder = path.join(this.dir, `${name}.git`);
    if (!existsSync(path.join(folder, "HEAD"))) {
      await mkdir(folder, { recursive: true });
      await git(["init", "--quiet", "--bare", "--initial-branch=main"], { cwd: folder });
    }
    return folder;
  }

  /** Branches of a repository; none while it is empty. */
  async branches(name: string): Promise<Branches> {
    const cwd = await this.open(name);
    const format = "--format=%(objectname) %(refname:lstrip=2)";
    const lines = (await git(["for-each-ref", format, "refs/heads"], { cwd })).split("\n");
    const branches = Object.fromEntries(
      lines.flatMap((line) => {
        const [commit = "", branch = ""] = line.split(" ");
        return branch === "" ? [] : [[branch, commit]];
      }),
    );
    this.seen.set(name, branches);
    return branches;
  }

  /** Branches as last read. */
  lastSeen(name: string): Branches {
    return this.seen.get(name) ?? {};
  }

  /** Makes the first pushed branch the default, as CodeCommit does. */
  async chooseDefaultBranch(name: string): Promise<void> {
    const cwd = await this.open(name);
    const [first] = Object.keys(await this.branches(name));
    const head = await git(["symbolic-ref", "--short", "HEAD"], { cwd });
    if (first === undefined || head in this.lastSeen(name)) return;
    await git(["symbolic-ref", "HEAD", `refs/heads/${first}`], { cwd });
  }

  async commit(name: string, id: string): Promise<Commit> {
    const cwd = await this.open(name);
    const shown = await git(["show", "--no-patch", "--format=%H%n%aI%n%B", id], { cwd });
    const [full = id, authoredAt = "", ...message] = shown.split("\n");
    return { id: full, authoredAt, message: message.join("\n").trim() };
  }

  /** The files of a commit as a zip archive. */
  async archive(name: string, commit: string): Promise<Buffer> {
    return gitBytes(["archive", "--format=zip", commit], { cwd: await this.open(name) });
  }
}
