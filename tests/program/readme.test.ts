import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as path from "node:path";

import { defaultConfig } from "./mocks";

describe("the README", () => {
  it("tells every configuration key with the default that Pulumi.yaml gives it", async () => {
    const readme = await readFile(path.resolve(__dirname, "..", "..", "README.md"), "utf8");
    const rows = readme.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
    for (const [key, value] of Object.entries(defaultConfig())) {
      const name = key.replace("ecs-handson:", "");
      const row = rows.find(([, cell]) => cell === `\`${name}\``);
      const told = namesOf(value).replaceAll('"', "").replaceAll(",", ", ");
      assert.equal(row?.[2], `\`${told}\``, name);
    }
  });
});

/** A list of things with names as the list of their names; anything else as it is. */
function namesOf(value: string): string {
  if (!value.startsWith("[{")) return value;
  return JSON.stringify((JSON.parse(value) as { name: string }[]).map(({ name }) => name));
}
