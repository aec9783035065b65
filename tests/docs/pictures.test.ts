import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import { repository } from "../../lab/shared/repository";
import {
  networkFile,
  pictureFile,
  picturedChapters,
} from "../../lab/ui/commands/diagram/docsPictures";
import { pictureLanguages } from "../../lab/ui/diagram/language";
import { networkSteps } from "../../lab/ui/diagram/networkSteps";
import { englishPages } from "./commands";
import { pagesIn, readPage } from "./pages";
import { pictureFile as timelineFile } from "./timelines/files";
import { strategies, type StrategyName } from "./timelines/record";

const folder = path.join(repository, "docs", "pictures");
const pictures = readdirSync(folder).filter((file) => file.endsWith(".svg"));

/** What scripts make, each held up to date by a test of its own. */
const made = {
  diagrams: picturedChapters.flatMap((chapter) =>
    pictureLanguages.map((language) => pictureFile(chapter, language)),
  ),
  network: networkSteps.flatMap((step) =>
    pictureLanguages.map((language) => networkFile(step, language)),
  ),
  timelines: (Object.keys(strategies) as StrategyName[]).flatMap((strategy) =>
    pictureLanguages.map((language) => path.basename(timelineFile(strategy, language))),
  ),
};

const shownBy = (pages: readonly string[]) =>
  new Set(
    pages.flatMap((page) =>
      [...readPage(page).matchAll(/\([^()\s]*pictures\/([\w.-]+\.svg)\)/g)].map(
        ([, file = ""]) => file,
      ),
    ),
  );

describe("the documentation's pictures", () => {
  it("are all made by a script: docs:diagrams or docs:timelines", () => {
    assert.deepEqual(pictures.sort(), Object.values(made).flat().sort());
  });

  it("are all shown by a page in their language", () => {
    const english = shownBy(englishPages());
    const japanese = shownBy([
      ...pagesIn("docs/ja"),
      ...pagesIn("docs").filter((page) => page.endsWith(".ja.md")),
    ]);
    const isShown = (file: string) => (file.endsWith(".ja.svg") ? japanese : english).has(file);
    assert.deepEqual(
      pictures.filter((file) => !isShown(file)),
      [],
    );
  });

  it("have literal colours, which every converter knows", () => {
    for (const file of pictures) {
      assert.doesNotMatch(
        readFileSync(path.join(folder, file), "utf8"),
        /var\(|currentColor/,
        file,
      );
    }
  });

  it("can be read on a phone where they explain a step: as wide as it is, in letters of 11 px or more", () => {
    for (const file of [...made.network, ...made.timelines]) {
      const svg = readFileSync(path.join(folder, file), "utf8");
      assert.match(svg, /viewBox="0 0 390 \d+"/, file);
      const sizes = [...svg.matchAll(/font-size: ([\d.]+)px/g)].map(([, size]) => Number(size));
      assert.ok(sizes.length > 0 && Math.min(...sizes) >= 11, file);
    }
  });
});
