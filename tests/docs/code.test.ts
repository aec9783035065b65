import assert from "node:assert/strict";

import { pagesWithCode, withCode } from "./code";
import { pagesIn, readPage } from "./pages";

describe("code in the documentation", () => {
  for (const page of pagesWithCode()) {
    if (!readPage(page).includes("<!-- code: ")) continue;

    it(`matches the program's in ${page} (npm run docs:code updates it)`, async () => {
      assert.equal(readPage(page), await withCode(page));
    });
  }

  it("is in each of chapters 1 to 7, which deploy something", () => {
    const without = pagesIn("docs/tutorial")
      .filter((page) => /\/0[1-7]-/.test(page))
      .filter((page) => !readPage(page).includes("<!-- code: "));
    assert.deepEqual(without, []);
  });

  it("is rejected if the program has no such region", async () => {
    const page = "docs/tutorial/01-fargate.md";
    const markdown = "<!-- code: index.ts#not-there -->\n";
    await assert.rejects(
      withCode(page, markdown),
      /docs\/tutorial\/01-fargate.md shows index.ts#not-there, which is not there/,
    );
  });
});
