import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import * as path from "node:path";
import { version } from "@pulumi/policy/package.json";
import { repository } from "../../../lab/shared/repository";
import type { Renaming } from "../../renamed";
import { PackProcess } from "../packProcess";

const SERVER = "@pulumi/policy/server.js";
const MESSAGES = "@pulumi/pulumi/proto/analyzer_pb.js";

/** What the pack hooks, under other names, and what it then says is missing. */
const RENAMINGS: Readonly<Record<string, { renaming: Renaming; missing: string }>> = {
  "the server's method that takes handlers": {
    renaming: ["grpc-js/build/src/server.js", "addService(", "addHandlers("],
    missing: "addService of @grpc/grpc-js's Server",
  },
  "the SDK's call of that method": {
    renaming: [SERVER, "server.addService(", "(() => {})("],
    missing: "call of addService that serves the pack",
  },
  ...Object.fromEntries(
    ["configureStack", "configure", "analyze", "remediate", "analyzeStack"].map((name) => [
      `the handler ${name}`,
      {
        renaming: [SERVER, ` ${name}: `, ` ${name}Anew: `] satisfies Renaming,
        missing: `${name} of the policy server`,
      },
    ]),
  ),
  ...Object.fromEntries(
    [
      ["ConfigureAnalyzerRequest", "getPolicyconfigMap"],
      ["PolicyConfig", "getProperties"],
      ["PolicyConfig", "getEnforcementlevel"],
      ["AnalyzeResponse", "setDiagnosticsList"],
      ["AnalyzeDiagnostic", "setPolicyname"],
      ["AnalyzeDiagnostic", "setPolicypackname"],
      ["AnalyzeDiagnostic", "setPolicypackversion"],
      ["AnalyzeDiagnostic", "setDescription"],
      ["AnalyzeDiagnostic", "setMessage"],
      ["AnalyzeDiagnostic", "setEnforcementlevel"],
      ["RemediateResponse", "setRemediationsList"],
    ].map(([message, method]) => [
      `${message}.${method}`,
      {
        renaming: [
          MESSAGES,
          `${message}.prototype.${method} = `,
          `${message}.prototype.${method}Anew = `,
        ] satisfies Renaming,
        missing: `${method} of the message ${message}`,
      },
    ]),
  ),
  ...Object.fromEntries(
    ["ADVISORY", "MANDATORY", "DISABLED", "REMEDIATE"].map((level) => [
      `the level ${level}`,
      {
        renaming: [MESSAGES, `${level}: `, `${level}_ANEW: `] satisfies Renaming,
        missing: `${level} of the message EnforcementLevel`,
      },
    ]),
  ),
  "the module of the messages": {
    renaming: ["internals/messages.ts", "proto/analyzer_pb", "proto/judge_pb"],
    missing: "module @pulumi/pulumi/proto/judge_pb",
  },
};

describe("a policy pack whose SDK is not the one it knows", () => {
  for (const [what, { renaming, missing }] of Object.entries(RENAMINGS)) {
    it(`does not start without ${what}`, async () => {
      await assert.rejects(PackProcess.start(renaming), ({ message }: Error) => {
        assert.match(message, /^the policy pack failed to start: [^\n]*\n$/);
        assert.ok(message.includes(`@pulumi/policy ${version} `), message);
        assert.ok(message.includes(` has no ${missing}. Install the versions`), message);
        return true;
      });
    });
  }

  it("does not start if the server comes from another copy of gRPC than the policy SDK's", async () => {
    const cache = path.join(repository, "node_modules", ".cache");
    await mkdir(cache, { recursive: true });
    const folder = await mkdtemp(path.join(cache, "grpc-"));
    try {
      const copy = path.join(folder, "grpc-js");
      await cp(path.join(repository, "node_modules", "@grpc", "grpc-js"), copy, {
        recursive: true,
      });
      await assert.rejects(
        PackProcess.start([SERVER, 'require("@grpc/grpc-js")', `require(${JSON.stringify(copy)})`]),
        /has no call of addService that serves the pack\./,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("does not start if the server judges in a way that it does not know", async () => {
    const judging: readonly Renaming[] = [
      [SERVER, "getPluginInfo: ", "analyzeBatch: "],
      ["proto/analyzer_grpc_pb.js", "getPluginInfo: ", "analyzeBatch: "],
    ];
    await assert.rejects(
      PackProcess.start(...judging),
      /^Error: the policy pack failed to start: .* known use of the policy server's analyzeBatch\./,
    );
  });
});
