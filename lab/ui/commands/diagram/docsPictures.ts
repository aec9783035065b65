import * as path from "node:path";

import { chapters } from "../../../../settings";
import type { Account } from "../../../account/account";
import { pushPlaceholderImages } from "../../../delivery/images/placeholderImages";
import { repository } from "../../../shared/repository";
import type { Architecture } from "../../diagram/architecture";
import { drawSvg, type Screen, screens } from "../../diagram/drawSvg";
import { pictureEnding, type PictureLanguage, pictureLanguages } from "../../diagram/language";
import { architectureOf } from "../../diagram/model";
import { drawNetworkStep, networkSteps, type NetworkStep } from "../../diagram/networkSteps";
import type { StackState } from "../../diagram/state";
import { Session } from "../session/session";
import { labState } from "./labState";
import { withMadeByEcs } from "./madeByEcs";

/** The folder of the documentation's pictures. */
export const picturesFolder = path.join(repository, "docs", "pictures");

/** The chapters that have a picture. That of a network alone shows nothing that the others do not. */
export const picturedChapters = chapters.filter((chapter) => chapter !== "network");

/** The file of a chapter's picture: `architecture-ec2.svg`, `architecture-ec2.ja.svg`, `architecture-ec2.phone.svg`. */
export function pictureFile(
  chapter: string,
  language: PictureLanguage = "en",
  screen: Screen = "page",
): string {
  const name = screen === "page" ? chapter : `${chapter}.${screen}`;
  return `architecture-${name}${pictureEnding(language)}`;
}

/** The file of a step of the network: `network-1-vpc.svg`, `network-1-vpc.ja.svg`. */
export function networkFile(step: NetworkStep, language: PictureLanguage): string {
  const number = networkSteps.indexOf(step) + 1;
  return `network-${number}-${step}${pictureEnding(language)}`;
}

/**
 * A chapter's pictures after its first update in a fresh lab, by file name: its architecture, and for the first chapter
 * also the steps of its network.
 *
 * @param stateDir An empty folder for the lab.
 * @throws Error if the update fails.
 */
export async function drawPictures(
  chapter: string,
  stateDir: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const architecture = await architectureOfChapter(chapter, stateDir, signal);
  const pictures = new Map<string, string>();
  for (const language of pictureLanguages) {
    for (const screen of screens) {
      const svg = await drawSvg(architecture, language, screen);
      pictures.set(pictureFile(chapter, language, screen), svg);
    }
    for (const step of chapter === "fargate" ? networkSteps : []) {
      pictures.set(networkFile(step, language), drawNetworkStep(architecture, step, language));
    }
  }
  return pictures;
}

/**
 * A chapter's architecture after its first update in a fresh lab.
 *
 * @param stateDir An empty folder for the lab.
 * @throws Error if the update fails.
 */
async function architectureOfChapter(
  chapter: string,
  stateDir: string,
  signal: AbortSignal,
): Promise<Architecture> {
  const stack = "dev";
  // Images are named by tag: a digest would change with every line of a service's source.
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
  // The repositories are created first, then the images, and only then the tasks that use them.
  if (chapter === "microservices") {
    const push = (account: Account) => pushPlaceholderImages(account, tag);
    await update({ ...config, desiredCount: "0" }, push);
  }
  let state: StackState | undefined;
  await update(config, async (account) => {
    const found = await labState(repository, stateDir, stack);
    if ("state" in found) state = withMadeByEcs(found.state, account);
  });
  if (state === undefined) throw new Error(`chapter ${chapter}: the update left no state`);
  return architectureOf(state);
}
