import { existsSync } from "node:fs";
import * as path from "node:path";

import { damagedFile } from "../../account/folderContents";
import type { AccountView, ResourceRecord } from "../../account/record";
import { IMAGE } from "../../account/types/dockerBuild";
import { PUSHED_IMAGE, REPOSITORY } from "../../account/types/ecr/tokens";
import { TaskStartError } from "../../runtime/dataplane/tasks/runtime";
import { lastPart } from "../../shared/lastPart";
import { type ImageReference, parseEcrRegistry, parseReference } from "./reference";

/** The sources of images. */
export interface ImageSources {
  readonly account: AccountView;
  /** The lab's state folder, with the pushed images. */
  readonly stateDir: string;
  /** The checkout, with the folders of the program's own images. */
  readonly checkout: string;
}

/**
 * Finds the folder, with a Dockerfile, that an image is built from.
 *
 * For ECR: what was pushed under that tag or digest, else what the program builds and pushes. Otherwise: the checkout's
 * `nginx/` for an image called nginx, and `services/<name>` for others.
 *
 * @returns undefined if there is none
 * @throws {TaskStartError} `CannotPullContainerError: …` if a private repository has no such image, or if the image's
 * address is the task's own loopback address
 */
export function imageFolders({ account, stateDir, checkout }: ImageSources) {
  return (reference: string): string | undefined => {
    const { registry, name, tag, digest } = parseReference(reference);
    if (parseEcrRegistry(registry) !== undefined) {
      const pushed = findPushed(account, name, { tag, digest });
      if (pushed !== undefined) return pushedFolder(stateDir, pushed);
      const built = account
        .list(IMAGE)
        .find(
          ({ inputs, outputs }) =>
            (inputs.tags as string[]).includes(reference) ||
            (digest !== undefined && outputs.digest === digest),
        );
      if (built === undefined)
        throw notFound(reference, account.get(REPOSITORY, name) !== undefined);
      return path.resolve(checkout, (built.inputs.context as { location: string }).location);
    }
    if (/^(127\.0\.0\.1|localhost)(:|$)/.test(registry ?? "")) throw ownLoopback(reference);
    const own = lastPart(name);
    const folder = own === "nginx" ? "nginx" : path.join("services", own);
    return existsSync(path.join(checkout, folder, "Dockerfile"))
      ? path.join(checkout, folder)
      : undefined;
  };
}

/**
 * Checks that the folder of a pushed image has not changed since.
 *
 * @throws {TaskStartError} `CannotPullContainerError: …` if it is not
 */
export function pushedImageCheck({ account, stateDir }: Omit<ImageSources, "checkout">) {
  return async (reference: string): Promise<void> => {
    const { registry, name, tag, digest } = parseReference(reference);
    if (parseEcrRegistry(registry) === undefined) return;
    const pushed = findPushed(account, name, { tag, digest });
    const damaged = pushed && (await damagedFile(pushedFolder(stateDir, pushed)));
    if (damaged === undefined) return;
    throw new TaskStartError(
      `CannotPullContainerError: ${damaged} is damaged: it has changed since the image was pushed. Push the image ` +
        "again, which replaces it, or the change that a pipeline built it from.",
    );
  };
}

function pushedFolder(stateDir: string, { inputs }: ResourceRecord): string {
  return path.join(stateDir, "images", (inputs.digest as string).replace("sha256:", ""));
}

/** The image with that digest, or the last one that got the tag, since two may briefly have it. */
function findPushed(
  account: AccountView,
  repository: string,
  { tag, digest }: Pick<ImageReference, "tag" | "digest">,
): ResourceRecord | undefined {
  return account
    .list(PUSHED_IMAGE)
    .filter(({ inputs }) => inputs.repository === repository)
    .sort((a, b) => String(b.inputs.pushedAt).localeCompare(String(a.inputs.pushedAt)))
    .find(({ inputs }) =>
      digest === undefined
        ? (inputs.tags as (string | undefined)[]).includes(tag)
        : inputs.digest === digest,
    );
}

/** The lab's push address is a loopback address, from which a task could not pull. */
function ownLoopback(reference: string): TaskStartError {
  return new TaskStartError(
    `CannotPullContainerError: failed to resolve ref ${reference}: connect: connection refused. That address is the ` +
      "task's own: use the repository's URI, as shown by aws ecr describe-repositories.",
  );
}

function notFound(reference: string, hasRepository: boolean): TaskStartError {
  const why = hasRepository ? "not found" : "the repository does not exist";
  return new TaskStartError(
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ` +
      `${reference}: ${why}`,
  );
}
