import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";

import { repository } from "../../../lab/shared/repository";

const quickModules = path.join(repository, "lab", "engine", "internals", "quick-modules.cjs");

/** What a script prints in a process of its own that loads modules as the lab does. */
async function run(script: string): Promise<unknown> {
  const args = ["--require", quickModules, "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: repository });
  return JSON.parse(stdout);
}

describe("modules of the lab", function () {
  this.timeout(60_000);

  it("of AWS's services load when they are used, and are what they are", async () => {
    const script = `
      const aws = require("@pulumi/aws");
      const isLoaded = (service) => require.resolve("@pulumi/aws/" + service) in require.cache;
      const before = isLoaded("ecs");
      const { Service } = aws.ecs;
      const name = [Service.name, Service === require("@pulumi/aws/ecs").Service];
      console.log(JSON.stringify({ before, after: isLoaded("ecs"), name, other: isLoaded("sqs") }));`;
    assert.deepEqual(await run(script), {
      before: false,
      after: true,
      name: ["Service", true],
      other: false,
    });
  });

  it("of the services that awsx gives resources of are known from the start", async () => {
    const script = `
      require("@pulumi/aws");
      const { getResourceModule } = require("@pulumi/pulumi/runtime/rpc");
      const known = ["ec2/vpc", "ec2/subnet", "ecr/repository"].map(
        (name) => getResourceModule("aws", name, "7.48.0") !== undefined);
      console.log(JSON.stringify(known));`;
    assert.deepEqual(await run(script), [true, true, true]);
  });

  it("that serialize functions load when a function is serialized", async () => {
    const script = `
      const pulumi = require("@pulumi/pulumi");
      const isLoaded = () => require.resolve("typescript") in require.cache;
      const before = isLoaded();
      const add = (a) => a + 41;
      pulumi.runtime.serializeFunction(add).then(({ text }) => {
        const answer = new Function("exports", "require", text + "; return exports.handler(1);");
        console.log(JSON.stringify({ before, after: isLoaded(), sum: answer({}, require) }));
      });`;
    assert.deepEqual(await run(script), { before: false, after: true, sum: 42 });
  });

  it("that are ES modules load as before", async () => {
    const script = `
      const { default: envPaths } = require("env-paths");
      console.log(JSON.stringify(typeof envPaths("ecs-handson").cache));`;
    assert.equal(await run(script), "string");
  });
});
