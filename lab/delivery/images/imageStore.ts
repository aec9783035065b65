import { existsSync, renameSync, rmSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import * as path from "node:path";

import type { Account } from "../../account/account";
import { contentsOf, contextHash, sha256 } from "../../account/buildContext";
import { UNFINISHED } from "../../account/contents";
import { damagedFile, forgetContents, noteContents } from "../../account/folderContents";
import type { ResourceRecord } from "../../account/record";
import { PUSHED_IMAGE } from "../../account/types/ecr/tokens";

/** What an image is built from, in addition to its files. */
export interface BuildOptions {
  /** Path of the Dockerfile. @default Dockerfile in the context */
  readonly dockerfile?: string;
  /** `os/architecture`, e.g. `linux/arm64`. @default the builder's own */
  readonly platform?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
}

/** The manifest that a registry client pushed; builds have none. */
export interface PushedManifest {
  /** The manifest, byte for byte. */
  readonly manifest: string;
  readonly mediaType: string;
  /** Size of its compressed layers, in bytes. */
  readonly size: number;
}

/**
 * The images that were built and pushed. Each is a copy of its build context, since nothing else can be made of it
 * without a container engine. Equal contexts, Dockerfiles, platforms and arguments give equal digests.
 */
export class ImageStore {
  private readonly dir: string;

  /** @param stateDir the lab's state folder; images go to `images/` in it */
  constructor(
    private readonly account: Account,
    stateDir: string,
  ) {
    this.dir = path.join(stateDir, "images");
  }

  /**
   * Copies a build context.
   *
   * @param context folder of the build context
   * @returns digest of the image, and the folder with the copy, which the caller must remove
   */
  async build(
    context: string,
    options: BuildOptions = {},
  ): Promise<{ digest: string; folder: string }> {
    await mkdir(this.dir, { recursive: true });
    const folder = await mkdtemp(path.join(this.dir, UNFINISHED));
    try {
      await cp(context, folder, { recursive: true, verbatimSymlinks: true });
      const dockerfile = options.dockerfile ?? path.join(context, "Dockerfile");
      // Where a container engine will look for it, wherever it was in the build.
      await cp(dockerfile, path.join(folder, "Dockerfile"));
      const { platform, buildArgs } = options;
      const files = await contextHash(context, dockerfile);
      const digest = `sha256:${sha256(JSON.stringify({ files, platform, buildArgs }))}`;
      return { digest, folder };
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * Puts an image into a repository under a tag; in a mutable repository the tag moves.
   *
   * @param tag absent for an image with only a digest
   * @param folder the folder from {@link build}; it is not changed
   * @throws AwsError `RepositoryNotFoundException` or `ImageTagAlreadyExistsException`
   */
  async push(
    repository: string,
    tag: string | undefined,
    digest: string,
    folder: string,
    manifest?: PushedManifest,
  ): Promise<void> {
    await mkdir(this.dir, { recursive: true });
    const copy = await mkdtemp(path.join(this.dir, UNFINISHED));
    const kept = this.folderOf(digest);
    try {
      await cp(folder, copy, { recursive: true, verbatimSymlinks: true });
      const contents = await contentsOf(copy);
      const isDamaged = (await damagedFile(kept)) !== undefined;
      // Synchronous with the creation of the record, so that the clean-up does not delete a folder without a record.
      if (isDamaged) rmSync(kept, { recursive: true, force: true });
      if (!existsSync(kept)) {
        noteContents(kept, contents);
        renameSync(copy, kept);
      }
      await this.record(repository, tag, digest, manifest);
    } finally {
      await rm(copy, { recursive: true, force: true });
      const isKnown = this.account
        .list(PUSHED_IMAGE)
        .some(({ inputs }) => inputs.digest === digest);
      if (!isKnown) {
        forgetContents(kept);
        await rm(kept, { recursive: true, force: true });
      }
    }
  }

  /** Images of a repository, oldest first. */
  list(repository: string): readonly ResourceRecord[] {
    return this.account.list(PUSHED_IMAGE).filter(({ inputs }) => inputs.repository === repository);
  }

  /** The folder with an image's files. */
  folderOf(digest: string): string {
    return path.join(this.dir, digest.replace("sha256:", ""));
  }

  private async record(
    repository: string,
    tag: string | undefined,
    digest: string,
    manifest: PushedManifest | undefined,
  ): Promise<void> {
    const images = this.list(repository);
    const same = images.find(({ inputs }) => inputs.digest === digest);
    const tagged = images.find(({ inputs }) => tag !== undefined && tagsOf(inputs).includes(tag));
    if (same !== undefined && (tag === undefined || tagged === same)) return;
    const inputs = {
      repository,
      digest,
      tags: [...(same ? tagsOf(same.inputs) : []), ...(tag === undefined ? [] : [tag])],
      pushedAt: new Date().toISOString(),
      ...manifest,
    };
    await (same
      ? this.account.update(same.type, same.id, same.urn, { ...same.inputs, ...inputs })
      : this.account.create({ type: PUSHED_IMAGE, urn: "urn:lab:push", inputs, region: "" }));
    if (tagged !== undefined) {
      const rest = tagsOf(tagged.inputs).filter((one) => one !== tag);
      await this.account.update(tagged.type, tagged.id, tagged.urn, {
        ...tagged.inputs,
        tags: rest,
      });
    }
  }
}

function tagsOf(inputs: ResourceRecord["inputs"]): readonly string[] {
  return inputs.tags as readonly string[];
}
