import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as path from "node:path";

import { satisfies } from "semver";

import { repository } from "../../lab/shared/repository";

/** The oldest releases of Node.js that are supported. */
const supported = ["20.19.0", "22.13.0", "24.0.0"];

interface Locked {
  version?: string;
  optional?: boolean;
  engines?: { node?: string };
}

describe("the packages that npm ci installs", () => {
  let packages: [string, Locked][];
  before(async () => {
    const text = await readFile(path.join(repository, "package-lock.json"), "utf8");
    const lock = JSON.parse(text) as { packages: Record<string, Locked> };
    // npm silently leaves out an optional one that does not run.
    packages = Object.entries(lock.packages).filter(([, { optional }]) => optional !== true);
  });

  for (const node of supported) {
    it(`all run on Node.js ${node}`, () => {
      const warnings = packages
        .filter(([, { engines }]) => !satisfies(node, engines?.node ?? "*"))
        .map(([where, { version = "", engines }]) => `${where} ${version}: ${engines?.node ?? ""}`);
      assert.deepEqual(warnings, []);
    });
  }
});
