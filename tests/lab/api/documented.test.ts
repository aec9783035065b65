import assert from "node:assert/strict";

import { cliPages } from "../../docs/commands";
import { stepsOf } from "../../docs/pages";
import { operationsTable } from "./operationsTable";

const PAGE = cliPages.guide;
const TRANSLATION = "docs/aws-cli.ja.md";

describe("the page on the AWS CLI", () => {
  it("lists all operations of the lab's API", () => {
    assert.ok(stepsOf(PAGE).length > 0);
    assert.equal(operationsTable.written(PAGE), operationsTable.now());
  });

  it("has the same commands and outputs in Japanese", () => {
    const said = (page: string) => stepsOf(page).map(({ command, prints }) => [command, prints]);
    assert.deepEqual(said(TRANSLATION), said(PAGE));
    assert.equal(operationsTable.written(TRANSLATION), operationsTable.now());
  });
});
