import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { ContainerSpec } from "./runtime";

/** How many revisions are kept when the lab starts. */
const KEPT = 50;

/** What is no part of an image, however it is built. */
const LEFT_OUT = new Set([".git", "node_modules"]);

/**
 * Images as they were deployed: the folder that stands for an image is copied when the first task of a
 * revision starts, and all tasks of the revision get that copy. What is edited later shows with the next
 * revision, as on AWS, also after a restart of the lab.
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
    const names = await readdir(this.parent).catch(() => []);
    const ages = await Promise.all(
      names.map(async (name) => ({ name, at: (await stat(join(this.parent, name))).mtimeMs })),
    );
    const isUnfinished = ({ name }: { name: string }) => name.startsWith(UNFINISHED);
    const old = ages
      .filter((one) => !isUnfinished(one))
      .sort((one, other) => other.at - one.at)
      .slice(KEPT);
    for (const { name } of [...old, ...ages.filter(isUnfinished)]) {
      await rm(join(this.parent, name), { recursive: true, force: true });
    }
  }

  /** The folder of a container's image as its revision was deployed; `folder` itself if it belongs to none. */
  async folder(folder: string, { facts, image, name = "" }: ContainerSpec): Promise<string> {
    if (facts === undefined) return folder;
    const key = createHash("sha256").update([facts.taskDefinition, name, image].join(" "));
    const to = join(this.parent, key.digest("hex").slice(0, 32));
    const copy = this.copies.get(to) ?? this.copy(folder, to);
    this.copies.set(to, copy);
    try {
      return await copy;
    } finally {
      this.copies.delete(to);
    }
  }

  private async copy(from: string, to: string): Promise<string> {
    if (existsSync(to)) return to;
    await mkdir(this.parent, { recursive: true });
    const unfinished = await mkdtemp(join(this.parent, UNFINISHED));
    await cp(from, unfinished, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !LEFT_OUT.has(basename(path)),
    });
    await rename(unfinished, to);
    return to;
  }
}

const UNFINISHED = "unfinished-";
