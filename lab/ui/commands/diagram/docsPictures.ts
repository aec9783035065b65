import * as path from "node:path";

import { chapters } from "../../../../settings";
import { repository } from "../../../shared/repository";
import { drawSvg } from "../../diagram/drawSvg";
import { architectureOf } from "../../diagram/model";
import { Session } from "../session";
import { labState } from "./labState";

/** Where the pictures of the documentation stand. */
export const picturesFolder = path.join(repository, "docs", "pictures");

/** The chapters that have a picture; that of a network alone shows nothing that the others do not. */
export const picturedChapters = chapters.filter((chapter) => chapter !== "network");

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
  const config = { chapters: `[${chapter}]`, microservicesImage: "1" };
  const session = await Session.open({ stack, state: stateDir, config, json: true, signal });
  const report = await session.up().finally(() => session.close());
  if (report.result === "failed") {
    throw new Error(`chapter ${chapter}: ${report.errors.join("; ")}`);
  }
  const found = await labState(repository, stateDir, stack);
  if (!("state" in found)) throw new Error(`chapter ${chapter}: the update left no state`);
  return drawSvg(architectureOf(found.state));
}
