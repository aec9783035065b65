import { readFileSync } from "node:fs";
import * as path from "node:path";

import { repository } from "../../../lab/shared/repository";
import { pictureEnding, type PictureLanguage } from "../../../lab/ui/diagram/language";
import type { Run, StrategyName } from "./record";

const folder = path.join(repository, "docs", "pictures");

/** The runs that the pictures show. */
export const recordsFile = path.join(folder, "timelines.json");

/** The file of a strategy's picture: `timeline-canary.svg`, `timeline-canary.ja.svg`. */
export const pictureFile = (strategy: StrategyName, language: PictureLanguage) =>
  path.join(folder, `timeline-${strategy}${pictureEnding(language)}`);

export const recordedRuns = () => JSON.parse(readFileSync(recordsFile, "utf8")) as Run[];
