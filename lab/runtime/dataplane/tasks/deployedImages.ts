import { createHash } from "node:crypto";
import { existsSync, lstatSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat, symlink } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";

import { contentsOf } from "../../../account/buildContext";
import { damagedFile, forgetContents, noteContents } from "../../../account/folderContents";
import type { ContainerSpec } from "./runtime";

/** How many revisions to keep when the lab starts. */
const KEPT = 50;

/** Never part of an image. */
const LEFT_OUT = new Set([".git", "node_modules"]);

/**
 * Images as they were deployed: an image's folder is copied when the first task of a revision starts, and all tasks of
 * the revision use that copy. As on AWS, later edits only appear with the next revision, even after a restart of the
 * lab. A damaged copy is recreated from the folder's present content.
 */
export class DeployedImages {
  private readonly parent: string;
  private readonly copies = new Map<string, Promise<string>>();

  /** @param workDir of the lab */
  constructor(workDir: string) {
    this.parent = resolve(workDir, "deployed");
  }

  /** Removes the oldest revisions, and copies that an earlier lab did not finish. */
  async prepare(): Promise<void> {
    const entries = await readdir(this.parent, { withFileTypes: true }).catch(() => []);
    const names = entries.filter((one) => one.isDirectory()).map(({ name }) => name);
    const ages = await Promise.all(
      names.map(async (name) => ({ name, at: (await stat(join(this.parent, name))).mtimeMs })),
    );
    const isUnfinished = ({ name }: { name: string }) => name.startsWith(UNFINISHED);
    const old = ages
      .filter((one) => !isUnfinished(one))
      .sort((one, other) => other.at - one.at)
      .slice(KEPT);
    for (const { name } of [...old, ...ages.filter(isUnfinished)]) {
      await this.forget(join(this.parent, name));
    }
  }

  /** The folder with a container's image as its revision was deployed; `folder` itself if it belongs to no revision. */
  folder(folder: string, spec: ContainerSpec): Promise<string> {
    return this.deployed(folder, spec, []);
  }

  /**
   * As {@link folder}, for a program: packages that resolve from its folder also resolve from the copy. A folder that
   * contains the lab's own folder cannot be copied into it, so it is returned itself.
   */
  program(folder: string, spec: ContainerSpec): Promise<string> {
    if (`${this.parent}${sep}`.startsWith(`${resolve(folder)}${sep}`))
      return Promise.resolve(folder);
    return this.deployed(folder, spec, packageFolders(folder));
  }

  private async deployed(
    folder: string,
    { facts, image, name = "" }: ContainerSpec,
    packages: readonly string[],
  ): Promise<string> {
    if (facts === undefined) return folder;
    const key = createHash("sha256").update([facts.taskDefinition, name, image].join(" "));
    const to = join(this.parent, key.digest("hex").slice(0, 32));
    const copy = this.copies.get(to) ?? this.copy(folder, to, packages);
    this.copies.set(to, copy);
    try {
      return await copy;
    } finally {
      this.copies.delete(to);
    }
  }

  private async copy(from: string, to: string, packages: readonly string[]): Promise<string> {
    if (existsSync(to)) {
      if ((await damagedFile(to)) === undefined) return innermost(to);
      await this.forget(to);
    }
    await mkdir(this.parent, { recursive: true });
    const unfinished = await mkdtemp(join(this.parent, UNFINISHED));
    let inner = unfinished;
    for (const folder of packages) {
      await symlink(folder, join(inner, PACKAGES), "dir");
      inner = join(inner, PROGRAM);
      await mkdir(inner);
    }
    await cp(from, inner, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !LEFT_OUT.has(basename(path)),
    });
    noteContents(to, await contentsOf(unfinished));
    await rename(unfinished, to);
    return innermost(to);
  }

  private async forget(copy: string): Promise<void> {
    forgetContents(copy);
    await rm(copy, { recursive: true, force: true });
  }
}

const UNFINISHED = "unfinished-";
const PACKAGES = "node_modules";
/** Subfolder with the program, in a folder with its packages. */
const PROGRAM = "program";

/** Where Node.js looks for a program's packages, from the outermost folder to its own. */
function packageFolders(folder: string): string[] {
  const above = dirname(folder);
  const farther = above === folder ? [] : packageFolders(above);
  const own = join(folder, PACKAGES);
  return existsSync(own) ? [...farther, own] : farther;
}

/** The copy itself, inside the folders with its packages. */
function innermost(folder: string): string {
  const hasPackages = lstatSync(join(folder, PACKAGES), { throwIfNoEntry: false });
  return hasPackages ? innermost(join(folder, PROGRAM)) : folder;
}
