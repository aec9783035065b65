import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import type { LeverNote } from "ecs-handson-loader/lever.cjs";
import { promisify } from "node:util";

import { repository } from "../../../../lab/shared/repository";
import { renamed, type Renaming } from "../../../renamed";

const quickModules = path.join(repository, "lab", "engine", "internals", "quick-modules.cjs");

/** The JSON that a script prints in a process of its own that loads modules as the lab does. */
async function run(script: string, ...renamings: Renaming[]): Promise<unknown> {
  const { args, env } = renamed(renamings);
  const flags = [...args, "--require", quickModules, "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: repository, env });
  return JSON.parse(stdout);
}

describe("modules of the lab", () => {
  const services = `
    const aws = require("@pulumi/aws");
    const isLoaded = (service) => require.resolve("@pulumi/aws/" + service) in require.cache;
    const before = isLoaded("ecs");
    const { Service } = aws.ecs;
    const name = [Service.name, Service === require("@pulumi/aws/ecs").Service];
    console.log(JSON.stringify({ before, after: isLoaded("ecs"), name, other: isLoaded("sqs") }));`;

  it("of AWS's services load when they are used, and are the real modules", async () => {
    assert.deepEqual(await run(services), {
      before: false,
      after: true,
      name: ["Service", true],
      other: false,
    });
  });

  it("of the services whose resources awsx returns are known from the start", async () => {
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

  it("that trace a program load when it is traced", async () => {
    const script = `
      const tracing = require("@pulumi/pulumi/cmd/run/tracing");
      const isLoaded = () => require.resolve("@opentelemetry/sdk-trace-node") in require.cache;
      tracing.newSpan("a").end();
      const before = isLoaded();
      tracing.start("http://127.0.0.1:9/api/v2/spans");
      const { constructor } = tracing.newSpan("b");
      console.log(JSON.stringify({ before, after: isLoaded(), span: constructor.name }));`;
    assert.deepEqual(await run(script), { before: false, after: true, span: "Span" });
  });

  it("that are ES modules load as usual", async () => {
    const script = `
      const { default: envPaths } = require("env-paths");
      console.log(JSON.stringify(typeof envPaths("ecs-handson").cache));`;
    assert.equal(await run(script), "string");
  });

  describe("if Node.js loads them by other names", () => {
    let dir: string;

    beforeEach(async () => {
      dir = await mkdtemp(path.join(tmpdir(), "levers-"));
      process.env.LAB_LEVERS = path.join(dir, "levers");
    });
    afterEach(async () => {
      delete process.env.LAB_LEVERS;
      await rm(dir, { recursive: true });
    });

    async function effective(): Promise<Record<string, boolean>> {
      const lines = (await readFile(path.join(dir, "levers"), "utf8")).trim().split("\n");
      const notes = lines.map((line) => JSON.parse(line) as LeverNote);
      return Object.fromEntries(notes.map((note) => [note.lever, note.effective]));
    }

    it("report both levers as effective while it does not", async () => {
      await run(services);
      assert.deepEqual(await effective(), { unparsed: true, "when-used": true });
    });

    it("load all at once, more slowly, and are the real modules", async () => {
      const loaded = await run(services, ["quick-modules.cjs", "Module._load", "Module._loadAnew"]);
      assert.deepEqual(loaded, { before: true, after: true, name: ["Service", true], other: true });
      assert.deepEqual(await effective(), { unparsed: true, "when-used": false });
    });

    it("are parsed, more slowly, and are the real modules", async () => {
      const renamings = [
        ["quick-modules.cjs", "Module._extensions", "Object(Module.extensionsAnew)"],
        ["quick-modules.cjs", "prototype._compile", "prototype.compileAnew"],
      ] satisfies Renaming[];
      for (const renaming of renamings) {
        const loaded = await run(services, renaming);
        assert.deepEqual(loaded, {
          before: false,
          after: true,
          name: ["Service", true],
          other: false,
        });
      }
      assert.deepEqual(await effective(), { unparsed: false, "when-used": true });
    });
  });
});
