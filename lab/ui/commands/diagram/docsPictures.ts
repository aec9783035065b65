import * as path from "node:path";

import { chapters } from "../../../../settings";
import type { Account } from "../../../account/account";
import { pushPlaceholderImages } from "../../../delivery/images/placeholderImages";
import { repository } from "../../../shared/repository";
import { drawSvg } from "../../diagram/drawSvg";
import { architectureOf } from "../../diagram/model";
import { Session } from "../session/session";
import { labState } from "./labState";

/** Where the pictures of the documentation stand. */
export const picturesFolder = path.join(repository, "docs", "pictures");

/**
 * The chapters that have a picture. That of a network alone shows nothing that the others do not, and of an Express service
 * ECS makes what there is to see.
 */
export const picturedChapters = chapters.filter(
  (chapter) => chapter !== "network" && chapter !== "express",
);

/** The file of a chapter's picture. */
export function pictureFile(chapter: string): string {
  return `architecture-${chapter}.svg`;
}

/**
 * Draws a chapter as it is after a first update in a lab of its own.
 *
 * @param stateDir An empty folder for the lab.
 * @throws Error if the update fails.
 */
export async function drawChapter(
  chapter: string,
  stateDir: string,
  signal: AbortSignal,
): Promise<string> {
  const stack = "dev";
  // An image by its tag: a built one's digest would change with each line of a service.
  const tag = "1";
  const config = { chapters: `[${chapter}]`, microservicesImage: tag };
  const update = async (settings: Record<string, string>, then?: (account: Account) => unknown) => {
    const options = { stack, state: stateDir, config: settings, replaceConfig: true, json: true };
    const session = await Session.open({ ...options, signal });
    try {
      const report = await session.up();
      if (report.result === "failed") {
        throw new Error(`chapter ${chapter}: ${report.errors.join("; ")}`);
      }
      if (session.host.account) await then?.(session.host.account);
    } finally {
      await session.close();
    }
  };
  // Repositories come first, then images, and only then tasks that run from them.
  if (chapter === "microservices") {
    const push = (account: Account) => pushPlaceholderImages(account, tag);
    await update({ ...config, desiredCount: "0" }, push);
  }
  await update(config);
  const found = await labState(repository, stateDir, stack);
  if (!("state" in found)) throw new Error(`chapter ${chapter}: the update left no state`);
  return drawSvg(architectureOf(found.state));
}
