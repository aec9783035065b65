import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";

import { SemVer } from "semver";

import { LabEngine } from "../../../lab/engine/labEngine";
import { LabStack } from "../../../lab/engine/labStack";
import { readProject } from "../../../lab/engine/project";
import { repository } from "../../../lab/shared/repository";
import { asAnotherUser, OPEN_GRPC, printedByAnother, printedByOwn } from "../anotherUser";

describe("what a CLI with a language host of its own starts", () => {
  let stateDir: string;

  beforeEach(async () => {
    stateDir = await mkdtemp(path.join(tmpdir(), "it's a lab-"));
  });
  afterEach(() => rm(stateDir, { recursive: true }));

  /** The environment that the CLI gets, and passes on. */
  async function environment(usesOwnHost: boolean): Promise<NodeJS.ProcessEnv> {
    const cli = { command: "pulumi", version: new SemVer("3.250.0"), path: [], usesOwnHost };
    const project = await readProject(repository);
    const stack = await LabStack.open({ name: "dev", project, stateDir, cli });
    const engine = await LabEngine.open({ stack, debugProviders: "aws:1" });
    try {
      return engine.process.env;
    } finally {
      await engine.close();
    }
  }

  it("needs no NODE_OPTIONS if the lab's language host starts it", async () => {
    const { NODE_OPTIONS } = await environment(true);
    assert.equal(NODE_OPTIONS, process.env.NODE_OPTIONS);
  });

  asAnotherUser("listens only to its own user", async () => {
    const script = `
      const server = require("node:net").createServer((socket) => socket.end("answered"));
      server.listen(0, "127.0.0.1", () => console.log(server.address().port));`;
    const child = spawn(process.execPath, ["-e", script], {
      env: await environment(false),
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
      assert.equal(await printedByAnother(OPEN_GRPC, port), "closed");
      assert.equal(await printedByOwn(OPEN_GRPC, port), "answered");
    } finally {
      child.kill();
    }
  });
});
