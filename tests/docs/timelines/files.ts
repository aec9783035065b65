import { readFileSync } from "node:fs";
import * as path from "node:path";

import { repository } from "../../../lab/shared/repository";
import type { Run, StrategyName } from "./record";

export const languages = ["en", "ja"] as const;
export type Language = (typeof languages)[number];

const folder = path.join(repository, "docs", "pictures");

/** The runs that the pictures show. */
export const recordsFile = path.join(folder, "timelines.json");

/** Where the picture of a strategy stands: `timeline-canary.svg`, `timeline-canary.ja.svg`. */
export const pictureFile = (strategy: StrategyName, language: Language) =>
  path.join(folder, `timeline-${strategy}${language === "en" ? "" : `.${language}`}.svg`);

export const recordedRuns = () => JSON.parse(readFileSync(recordsFile, "utf8")) as Run[];
