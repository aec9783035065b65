import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { dependencies, requiredPackages } from "../../../../lab/engine/languageHost/packages";
import { repository } from "../../../../lab/shared/repository";

describe("the packages of a program", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "packages-"));
  });
  afterEach(() => rm(dir, { recursive: true }));

  async function install(folder: string, manifest: object): Promise<void> {
    await mkdir(path.join(dir, folder), { recursive: true });
    await writeFile(path.join(dir, folder, "package.json"), JSON.stringify(manifest));
  }

  const needsSdk = { dependencies: { "@pulumi/pulumi": "^3.0.0" } };

  beforeEach(async () => {
    await install(".", {
      dependencies: { "@pulumi/aws": "1", "left-pad": "1", gone: "1" },
      devDependencies: { "@acme/pulumi-site": "1" },
    });
    await install("node_modules/@pulumi/aws", {
      name: "@pulumi/aws",
      version: "7.1.0",
      pulumi: { resource: true },
      ...needsSdk,
    });
    await install("node_modules/left-pad", { name: "left-pad", version: "1.0.0" });
    await install("node_modules/@acme/pulumi-site", {
      name: "@acme/pulumi-site",
      version: "2.0.0",
      pulumi: { resource: true, name: "site", version: "v2.1.0", server: "https://example.com" },
      dependencies: { ...needsSdk.dependencies, "@pulumi/random": "4" },
    });
    await install("node_modules/@acme/pulumi-site/node_modules/@pulumi/random", {
      name: "@pulumi/random",
      version: "4.0.0",
      pulumi: { resource: true },
    });
  });

  it("with a provider are required, including those that other packages depend on", () => {
    assert.deepEqual(requiredPackages(dir), [
      { name: "aws", version: "v7.1.0", server: "" },
      { name: "random", version: "v4.0.0", server: "" },
      { name: "site", version: "v2.1.0", server: "https://example.com" },
    ]);
  });

  it("are found from a folder below, as Node.js finds them", async () => {
    await mkdir(path.join(dir, "infra"));
    assert.deepEqual(requiredPackages(path.join(dir, "infra")), requiredPackages(dir));
  });

  it("are its dependencies, with their installed versions", () => {
    assert.deepEqual(dependencies(dir, false), [
      { name: "@acme/pulumi-site", version: "2.0.0" },
      { name: "@pulumi/aws", version: "7.1.0" },
      { name: "left-pad", version: "1.0.0" },
    ]);
    assert.equal(dependencies(dir, true).length, 4);
  });

  it("of this checkout are those that the lab stands in for", () => {
    const names = requiredPackages(repository).map(({ name }) => name);
    assert.deepEqual(names, ["aws", "awsx", "docker", "docker-build", "random"]);
  });
});
