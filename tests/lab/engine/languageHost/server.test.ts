import assert from "node:assert/strict";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/language_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

import {
  type LanguageHost,
  type LanguageHostOptions,
  serveLanguageHost,
} from "../../../../lab/engine/languageHost/server";
import { repository } from "../../../../lab/shared/repository";
import { asAnotherUser, OPEN_GRPC, printedByAnother, printedByOwn } from "../../anotherUser";

describe("the language host", () => {
  let dir: string;
  let host: LanguageHost;
  let client: LanguageRuntimeClient;

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "language-host-"));
    await symlink(path.join(repository, "node_modules"), path.join(dir, "node_modules"));
  });
  afterEach(async () => {
    client.close();
    host.close();
    await rm(dir, { recursive: true });
  });

  async function serve(options?: LanguageHostOptions): Promise<void> {
    host = await serveLanguageHost(options);
    const insecure = grpc.credentials.createInsecure();
    client = new LanguageRuntimeClient(`127.0.0.1:${host.port}`, insecure);
  }

  const info = (directory: string, options: Record<string, string | boolean> = {}) => {
    const program = new proto.ProgramInfo();
    program.setRootDirectory(directory);
    program.setProgramDirectory(directory);
    program.setEntryPoint(".");
    program.setOptions(Struct.fromJavaScript({ typescript: false, ...options }));
    return program;
  };

  function run(directory: string, options?: Record<string, string>): Promise<proto.RunResponse> {
    const request = new proto.RunRequest();
    request.setInfo(info(directory, options));
    request.setPwd(directory);
    request.setProject("site");
    request.setStack("dev");
    request.setOrganization("organization");
    // Nothing listens there.
    request.setMonitorAddress("127.0.0.1:1");
    return new Promise((resolve, reject) => {
      client.run(request, (error, response) => {
        if (error) reject(error);
        else resolve(response);
      });
    });
  }

  /** Everything that a plugin prints until it ends, and its exit code. */
  async function plugin(kind: string, directory: string) {
    const request = new proto.RunPluginRequest();
    request.setInfo(info(directory));
    request.setPwd(directory);
    request.setKind(kind);
    request.setArgsList(["--logtostderr", "127.0.0.1:1"]);
    request.setEnvList([`PATH=${process.env.PATH ?? ""}`, "SECRET_OF_THE_CALLER=x"]);
    const ended = { stdout: "", stderr: "", code: -1 };
    const answers = client.runPlugin(request) as AsyncIterable<proto.RunPluginResponse>;
    for await (const answer of answers) {
      ended.stdout += Buffer.from(answer.getStdout_asU8()).toString();
      ended.stderr += Buffer.from(answer.getStderr_asU8()).toString();
      if (answer.hasExitcode()) ended.code = answer.getExitcode();
    }
    return ended;
  }

  it("reports a program's exit code, and none if the program reported its error itself", async () => {
    await serve({ engineAddress: "127.0.0.1:1" });
    // It ends before the SDK looks for the engine.
    const nodeargs = "--require ./end.cjs";
    await writeFile(path.join(dir, "end.cjs"), "process.exit(7);");
    assert.match((await run(dir, { nodeargs })).getError(), /non-zero exit code: 7/);
    await writeFile(path.join(dir, "end.cjs"), "process.exit(32);");
    const bailed = await run(dir, { nodeargs });
    assert.deepEqual([bailed.getError(), bailed.getBail()], ["", true]);
  });

  it("says what to do if the SDK is not installed", async () => {
    await serve({ engineAddress: "127.0.0.1:1" });
    await rm(path.join(dir, "node_modules"));
    await assert.rejects(run(dir), /SDK is not installed for .*; run npm ci/);
  });

  it("passes on what a policy pack prints, and how it ends", async () => {
    await serve();
    await writeFile(path.join(dir, "package.json"), '{"main":"index.js"}');
    const pack = "console.log(4711); console.error('no rules'); process.exit(3);";
    await writeFile(path.join(dir, "index.js"), pack);
    const { stdout, stderr, code } = await plugin("analyzer", dir);
    assert.equal(stdout, "4711\n");
    assert.match(stderr, /no rules/);
    assert.equal(code, 3);
  });

  it("reports what it runs on", async () => {
    await serve();
    const about = await new Promise<proto.AboutResponse>((resolve, reject) => {
      client.about(new proto.AboutRequest(), (error, response) => {
        if (error) reject(error);
        else resolve(response);
      });
    });
    assert.equal(about.getVersion(), process.version);
  });

  asAnotherUser("runs nothing for another user of the machine", async () => {
    await serve();
    assert.equal(await printedByAnother(OPEN_GRPC, String(host.port)), "closed");
    assert.equal(await printedByOwn(OPEN_GRPC, String(host.port)), "answered");
  });

  asAnotherUser("makes what it runs listen only to its own user", async () => {
    await serve();
    await writeFile(path.join(dir, "package.json"), '{"main":"index.js"}');
    const pack = `
      const server = require("node:net").createServer((socket) => socket.end("answered"));
      server.listen(0, "127.0.0.1", () => console.log(server.address().port));`;
    await writeFile(path.join(dir, "index.js"), pack);
    const request = new proto.RunPluginRequest();
    request.setInfo(info(dir));
    request.setPwd(dir);
    request.setKind("analyzer");
    request.setArgsList(["127.0.0.1:1"]);
    const answers = client.runPlugin(request).on("error", () => undefined);
    const port = await new Promise<string>((resolve) => {
      answers.on("data", (answer: proto.RunPluginResponse) => {
        resolve(Buffer.from(answer.getStdout_asU8()).toString().trim());
      });
    });
    assert.equal(await printedByAnother(OPEN_GRPC, port), "closed");
    assert.equal(await printedByOwn(OPEN_GRPC, port), "answered");
    answers.cancel();
  });

  describe("for one program", () => {
    beforeEach(async () => {
      await serve({
        engineAddress: "127.0.0.1:1",
        only: {
          run: {
            entry: { directory: dir, runner: "run", nodeArgs: ["--require", "./end.cjs"] },
            entryPoint: ".",
            options: {
              organization: "organization",
              project: "site",
              rootDirectory: dir,
              stack: "dev",
            },
          },
          pack: path.join(dir, "pack"),
        },
      });
      await writeFile(path.join(dir, "end.cjs"), "process.exit(7);");
    });

    it("runs that program", async () => {
      const response = await run(dir, { nodeargs: "--require ./end.cjs" });
      assert.match(response.getError(), /exit code: 7/);
    });

    it("runs no other program, nor that one with other flags", async () => {
      await assert.rejects(run(repository), /is for another program/);
      await assert.rejects(run(dir, { nodeargs: "--require ./x.cjs" }), /is for another program/);
      await assert.rejects(run(dir), /is for another program/);
    });

    it("runs no plugin except the pack, and installs nothing", async () => {
      await assert.rejects(plugin("analyzer", dir), /is for another plugin/);
      await assert.rejects(plugin("resource", path.join(dir, "pack")), /is for another plugin/);
      const request = new proto.InstallDependenciesRequest();
      request.setDirectory(dir);
      const answers = client.installDependencies(request) as AsyncIterable<unknown>;
      await assert.rejects(async () => {
        for await (const answer of answers) assert.fail(String(answer));
      }, /is for another installation/);
    });
  });
});
