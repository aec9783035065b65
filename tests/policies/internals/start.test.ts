import assert from "node:assert/strict";
import { version } from "@pulumi/policy/package.json";
import type { Renaming } from "../../renamed";
import { PackProcess } from "../packProcess";

const SERVER = "@pulumi/policy/server.js";
const MESSAGES = "@pulumi/pulumi/proto/analyzer_pb.js";

/** What the pack hooks, said by other names, and what it then says is missing. */
const RENAMINGS: Readonly<Record<string, { renaming: Renaming; missing: string }>> = {
  "the server's way to take handlers": {
    renaming: ["grpc-js/build/src/server.js", "addService(", "addHandlers("],
    missing: "addService of @grpc/grpc-js's Server",
  },
  "the SDK's way to give them": {
    renaming: [SERVER, "server.addService(", "(() => {})("],
    missing: "call of addService that serves the pack",
  },
  ...Object.fromEntries(
    ["configure", "analyze"].map((name) => [
      `the handler ${name}`,
      {
        renaming: [SERVER, ` ${name}: `, ` ${name}Anew: `] satisfies Renaming,
        missing: `${name} of the policy server`,
      },
    ]),
  ),
  "the configuration's message": {
    renaming: [MESSAGES, "getPolicyconfigMap", "getConfigurationMap"],
    missing: "getPolicyconfigMap of the message ConfigureAnalyzerRequest",
  },
  "the levels": {
    renaming: [MESSAGES, "MANDATORY", "REQUIRED"],
    missing: "MANDATORY of the message EnforcementLevel",
  },
  "a violation's message": {
    renaming: [MESSAGES, "AnalyzeDiagnostic.prototype.setEnforcementlevel", "setLevel"],
    missing: "setEnforcementlevel of the message AnalyzeDiagnostic",
  },
};

describe("a policy pack whose SDK is not the one it knows", function () {
  this.timeout(60_000);

  for (const [what, { renaming, missing }] of Object.entries(RENAMINGS)) {
    it(`does not start without ${what}`, async () => {
      await assert.rejects(PackProcess.start(renaming), ({ message }: Error) => {
        assert.match(message, /^the policy pack does not start: [^\n]*\n$/);
        assert.ok(message.includes(`@pulumi/policy ${version} `), message);
        assert.ok(message.includes(` has no ${missing}. Install the versions`), message);
        return true;
      });
    });
  }

  it("does not start if the server judges in a way that it does not know", async () => {
    const judging: readonly Renaming[] = [
      [SERVER, "getPluginInfo: ", "analyzeBatch: "],
      ["proto/analyzer_grpc_pb.js", "getPluginInfo: ", "analyzeBatch: "],
    ];
    await assert.rejects(
      PackProcess.start(...judging),
      /^Error: the policy pack does not start: .* known use of the policy server's analyzeBatch\./,
    );
  });
});
