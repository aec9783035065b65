import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";

import { repository } from "../../../../lab/shared/repository";

const internals = path.join(repository, "lab", "engine", "internals");

describe("the SDK's view of functions", () => {
  it("is the same if the debugger is connected late", async () => {
    const script = `
      const { fileURLToPath } = require("node:url");
      const hooks = require("@pulumi/pulumi/runtime/closure/v8Hooks");
      const { getFunctionLocationAsync } = require("@pulumi/pulumi/runtime/closure/v8");
      const pulumi = require("@pulumi/pulumi");
      const add = (n) => n + 41;
      (async () => {
        await hooks.isInitializedAsync();
        const minimist = require("minimist");
        const { file } = await getFunctionLocationAsync(minimist);
        const { text } = await pulumi.runtime.serializeFunction(add);
        const handler = new Function("exports", text + "; return exports.handler;")({});
        console.log(JSON.stringify([fileURLToPath(file) === require.resolve("minimist"), handler(1)]));
      })();`;
    const preloads = ["quick-modules.cjs", "quietProgram.ts", "lateDebugger.ts"];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...preloads.flatMap((file) => ["--require", path.join(internals, file)]), "--eval", script],
      { cwd: repository },
    );
    assert.deepEqual(JSON.parse(stdout), [true, 42]);
  });
});
