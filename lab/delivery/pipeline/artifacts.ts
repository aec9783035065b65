import { createHash, randomBytes } from "node:crypto";
import { existsSync, renameSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";

import { unzipSync, zipSync } from "fflate";

import type { Account } from "../../account/account";
import { UNFINISHED } from "../../account/contents";
import { AwsError } from "../../account/errors";
import { BUCKET_OBJECT } from "../../account/types/s3/tokens";
import type { Files } from "./build";

/** Where an artifact is stored. */
export interface ArtifactLocation {
  readonly bucket: string;
  readonly key: string;
}

/**
 * Puts artifacts into the account's buckets and gets them back. The objects are records of the account; their content
 * is in the lab's state folder, named by its hash.
 */
export class Artifacts {
  private readonly dir: string;

  /** @param stateDir the lab's state folder; contents go to `objects/` in it */
  constructor(
    private readonly account: Account,
    stateDir: string,
  ) {
    this.dir = path.join(stateDir, "objects");
  }

  /**
   * @param key as in CodePipeline, see {@link artifactKey}
   * @throws AwsError `NoSuchBucket`
   */
  async put({ bucket, key }: ArtifactLocation, content: Uint8Array): Promise<void> {
    const sha256 = createHash("sha256").update(content).digest("hex");
    await mkdir(this.dir, { recursive: true });
    const file = path.join(this.dir, sha256);
    const unfinished = path.join(this.dir, `${UNFINISHED}${randomBytes(8).toString("hex")}`);
    await writeFile(unfinished, content, { mode: 0o600 });
    // Synchronous with the creation of the record, so that the clean-up does not delete a file without a record.
    renameSync(unfinished, file);
    await this.account.create({
      type: BUCKET_OBJECT,
      urn: "urn:lab:pipeline",
      region: "",
      inputs: {
        bucket,
        key,
        contentType: "application/zip",
        forceDestroy: false,
        metadata: { sha256 },
      },
    });
  }

  /** @throws AwsError `NoSuchKey`; Error naming the file if it is damaged */
  async get({ bucket, key }: ArtifactLocation): Promise<Uint8Array> {
    const record = this.account.get(BUCKET_OBJECT, `${bucket}/${key}`);
    const { sha256 = "" } = (record?.inputs.metadata ?? {}) as { sha256?: string };
    const file = path.join(this.dir, sha256);
    if (sha256 === "" || !existsSync(file)) {
      throw new AwsError("NoSuchKey", `The specified key does not exist: ${key} in ${bucket}`);
    }
    const content = await readFile(file);
    if (createHash("sha256").update(content).digest("hex") === sha256) return content;
    throw new Error(
      `${file} is damaged: it has changed since it was put into the bucket. Push a change, whose execution creates it again`,
    );
  }
}

/** Key of an artifact as in CodePipeline: `<pipeline>/<artifact>/<random>.zip`. */
export function artifactKey(pipeline: string, artifact: string): string {
  const random = randomBytes(5).toString("base64url").slice(0, 7);
  return `${pipeline.slice(0, 20)}/${artifact.slice(0, 10)}/${random}.zip`;
}

export function zip(files: Files): Uint8Array {
  return zipSync({ ...files });
}

/** Files of a zip archive, without folders. */
export function unzip(archive: Uint8Array): Files {
  const entries = Object.entries(unzipSync(archive));
  return Object.fromEntries(entries.filter(([name]) => !name.endsWith("/")));
}

/**
 * Writes an archive's files into a folder.
 * @throws Error for a path that leads out of it
 */
export async function extract(archive: Uint8Array, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(unzip(archive))) {
    const file = path.resolve(folder, name);
    if (!file.startsWith(`${path.resolve(folder)}${path.sep}`)) {
      throw new Error(`the archive has a file outside of its folder: ${name}`);
    }
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
