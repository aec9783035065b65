import * as assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";

import { contenderTable } from "../../bench/cdk";
import { cdkApp } from "../../bench/peers/cdkApp";
import { measuredChapters } from "../../bench/stack";

interface Package {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

const readPackage = async (folder: string) =>
  JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as Package;

describe("a comparison with AWS CDK", () => {
  it("shows the ratio of each contender's shortest time to ours", () => {
    const timings = (...seconds: number[]) =>
      seconds.map((time) => ({ seconds: time, peakMiB: 100 * time }));
    const { columns, rows } = contenderTable(
      { what: "preview", resources: 175, timings: timings(3, 2, 7) },
      [{ what: "synth", resources: 145, timings: timings(8, 5, 9) }],
    );
    assert.deepEqual(rows, [
      ["preview", 175, 2, 3, 700, 1],
      ["synth", 145, 5, 8, 900, 2.5],
    ]);
    assert.equal(columns.length, rows[0]?.length);
  });

  it("has every measured chapter in the app", async () => {
    const files = await readdir(path.join(cdkApp, "lib"));
    const stack = await readFile(path.join(cdkApp, "lib", "handsonStack.ts"), "utf8");
    for (const chapter of measuredChapters) {
      assert.ok(files.includes(`${chapter}.ts`), chapter);
      assert.match(stack, new RegExp(`^ +deploy${chapter}\\(`, "im"));
    }
  });

  it("pins every package of the app, and has the versions of the comparison of scanners", async () => {
    const { dependencies, devDependencies } = await readPackage(cdkApp);
    for (const version of Object.values({ ...dependencies, ...devDependencies })) {
      assert.match(version, /^\d+\.\d+\.\d+$/);
    }
    const scanners = await readPackage(path.join(cdkApp, "..", "scanners"));
    assert.deepEqual(dependencies, scanners.dependencies);
  });
});
