import assert from "node:assert/strict";

import { englishPages } from "./commands";
import { pagesIn, readPage } from "./pages";

const pages = [
  ...englishPages(),
  ...pagesIn("docs").filter((page) => page.endsWith(".ja.md")),
  ...pagesIn("docs/ja"),
  "README.ja.md",
];

describe("a table in the documentation", () => {
  it("has a heading for each column, for those who use a screen reader", () => {
    const unnamed = pages.flatMap((page) =>
      [...readPage(page).matchAll(/^\|(.*)\|\n\|[ :|-]+\|$/gm)]
        .map(([, cells = ""]) => cells)
        .filter((cells) => cells.split("|").some((cell) => cell.trim() === ""))
        .map((cells) => `${page}: ${cells}`),
    );
    assert.deepEqual(unnamed, []);
  });
});
