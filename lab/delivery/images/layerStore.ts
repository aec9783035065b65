import { randomUUID } from "node:crypto";
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";

import { fileSha256 } from "../../account/buildContext";
import { UNFINISHED } from "../../account/contents";
import { AwsError } from "../../account/errors";

/** How much pushed data the lab keeps, in bytes. */
export interface LayerLimits {
  /** Maximum size of a layer. @default 1 GiB */
  readonly layer?: number;
  /** Maximum size of all layers together. @default 4 GiB */
  readonly total?: number;
}

/** A layer's file. */
export interface StoredLayer {
  readonly file: string;
  /** Whether its content still has its digest. */
  readonly isWhole: boolean;
}

const GIB = 2 ** 30;

/**
 * Layers and configurations of pushed images, each in a file named after its digest, and uploads in progress. Those
 * that no image names are deleted when the lab next starts.
 */
export class LayerStore {
  private readonly dir: string;
  private readonly uploads = new Map<string, string>();
  /** Digests uploaded to each repository since the lab started. */
  private readonly uploaded = new Map<string, Set<string>>();
  /** Layers that were verified, by digest, each with a fingerprint that shows whether its file has changed since. */
  private readonly whole = new Map<string, string>();
  private readonly limits: Required<LayerLimits>;

  /** @param stateDir the lab's state folder; layers go to `layers/` in it */
  constructor(stateDir: string, limits: LayerLimits = {}) {
    this.dir = path.join(stateDir, "layers");
    this.limits = { layer: limits.layer ?? GIB, total: limits.total ?? 4 * GIB };
  }

  /** Starts an upload to a repository; returns its ID. */
  begin(repository: string): string {
    const id = randomUUID();
    mkdirSync(this.dir, { recursive: true });
    writeFileSync(this.uploadFile(id), "", { mode: 0o600 });
    this.uploads.set(id, repository);
    return id;
  }

  /** The present size of an upload in bytes. @throws AwsError `UploadNotFoundException` */
  sizeOf(repository: string, id: string): number {
    return statSync(this.mustHave(repository, id)).size;
  }

  /**
   * Appends to an upload; an incomplete part adds nothing. Returns the size so far.
   * @throws AwsError `UploadNotFoundException`, `LimitExceededException`
   */
  async append(repository: string, id: string, content: AsyncIterable<Buffer>): Promise<number> {
    const file = this.mustHave(repository, id);
    const before = statSync(file).size;
    const most = Math.min(this.limits.layer, this.limits.total - this.total() + before);
    try {
      await pipeline(withAtMost(content, most - before), createWriteStream(file, { flags: "a" }));
    } catch (error) {
      if (existsSync(file)) truncateSync(file, before);
      throw error;
    }
    return statSync(file).size;
  }

  /**
   * Ends an upload.
   * @throws AwsError `UploadNotFoundException`, `EmptyUploadException`, or `InvalidLayerException` if the content has
   * another digest; the upload is then discarded
   */
  async complete(repository: string, id: string, digest: string): Promise<void> {
    const file = this.mustHave(repository, id);
    if (statSync(file).size === 0) {
      throw new AwsError(
        "EmptyUploadException",
        "The specified layer upload does not contain any layer parts.",
      );
    }
    const own = await digestOf(file);
    const there = await this.look(digest);
    this.uploads.delete(id);
    if (own !== digest) {
      rmSync(file, { force: true });
      throw new AwsError(
        "InvalidLayerException",
        `The layer digest calculation performed by Amazon ECR does not match ${digest}.`,
      );
    }
    if (there?.isWhole) rmSync(file);
    else renameSync(file, there?.file ?? this.newFile(digest));
    this.uploaded.set(repository, (this.uploaded.get(repository) ?? new Set()).add(digest));
  }

  /** Discards an upload. @throws AwsError `UploadNotFoundException` */
  cancel(repository: string, id: string): void {
    rmSync(this.mustHave(repository, id), { force: true });
    this.uploads.delete(id);
  }

  /** Whether a layer was uploaded to a repository since the lab started. */
  wasUploaded(repository: string, digest: string): boolean {
    return this.uploaded.get(repository)?.has(digest) === true && this.fileOf(digest) !== undefined;
  }

  /** The file of a layer, and whether it still has its digest; undefined if there is none. */
  async look(digest: string): Promise<StoredLayer | undefined> {
    const file = this.fileOf(digest);
    if (file === undefined) return undefined;
    const { size, mtimeMs, ino } = statSync(file);
    const version = `${ino} ${size} ${mtimeMs}`;
    if (this.whole.get(digest) === version) return { file, isWhole: true };
    const isWhole = (await digestOf(file)) === digest;
    if (isWhole) this.whole.set(digest, version);
    return { file, isWhole };
  }

  /** The file of a layer; undefined if there is none. */
  fileOf(digest: string): string | undefined {
    return [this.keptFile(digest), this.newFile(digest)].find((file) => existsSync(file));
  }

  /** Keeps the layers of an image for as long as the account has its record. */
  keep(digests: readonly string[]): void {
    for (const digest of digests) {
      if (existsSync(this.newFile(digest))) renameSync(this.newFile(digest), this.keptFile(digest));
    }
  }

  private mustHave(repository: string, id: string): string {
    const file = this.uploadFile(id);
    if (this.uploads.get(id) === repository && existsSync(file)) return file;
    throw new AwsError(
      "UploadNotFoundException",
      `The upload with id '${id}' does not exist in the repository with name '${repository}'`,
    );
  }

  private total(): number {
    const sizes = readdirSync(this.dir).map(
      (name) => statSync(path.join(this.dir, name), { throwIfNoEntry: false })?.size ?? 0,
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  private readonly uploadFile = (id: string) => path.join(this.dir, `${UNFINISHED}upload-${id}`);
  private readonly newFile = (digest: string) =>
    path.join(this.dir, `${UNFINISHED}${digest.replace("sha256:", "")}`);
  private readonly keptFile = (digest: string) =>
    path.join(this.dir, digest.replace("sha256:", ""));
}

const digestOf = async (file: string) => `sha256:${await fileSha256(file)}`;

async function* withAtMost(content: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const part of content) {
    bytes += part.length;
    if (bytes > most) {
      throw new AwsError(
        "LimitExceededException",
        "The lab keeps layers of at most 1 GiB, and at most 4 GiB in total.",
      );
    }
    yield part;
  }
}
