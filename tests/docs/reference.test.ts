import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import { repository } from "../../lab/shared/repository";
import { pagesIn, readPage } from "./pages";

/** Folders whose code prints the messages that the troubleshooting page explains. */
const sources = ["components", "lab", "settings"];

const code = sources
  .flatMap((folder) =>
    readdirSync(path.join(repository, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.includes("node_modules"))
      .map((file) => readFileSync(path.join(repository, folder, file), "utf8")),
  )
  .join("\n");

const messages = (page: string) =>
  [...readPage(page).matchAll(/^## `(.+)`$/gm)].map(([, message = ""]) => message);

describe("the troubleshooting page", () => {
  it("explains only messages that the code prints", () => {
    const all = messages("docs/troubleshooting.md");
    assert.ok(all.length > 15);
    assert.deepEqual(
      all.filter((message) => !code.includes(message)),
      [],
    );
  });

  it("explains the same messages in Japanese, each with its cause and fix", () => {
    const page = "docs/troubleshooting.ja.md";
    assert.deepEqual(messages(page), messages("docs/troubleshooting.md"));
    const count = (line: RegExp) => [...readPage(page).matchAll(line)].length;
    assert.equal(count(/^- 原因: /gm), messages(page).length);
    assert.equal(count(/^- 対処: /gm), messages(page).length);
  });
});

/** The first two columns of each row, and the link in the first. */
const rows = (page: string) =>
  [...readPage(page).matchAll(/^\| \[(.+?)\]\((\S+?)\) +\| (.+?) +\|/gm)].map(
    ([, first = "", link = "", second = ""]) => ({ first, link, second }),
  );

describe("the glossary", () => {
  const english = rows("docs/glossary.md");

  it("has the same terms in both languages, with links to AWS's pages in that language", () => {
    assert.ok(english.length > 30);
    assert.deepEqual(
      rows("docs/glossary.ja.md").map(({ first, link, second }) => ({
        first: second,
        link: link.replace("/ja_jp/", "/"),
        second: first,
      })),
      english,
    );
  });

  it("has the Japanese words that the Japanese chapters use", () => {
    const chapters = pagesIn("docs/ja").map(readPage).join("\n");
    // Names that AWS gives in full, and chapters shorten.
    const inFull = [
      "Amazon ECS マネージドインスタンス",
      "AWS CodePipeline",
      "AWS Fargate",
      "AWS Secrets Manager",
      "コンテナインスタンス",
      "コンテナインスタンスロール",
      "サービスのオートスケーリング",
    ];
    const words = english.map(({ second }) => second).filter((word) => !inFull.includes(word));
    assert.deepEqual(
      words.filter((word) => !chapters.includes(word)),
      [],
    );
  });
});

describe("the page for teachers", () => {
  for (const [page, folder] of [
    ["docs/teaching.md", "tutorial"],
    ["docs/teaching.ja.md", "ja"],
  ] as const) {
    it(`plans the minutes that each chapter states, in ${page}`, () => {
      const plan = [...readPage(page).matchAll(/\]\(\w+\/(\d\d-[\w-]+)\.md\) +\| (\d+) +\|/g)];
      assert.ok(plan.length >= 10);
      for (const [, name = "", minutes] of plan) {
        const stated = /^(?:Goal:|目標:).*?(\d+) (?:minutes|分)/m;
        assert.equal(stated.exec(readPage(`docs/${folder}/${name}.md`))?.[1], minutes, name);
      }
    });
  }
});
