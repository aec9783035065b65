import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";

import { repository } from "../../lab/shared/repository";
import { fencesOf, pagesIn, readPage } from "./pages";

type Deck = typeof import("../../slides/deck.mjs");

const folders = { en: "docs/tutorial", ja: "docs/ja" } as const;
const separator = "\n\n---\n\n";

/** The slides of a deck, without its front matter. */
const slidesOf = (deck: string) => deck.replace(/^---\n[^]*?\n---\n\n/, "").split(separator);

describe("the slides of a chapter", () => {
  let deckOf: Deck["deckOf"];

  before(async () => {
    ({ deckOf } = await import("../../slides/deck.mjs"));
  });

  for (const [language, folder] of Object.entries(folders) as [keyof typeof folders, string][]) {
    for (const page of pagesIn(folder)) {
      const markdown = readPage(page);
      /** Without code blocks, in which lines may look like Markdown. */
      const prose = markdown.replace(/^```[^]*?^```$/gm, "");
      const deck = () => deckOf(markdown, { language });

      it(`have a title and all headings that have text under them: ${page}`, () => {
        const [title = "", ...others] = slidesOf(deck());
        assert.equal(title.split("\n")[0], markdown.split("\n")[0]);
        assert.match(title, /^(Goal|目標): .+\d+ (minutes|分)/m);
        const headings = [...prose.matchAll(/^#{2,3} (.+)\n\n(?!#)/gm)].map(([, one]) => one);
        const shown = others.map((slide) => slide.split("\n")[0]?.replace(/^## /, ""));
        assert.deepEqual(
          headings.filter((one) => !shown.includes(one)),
          [],
        );
      });

      it(`show all pictures, commands and code, in the page's order: ${page}`, () => {
        const wanted = [
          ...markdown.matchAll(/!\[.+\]\([^)]+\)(?=$|<\/picture>$)/gm),
          ...fencesOf(markdown)
            .filter(({ info }) => /^(sh|ts|yaml|mermaid)\b/.test(info))
            .flatMap(({ text }) => text.split("\n").filter((line) => line.trim() !== ""))
            .map((line) => [line] as const),
        ];
        const lines = new Set(deck().split("\n"));
        assert.deepEqual(
          wanted.filter(([line]) => !lines.has(line)),
          [],
        );
        const commands = fencesOf(markdown).filter(({ info }) => info.startsWith("sh"));
        const typed = fencesOf(deck()).filter(({ info }) => info === "sh");
        assert.deepEqual(
          typed.map(({ text }) => text),
          commands.map(({ text }) => text),
        );
      });

      it(`have no whole paragraphs except answers, and no links: ${page}`, () => {
        const answers = /^<details>[^]*?^<\/details>$/gm;
        const paragraphs = prose
          .replace(answers, "")
          .split("\n\n")
          .filter((one) => /^[^#<|![\-\d\s]/.test(one) && !/^(Goal|目標):/.test(one))
          .map((one) => one.replaceAll("\n", language === "en" ? " " : ""))
          .filter((one) => (language === "en" ? /[.?!] [A-Z]/ : /。./).test(one));
        const shown = deck();
        assert.deepEqual(
          paragraphs.filter((one) => shown.includes(one)),
          [],
        );
        assert.doesNotMatch(shown.replace(/^```[^]*?^```$/gm, ""), /(?<!!)\[[^\]]+\]\([^)]+\)/);
      });

      it(`ask each question on a slide before its answer: ${page}`, () => {
        const slides = slidesOf(deck());
        const questions = [...prose.matchAll(/<summary>(.+)<\/summary>\n\n(?!\n)/g)];
        let asked = 0;
        for (const [, question = ""] of questions) {
          const on = slides.flatMap((slide, index) =>
            slide.includes(`**${question}**`) ? [index] : [],
          );
          // What is folded for another reason, such as the same code in Terraform, is on no slide.
          const [first, second] = on;
          if (first === undefined) continue;
          asked += 1;
          assert.equal(on.length, 2, question);
          assert.equal(second, first + 1);
          assert.ok(slides[first]?.trimEnd().endsWith(`**${question}**`), question);
        }
        // Every chapter has at least two.
        assert.ok(asked >= 2, `${asked} questions`);
      });
    }
  }

  it("are the same number in both languages", () => {
    const count = (language: keyof typeof folders) =>
      pagesIn(folders[language]).map(
        (page) => slidesOf(deckOf(readPage(page), { language })).length,
      );
    assert.deepEqual(count("ja"), count("en"));
  });

  it("end a sentence at its full stop, not at a dot in code, a number or an abbreviation", () => {
    const first = (text: string, language: "en" | "ja" = "en") =>
      slidesOf(
        deckOf(`# Title\n\nGoal: x. 1 minutes\n\n## Part\n\n${text}\n`, { language }),
      )[1]?.trimEnd();
    assert.equal(
      first("Take nginx `1.30. Or` so. Then stop."),
      "## Part\n\nTake nginx `1.30. Or` so.",
    );
    assert.equal(first("It has e.g. Pods. More."), "## Part\n\nIt has e.g. Pods.");
    assert.equal(first("Only this"), "## Part\n\nOnly this");
    assert.equal(first("最初の文です。次の文。", "ja"), "## Part\n\n最初の文です。");
  });

  it("split code that is longer than a slide, without losing a line", () => {
    const lines = Array.from({ length: 50 }, (_, index) => `const a${index} = ${index};`);
    const page = `# Title\n\nGoal: x. 1 minutes\n\n## Code\n\n\`\`\`ts\n${lines.join("\n")}\n\`\`\`\n`;
    const slides = slidesOf(deckOf(page, { language: "en" })).slice(1);
    assert.equal(slides.length, 3);
    assert.deepEqual(
      slides.flatMap((slide) => slide.split("\n").filter((line) => line.startsWith("const"))),
      lines,
    );
  });

  it("are made with packages of their own, which the checkout's npm ci does not install", () => {
    const read = (file: string) =>
      JSON.parse(readFileSync(path.join(repository, file), "utf8")) as {
        devDependencies: Record<string, string>;
      };
    const own = Object.keys(read("slides/package.json").devDependencies);
    assert.ok(own.includes("@marp-team/marp-core"));
    const all = Object.keys(read("package.json").devDependencies);
    assert.deepEqual(
      own.filter((name) => all.includes(name)),
      [],
    );
  });
});
