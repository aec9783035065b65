import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";

import { RegistryAccess } from "../../../lab/api/registry/access";
import { createWorld, REGION } from "../account/fixtures";
import { PATIENCE_MS } from "../runtime/patience";
import { layerOf } from "./layers";
import { KEY, serveApi } from "./servedApi";

const run = promisify(execFile);

describe("the lab's image registry and crane", function () {
  this.timeout(PATIENCE_MS);

  it("accepts what crane pushes, if it is installed", async function () {
    if (!has("crane")) this.skip();
    const served = await serveApi(createWorld);
    const folder = mkdtempSync(join(tmpdir(), "ecs-handson-crane-"));
    try {
      const repositoryName = "pushed/nginx";
      await new ECRClient(served.client).send(new CreateRepositoryCommand({ repositoryName }));
      const layer = join(folder, "layer.tar.gz");
      const page = { "usr/share/nginx/html/index.html": "by crane" };
      writeFileSync(layer, layerOf(page).bytes);
      const env = { PATH: process.env.PATH, HOME: folder, DOCKER_CONFIG: folder };
      const host = new URL(served.url).host;
      const { password } = new RegistryAccess(KEY).password(new Date());
      const crane = (...args: string[]) => run("crane", args, { env });
      await crane("auth", "login", host, "--username", "AWS", "--password", password);
      const image = `${host}/${repositoryName}:1`;
      await crane("append", "--new_layer", layer, "--new_tag", image);
      await crane("mutate", "--cmd", "nginx", image);
      const pushed = `123456789012.dkr.ecr.${REGION}.amazonaws.com/${repositoryName}:1`;
      const site = join(served.images(pushed) ?? "", "html", "index.html");
      assert.equal(readFileSync(site, "utf8"), "by crane");
      const { stdout } = await crane("validate", "--remote", image);
      assert.match(stdout, /PASS/);
    } finally {
      rmSync(folder, { recursive: true });
      await served.close();
    }
  });
});

function has(program: string): boolean {
  try {
    execFileSync(program, ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
