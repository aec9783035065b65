import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import { repository } from "../../lab/shared/repository";
import {
  networkFile,
  pictureFile,
  picturedChapters,
} from "../../lab/ui/commands/diagram/docsPictures";
import { screens } from "../../lab/ui/diagram/drawSvg";
import { pictureLanguages } from "../../lab/ui/diagram/language";
import { networkSteps } from "../../lab/ui/diagram/networkSteps";
import { englishPages } from "./commands";
import { pagesIn, readPage } from "./pages";
import { pictureFile as timelineFile } from "./timelines/files";
import { strategies, type StrategyName } from "./timelines/record";

const folder = path.join(repository, "docs", "pictures");
const pictures = readdirSync(folder).filter((file) => file.endsWith(".svg"));

/** The pictures that scripts make; each kind has a test that keeps it up to date. */
const made = {
  diagrams: picturedChapters.flatMap((chapter) =>
    pictureLanguages.flatMap((language) =>
      screens.map((screen) => pictureFile(chapter, language, screen)),
    ),
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
      [...readPage(page).matchAll(/[("][^()"\s]*pictures\/([\w.-]+\.svg)[)"]/g)].map(
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

  it("have literal colours, which every converter supports", () => {
    for (const file of pictures) {
      assert.doesNotMatch(
        readFileSync(path.join(folder, file), "utf8"),
        /var\(|currentColor/,
        file,
      );
    }
  });

  /** The height of the smallest letters of a picture that is shown at most `shown` pixels wide. */
  const smallest = (file: string, shown: number) => {
    const svg = readFileSync(path.join(folder, file), "utf8");
    const [, width] = /viewBox="0 0 ([\d.]+) /.exec(svg) ?? [];
    const sizes = [...svg.matchAll(/font-size: ([\d.]+)px/g)].map(([, size]) => Number(size));
    assert.ok(width !== undefined && sizes.length > 0, file);
    return Math.min(...sizes) * Math.min(1, shown / Number(width));
  };
  const isForPhone = (file: string) => file.includes(".phone.");

  it("have letters of at least 11 px on a phone, if they explain a step or are made for phones", () => {
    for (const file of [...made.network, ...made.timelines, ...made.diagrams.filter(isForPhone)]) {
      assert.ok(smallest(file, 390) >= 11, `${file}: ${smallest(file, 390)} px`);
    }
  });

  it("have letters of at least 11 px on GitHub, whose pages are 830 px wide", () => {
    for (const file of pictures) {
      const shown = isForPhone(file) ? 390 : 830;
      assert.ok(smallest(file, shown) >= 11, `${file}: ${smallest(file, shown)} px`);
    }
  });

  it("have a version for phones wherever a page shows a chapter's architecture", () => {
    const pages = [...englishPages(), ...pagesIn("docs/ja"), ...pagesIn("docs")];
    const lines = pages.flatMap((page) =>
      readPage(page)
        .split("\n")
        .filter((line) => /!\[[^\]]*\]\([^)]*architecture-/.test(line)),
    );
    assert.ok(lines.length > 10);
    for (const line of lines) {
      const [, chapter = "", ending = ""] =
        /\(\S*architecture-(\w+)((?:\.ja)?\.svg)\)/.exec(line) ?? [];
      const phone = `architecture-${chapter}.phone${ending}"`;
      const source =
        /^<picture><source media="\(max-width: 600px\)" srcset="([^>]+)>!\[[^\]]+\]\(\S+\)<\/picture>$/;
      assert.ok(source.exec(line)?.[1]?.endsWith(`/${phone}`), line);
    }
  });
});
