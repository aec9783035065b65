import { createHash } from "node:crypto";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import * as path from "node:path";

import { z } from "zod";

import type { Account } from "../../account/account";
import { AwsError } from "../../account/errors";
import type { ResourceRecord } from "../../account/record";
import { REPOSITORY } from "../../account/types/ecr/tokens";
import { parsedJson } from "../../shared/parsedJson";
import { temporaryFolder } from "../../shared/temporaryFolder";
import { ImageStore } from "./imageStore";
import { siteOfLayers } from "./layerSite";
import { type LayerLimits, LayerStore, type StoredLayer } from "./layerStore";
import { digestsIn, type Manifest, parseManifest } from "./manifest";

/** Maximum size of an image's configuration that is read, in bytes. */
const LONGEST_CONFIG = 4 * 1024 * 1024;

/** A manifest to put into a repository. */
export interface ImageToPut {
  readonly repository: string;
  readonly manifest: string;
  /** @default the manifest's own */
  readonly mediaType?: string | undefined;
  /** @default none: only a digest */
  readonly tag?: string | undefined;
  /** Digest that the manifest must have. @default not checked */
  readonly digest?: string | undefined;
  /** `HOST:PORT` of the registry, from which a container engine pulls the image. */
  readonly host: string;
}

const imageConfig = z.object({
  config: z
    .object({
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
    })
    .nullish(),
});

/**
 * Receives what registry clients push into the account's repositories: manifests and layers. An image that starts nginx
 * gets a folder with its pages, for machines without a container engine.
 */
export class Registry {
  readonly layers: LayerStore;
  private readonly images: ImageStore;

  /** @param stateDir the lab's state folder */
  constructor(
    private readonly account: Account,
    stateDir: string,
    limits: LayerLimits = {},
  ) {
    this.layers = new LayerStore(stateDir, limits);
    this.images = new ImageStore(account, stateDir);
  }

  /** @throws AwsError `RepositoryNotFoundException` */
  mustHaveRepository(name: string): void {
    if (this.account.get(REPOSITORY, name) !== undefined) return;
    throw new AwsError(
      "RepositoryNotFoundException",
      `The repository with name '${name}' does not exist in the registry with id '${this.account.accountId}'`,
    );
  }

  /** The pushed image with a tag or digest, if there is one. */
  find(repository: string, reference: string): ResourceRecord | undefined {
    return this.images
      .list(repository)
      .findLast(({ inputs }) =>
        reference.startsWith("sha256:")
          ? inputs.digest === reference
          : (inputs.tags as string[]).includes(reference),
      );
  }

  /** Sorted tags of a repository. */
  tags(repository: string): string[] {
    return this.images
      .list(repository)
      .flatMap(({ inputs }) => inputs.tags as string[])
      .sort();
  }

  /** A layer that was uploaded to a repository, or that belongs to one of its images. */
  async layerOf(repository: string, digest: string): Promise<StoredLayer | undefined> {
    const isOwn =
      this.layers.wasUploaded(repository, digest) ||
      this.images
        .list(repository)
        .some(
          ({ inputs }) => typeof inputs.manifest === "string" && inputs.manifest.includes(digest),
        );
    return isOwn ? this.layers.look(digest) : undefined;
  }

  /**
   * Puts an image into a repository. Returns its digest.
   *
   * @throws AwsError as ECR's PutImage: `RepositoryNotFoundException`, `InvalidParameterException`,
   * `ImageDigestDoesNotMatchException`, `LayersNotFoundException`, `ReferencedImagesNotFoundException`,
   * `ImageTagAlreadyExistsException`; `InvalidLayerException` for layers that cannot be read
   */
  async put(image: ImageToPut): Promise<string> {
    const { repository, manifest: text, mediaType, tag, digest, host } = image;
    this.mustHaveRepository(repository);
    const own = `sha256:${createHash("sha256").update(text).digest("hex")}`;
    if (digest !== undefined && digest !== own) {
      throw new AwsError(
        "ImageDigestDoesNotMatchException",
        `The image manifest has the digest ${own}, not ${digest}.`,
      );
    }
    const manifest = parseManifest(text, mediaType);
    await this.mustBeWhole(repository, manifest);
    const folder = await temporaryFolder("image");
    try {
      await writeFile(path.join(folder, "Dockerfile"), `FROM ${host}/${repository}@${own}\n`);
      await this.writeSite(repository, manifest, folder);
      // Before the record is created, since what has a record must be complete.
      this.layers.keep(digestsIn(manifest));
      await this.images.push(repository, tag, own, folder, {
        manifest: text,
        mediaType: manifest.mediaType,
        size: manifest.kind === "image" ? sizeOf(manifest) : 0,
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return own;
  }

  private async mustBeWhole(repository: string, manifest: Manifest): Promise<void> {
    const isImage = manifest.kind === "image";
    const missing: string[] = [];
    for (const digest of digestsIn(manifest)) {
      const isThere = isImage
        ? (await this.layerOf(repository, digest))?.isWhole
        : this.find(repository, digest)?.inputs.manifest !== undefined;
      if (!isThere) missing.push(digest);
    }
    if (missing.length === 0) return;
    const [code, what] = isImage
      ? ["LayersNotFoundException", "layers"]
      : ["ReferencedImagesNotFoundException", "images"];
    throw new AwsError(code, `The ${what} ${missing.join(", ")} are not in '${repository}'.`);
  }

  /** Writes an image's pages; for a list of images, those of the first for Linux, since all have the same pages. */
  private async writeSite(repository: string, manifest: Manifest, folder: string): Promise<void> {
    if (manifest.kind === "index") {
      const first = manifest.manifests.find(
        ({ platform }) => (platform?.os ?? "linux") === "linux",
      );
      const child = first && this.find(repository, first.digest)?.inputs.manifest;
      if (typeof child !== "string") return;
      await this.writeSite(repository, parseManifest(child, first?.mediaType), folder);
      return;
    }
    if (!(await this.startsNginx(manifest.config.digest))) return;
    const files = manifest.layers.map(({ digest }) => this.layers.fileOf(digest) ?? "");
    const site = await siteOfLayers(files);
    if (site === undefined) return;
    await writeFile(path.join(folder, "default.conf"), site.conf);
    for (const [name, content] of site.pages) {
      const file = path.join(folder, "html", name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
    }
  }

  private async startsNginx(config: string): Promise<boolean> {
    const file = this.layers.fileOf(config);
    const isShort = file !== undefined && (await stat(file)).size <= LONGEST_CONFIG;
    const text = isShort ? await readFile(file, "utf8") : "{}";
    const { data } = imageConfig.safeParse(parsedJson(text));
    const words = [...(data?.config?.Entrypoint ?? []), ...(data?.config?.Cmd ?? [])];
    return words.some((word) => /(^|[/\s])nginx(\s|$)/.test(word));
  }
}

/** Error for a layer that has changed since it was pushed. */
export function damaged({ file }: StoredLayer): string {
  return `${file} is damaged: it no longer matches its digest. Push the image again, which replaces it`;
}

function sizeOf({ layers }: Extract<Manifest, { kind: "image" }>): number {
  return layers.reduce((sum, { size }) => sum + size, 0);
}
