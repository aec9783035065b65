import assert from "node:assert/strict";

import concepts from "./concepts.json";
import { readPage } from "./pages";

/** A chapter's page, by its number and name, or a guide's. */
const bothLanguages = (page: string) =>
  /^\d/.test(page)
    ? ([`docs/tutorial/${page}.md`, `docs/ja/${page}.md`] as const)
    : ([`docs/${page}.md`, `docs/${page}.ja.md`] as const);

describe("a concept of the tutorial", () => {
  for (const [page, found] of Object.entries(concepts)) {
    for (const { concept, en, ja } of found) {
      it(`has a heading of its own in both languages: ${concept}`, () => {
        const has = (file: string, heading: string) =>
          readPage(file)
            .split("\n")
            .some((line) => line.replace(/^#{2,3} /, "") === heading && line !== heading);
        const [english, japanese] = bothLanguages(page);
        assert.ok(has(english, en), en);
        assert.ok(has(japanese, ja), ja);
      });
    }
  }
});
