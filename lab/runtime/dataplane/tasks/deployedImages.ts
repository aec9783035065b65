import { createHash } from "node:crypto";
import { existsSync, lstatSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat, symlink } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";

import { contentsOf } from "../../../account/buildContext";
import { damagedFile, forgetContents, noteContents } from "../../../account/folderContents";
import type { ContainerSpec } from "./runtime";

/** How many revisions are kept when the lab starts. */
const KEPT = 50;

/** What is no part of an image, however it is built. */
const LEFT_OUT = new Set([".git", "node_modules"]);

/**
 * Images as they were deployed: the folder that stands for an image is copied when the first task of a
 * revision starts, and all tasks of the revision get that copy. What is edited later shows with the next
 * revision, as on AWS, also after a restart of the lab. A copy that is damaged is made anew of what the folder has now.
 */
export class DeployedImages {
  private readonly parent: string;
  private readonly copies = new Map<string, Promise<string>>();

  /** @param workDir of the lab */
  constructor(workDir: string) {
    this.parent = resolve(workDir, "deployed");
  }

  /** Forgets the oldest revisions, and copies that an earlier lab did not finish. */
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

  /** The folder of a container's image as its revision was deployed; `folder` itself if it belongs to none. */
  folder(folder: string, spec: ContainerSpec): Promise<string> {
    return this.deployed(folder, spec, []);
  }

  /**
   * As {@link folder}, for a program: the packages that are found from its folder are found from the copy as well, where
   * they are installed. A folder that has the lab's own in it cannot be copied there, and is given itself.
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
      if (damagedFile(to) === undefined) return innermost(to);
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
    noteContents(to, contentsOf(unfinished));
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
/** In a folder with packages: what uses them. */
const PROGRAM = "program";

/** Where Node.js looks for a program's packages, from the farthest to its own folder. */
function packageFolders(folder: string): string[] {
  const above = dirname(folder);
  const farther = above === folder ? [] : packageFolders(above);
  const own = join(folder, PACKAGES);
  return existsSync(own) ? [...farther, own] : farther;
}

/** The copy itself, below the packages that stand above it. */
function innermost(folder: string): string {
  const hasPackages = lstatSync(join(folder, PACKAGES), { throwIfNoEntry: false });
  return hasPackages ? innermost(join(folder, PROGRAM)) : folder;
}
