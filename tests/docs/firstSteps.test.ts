import assert from "node:assert/strict";

import { stepsOf } from "./pages";

describe("the first steps on a fresh machine", () => {
  it("are five commands until two versions of the page answer in turn", () => {
    const [clone] = stepsOf("README.md");
    assert.match(clone?.command ?? "", /^git clone/);
    const chapter = stepsOf("docs/tutorial/01-fargate.md");
    const last = chapter.findIndex(
      ({ prints }) => prints.includes("handson-dev:1") && prints.includes("handson-dev:2"),
    );
    assert.ok(last >= 0);
    const typed = [clone, ...chapter.slice(0, last + 1)].flatMap(
      (step) => step?.command.split("\n") ?? [],
    );
    // The README's last command is the chapter's first.
    assert.equal(new Set(typed).size, 5, [...new Set(typed)].join("\n"));
  });
});
