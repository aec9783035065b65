import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as path from "node:path";

import { repository } from "../../lab/shared/repository";
import { fencesOf, pagesIn, readPage } from "./pages";

const english = "docs/tutorial";
const japanese = "docs/ja";

/** What must be the same in both languages: commands, their outputs, and code. */
const commands = (page: string) =>
  fencesOf(readPage(page))
    .filter(({ info }) => /^(sh|text|ts|js|yaml|hcl|json|dockerfile)\b/.test(info))
    .map(({ info, text }) => ({ info, text }));

/** The level of each heading of a page, in order. */
const headings = (page: string) =>
  [
    ...readPage(page)
      .replace(/^```[^]*?^```$/gm, "")
      .matchAll(/^(#+) /gm),
  ].map(([, marks]) => marks);

const pictures = (page: string) =>
  [...readPage(page).matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, target = ""]) => target);

/** Replaces a picture on a page in the folder by its Japanese version, where there is one. */
const inJapanese = (folder: string) => (picture: string) => {
  const translated = picture.replace(/\.(\w+)$/, ".ja.$1");
  return existsSync(path.join(repository, folder, translated)) ? translated : picture;
};

describe("the Japanese tutorial", () => {
  it("has the same pages as the English one", () => {
    const names = (folder: string) => pagesIn(folder).map((page) => path.basename(page));
    assert.deepEqual(names(japanese), names(english));
  });

  for (const page of pagesIn(english)) {
    const name = path.basename(page);
    const translation = path.posix.join(japanese, name);

    it(`shows the same commands and outputs in ${name}, in the same order`, () => {
      assert.deepEqual(commands(translation), commands(page));
    });

    it(`has the same levels of headings in ${name}`, () => {
      assert.deepEqual(headings(translation), headings(page));
    });

    it(`shows the same pictures in ${name}, in their Japanese versions where there are any`, () => {
      assert.deepEqual(pictures(translation), pictures(page).map(inJapanese(japanese)));
    });

    it(`links ${name} to its translation and back`, () => {
      assert.ok(readPage(page).includes(`(../ja/${name})`));
      assert.ok(readPage(translation).includes(`(../tutorial/${name})`));
    });
  }
});

describe("the Japanese page beside an English one", () => {
  const translations = pagesIn("docs").filter((page) => page.endsWith(".ja.md"));

  const headings = (page: string) =>
    [...readPage(page).matchAll(/^#+(?= )/gm)].map(([level]) => level);

  /** Numbers of two digits or more outside code and links, such as `1,333`, `0.89` or `2026`, each as often as it occurs. */
  const figures = (page: string): string[] =>
    readPage(page)
      .replace(/^```[^]*?^```$/gm, "")
      .replace(/\]\([^)]*\)/g, "]")
      .match(/\d[\d,.]*\d/g) ?? [];

  it("exists for every guide except the comparison of scanners, which the Japanese page on policies sums up", () => {
    const guides = pagesIn("docs").filter((page) => !page.endsWith(".ja.md"));
    assert.deepEqual(
      translations,
      guides
        .filter((page) => page !== "docs/policy-comparison.md")
        .map((page) => page.replace(".md", ".ja.md")),
    );
  });

  const pages = [...translations, "services/README.ja.md"];

  for (const page of pages) {
    const original = page.replace(".ja.md", ".md");

    it(`has the headings, commands and outputs of ${original}`, () => {
      assert.deepEqual(headings(page), headings(original));
      assert.deepEqual(commands(page), commands(original));
    });

    it(`is linked from ${original} and links back`, () => {
      assert.ok(readPage(original).includes(`[日本語](${path.basename(page)})`));
      assert.ok(readPage(page).includes(`[English](${path.basename(original)})`));
    });

    it(`shows the pictures of ${original}, in their Japanese versions where there are any`, () => {
      assert.deepEqual(pictures(page), pictures(original).map(inJapanese(path.dirname(page))));
    });
  }

  // The rules' page has a table in English only.
  for (const page of pages.filter((one) => one !== "docs/policies.ja.md")) {
    const original = page.replace(".ja.md", ".md");

    it(`has every figure in ${original}, at least as often`, () => {
      const there = figures(page);
      const missing = figures(original).filter((figure) => {
        const place = there.indexOf(figure);
        if (place >= 0) there.splice(place, 1);
        return place < 0;
      });
      assert.deepEqual(missing, []);
    });
  }
});
