import assert from "node:assert/strict";

import concepts from "./concepts.json";
import { readPage } from "./pages";

describe("a concept of the tutorial", () => {
  for (const [page, found] of Object.entries(concepts)) {
    for (const { concept, en, ja } of found) {
      it(`has a heading of its own in both languages: ${concept}`, () => {
        const has = (file: string, heading: string) =>
          readPage(file)
            .split("\n")
            .some((line) => line.replace(/^#{2,3} /, "") === heading && line !== heading);
        assert.ok(has(`docs/tutorial/${page}.md`, en), en);
        assert.ok(has(`docs/ja/${page}.md`, ja), ja);
      });
    }
  }
});
