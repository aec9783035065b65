import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { componentParts } from "../../../../lab/engine/internals/componentParts";
import { repository } from "../../../../lab/shared/repository";
import { renamed } from "../../../renamed";

describe("the SDK's parts that create components", () => {
  it("all exist", () => {
    for (const part of Object.values(componentParts())) assert.equal(typeof part, "function");
  });

  it("are reported in one line if they have other names", async () => {
    const { args, env } = renamed([
      ["runtime/state.js", "withLocalStorage", "withStorage"],
      ["provider/server.js", "deserializeInputs", "deserializeAll"],
      ["runtime/settings.js", "awaitFeatureSupport", "awaitFeatures"],
      ["runtime/settings.js", "waitForRPCs", "waitForCalls"],
    ]);
    const script = `
      const { componentParts } = require("./lab/engine/internals/componentParts.ts");
      try { componentParts(); } catch ({ message }) { console.log(message); }`;
    const flags = [...args, "--require", "ecs-handson-loader", "--eval", script];
    const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: repository, env });
    assert.match(
      stdout,
      /^the lab cannot create components: @pulumi\/pulumi \S+ has no withLocalStorage, deserializeInputs, awaitFeatureSupport, waitForRPCs\. [^\n]*\n$/,
    );
  }).timeout(60_000);
});
