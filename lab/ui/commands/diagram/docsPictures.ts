import * as path from "node:path";

import { chapters } from "../../../../settings";
import { PUSHED_IMAGE, REPOSITORY } from "../../../account/types/ecr/tokens";
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
  const update = async (settings: Record<string, string>) => {
    const options = { stack, state: stateDir, config: settings, replaceConfig: true, json: true };
    const session = await Session.open({ ...options, signal });
    const report = await session
      .up()
      .then(async (done) => {
        await pushImages(session);
        return done;
      })
      .finally(() => session.close());
    if (report.result === "failed") {
      throw new Error(`chapter ${chapter}: ${report.errors.join("; ")}`);
    }
  };
  // Repositories come first, then images, and only then tasks that run from them.
  if (chapter === "microservices") await update({ ...config, desiredCount: "0" });
  await update(config);
  const found = await labState(repository, stateDir, stack);
  if (!("state" in found)) throw new Error(`chapter ${chapter}: the update left no state`);
  return drawSvg(architectureOf(found.state));
}

/** Has each repository have the image of which services run. */
async function pushImages({ host: { account } }: Session): Promise<void> {
  const image = {
    digest: `sha256:${"a".repeat(64)}`,
    tags: ["1"],
    pushedAt: "2026-01-01T00:00:00Z",
  };
  for (const { id: repository } of account?.list(REPOSITORY) ?? []) {
    if (account?.list(PUSHED_IMAGE).some(({ inputs }) => inputs.repository === repository))
      continue;
    const inputs = { ...image, repository };
    await account?.create({ type: PUSHED_IMAGE, urn: "urn:lab:push", inputs, region: "" });
  }
}
