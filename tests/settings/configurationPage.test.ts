import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as path from "node:path";

import { CONFIGURATION_PAGE, configurationPage } from "../../settings/commands/docs";
import { defaultConfig } from "../program/mocks";

describe("the page on configuration", () => {
  const page = () => readFile(path.resolve(__dirname, "..", "..", CONFIGURATION_PAGE), "utf8");

  it("is what `npm run docs:configuration` writes", async () => {
    assert.equal(await page(), await configurationPage());
  });

  it("tells every setting with the default that the program gets", async () => {
    const markdown = await page();
    const rows = markdown.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
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
