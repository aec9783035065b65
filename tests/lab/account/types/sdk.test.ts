import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { inputKeys } from "../../../../lab/account/schema";
import { resourceTypes } from "../../../../lab/account/types/registry";
import { itReports, type Malformed } from "./cases";

/** What the provider refuses before it asks the API: the inputs, and where they are wrong. */
const MALFORMED: readonly Malformed[] = [
  ["a misspelt property", "logGroup", { nam: "x", retentionInDays: 7 }, ["nam"]],
  ["a retention that AWS does not have", "logGroup", { retentionInDays: 2 }, ["retentionInDays"]],
];

describe("the account's resource types", () => {
  itReports(MALFORMED);

  for (const type of resourceTypes) {
    it(`${type.token} has exactly the properties of its SDK`, () => {
      const [sdk = "", module = ""] = type.token.split(":");
      // `docker-build:index:Image` is in image.js, `random:index/randomPassword:RandomPassword` in randomPassword.js.
      const file = module === "index" ? "image" : module.replace("index/", "");
      const source = readFileSync(
        join(require.resolve(`@pulumi/${sdk}/package.json`), "..", `${file}.js`),
        "utf8",
      );
      const inputs = inputKeys(type);
      const outputOnly = [...source.matchAll(/resourceInputs\["(\w+)"\] = undefined \/\*out\*\//g)]
        .map(([, name]) => name)
        .filter((name = "") => name !== "tagsAll" && !inputs.has(name));
      const declared = type.computed.filter((key) => !inputs.has(key));
      assert.deepEqual(declared.sort(), [...new Set(outputOnly)].sort());
    });
  }
});
