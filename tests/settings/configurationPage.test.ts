import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as path from "node:path";

import { chapters, choices } from "../../settings";
import { configurationPage, documentedSettings, languages } from "../../settings/commands/docs";
import * as japanese from "../../settings/commands/japanese";
import { defaultConfig } from "../program/mocks";

for (const language of Object.values(languages)) {
  describe(`the page on configuration, ${language.file}`, () => {
    const page = () => readFile(path.resolve(__dirname, "..", "..", language.file), "utf8");

    it("is what `npm run docs:configuration` writes", async () => {
      assert.equal(await page(), await configurationPage(language));
    });

    it("lists every setting with the default that the program gets", async () => {
      const markdown = await page();
      const rows = markdown.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
      for (const [key, value] of Object.entries(defaultConfig())) {
        const name = key.replace("ecs-handson:", "");
        const row = rows.find(([, cell]) => cell === `\`${name}\``);
        const expected = namesOf(value).replaceAll('"', "").replaceAll(",", ", ");
        assert.equal(row?.[2], `\`${expected}\``, name);
      }
    });
  });
}

describe("the meanings of settings in Japanese", () => {
  it("exist for every setting, and for nothing else", () => {
    const keys = Object.keys(documentedSettings());
    assert.deepEqual(Object.keys(japanese.meanings).sort(), keys.sort());
  });

  it("mention the numbers that Pulumi.yaml mentions", () => {
    const numbers = (text: string) =>
      new Set(text.replace(/`[^`]*`/g, "").match(/(?<![\w.-])\d{2,}(?![\w.-])/g) ?? []);
    for (const [key, { description = "" }] of Object.entries(documentedSettings())) {
      const meaning = japanese.meanings[key] ?? "";
      for (const number of numbers(description))
        assert.ok(meaning.includes(number), `${key}: ${number}`);
    }
  });

  it("mention every value to choose from", () => {
    for (const [key, values] of Object.entries({ chapters, ...choices })) {
      const meaning = japanese.meanings[key] ?? "";
      for (const value of values) assert.ok(meaning.includes(`\`${value}\``), `${key}: ${value}`);
    }
  });

  it("have a title for each table, and no other", async () => {
    const page = await configurationPage(languages.english);
    const titles = [...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    assert.deepEqual(Object.keys(japanese.titles), titles);
  });
});

/** A list of things with names as the list of their names; anything else as it is. */
function namesOf(value: string): string {
  if (!value.startsWith("[{")) return value;
  return JSON.stringify((JSON.parse(value) as { name: string }[]).map(({ name }) => name));
}
