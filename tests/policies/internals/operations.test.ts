import assert from "node:assert/strict";
import type { AnalyzeDiagnostic } from "@pulumi/pulumi/proto/analyzer_pb";
import { EnforcementLevel } from "@pulumi/pulumi/proto/analyzer_pb";
import { rules } from "../../../policies/rules";
import type { PackConfig, TestResource } from "../harness";
import { PackProcess } from "../packProcess";

const right: TestResource = { type: "aws:sns/topic:Topic", props: { tags: { project: "x" } } };
const remediated: TestResource = { type: "aws:ecr/repository:Repository", props: {} };
const nothingDisabled: PackConfig = {};

const refusing = (found: readonly AnalyzeDiagnostic[]): string[] =>
  found
    .filter((one) => one.getMessage().includes("not shown the configuration"))
    .filter((one) => one.getEnforcementlevel() === EnforcementLevel.MANDATORY)
    .filter((one) => one.getPolicypackname() === "ecs-handson" && one.getPolicypackversion() !== "")
    .map((one) => one.getPolicyname());

const everyRule = rules.map(({ name }) => name);

describe("a policy pack that was not shown an operation's configuration", function () {
  this.timeout(60_000);
  let pack: PackProcess;

  before(async () => {
    pack = await PackProcess.start();
  });
  after(() => pack.end());

  /** An operation that the engine runs as it should. */
  async function judged(): Promise<void> {
    await pack.configureStack();
    await pack.configure(nothingDisabled);
    assert.deepEqual(refusing(await pack.analyze(right)), []);
    assert.deepEqual(refusing(await pack.analyzeStack([right])), []);
  }

  it("refuses the first resource with every rule, and each further one with one", async () => {
    assert.deepEqual(refusing(await pack.analyze(right)), everyRule);
    assert.equal(refusing(await pack.analyze(right)).length, 1);
    assert.equal(refusing(await pack.analyzeStack([right])).length, 1);
  });

  it("refuses a stack with every rule", async () => {
    await pack.configureStack();
    assert.deepEqual(refusing(await pack.analyzeStack([right])), everyRule);
  });

  it("changes no resource", async () => {
    await pack.configureStack();
    assert.equal(await pack.remediate(remediated), 0);
    await pack.configure({ "ecr-scan-on-push": { enforcementLevel: "remediate" } });
    assert.equal(await pack.remediate(remediated), 1);
  });

  it("does not use the configuration of the previous operation, which has ended", async () => {
    await judged();
    assert.deepEqual(refusing(await pack.analyze(right)), everyRule);
  });

  it("does not use the configuration of the previous operation, which was interrupted", async () => {
    await pack.configure(nothingDisabled);
    assert.deepEqual(refusing(await pack.analyze(right)), []);
    await pack.configureStack();
    assert.deepEqual(refusing(await pack.analyze(right)), everyRule);
  });

  it("does not use a configuration that it refused", async () => {
    await judged();
    await assert.rejects(pack.configure({ "no-rule": { enforcementLevel: "advisory" } }));
    assert.deepEqual(refusing(await pack.analyze(right)), everyRule);
  });

  it("judges successive operations if it was shown the configuration of each", async () => {
    await judged();
    await judged();
  });
});

describe("a policy pack whose server gets its configuration in another way", function () {
  this.timeout(60_000);

  it("refuses everything if it cannot read the request that has it", async () => {
    const pack = await PackProcess.start([
      "grpc-js/build/src/server.js",
      "handler.func(stream, respond)",
      'handler.func(handler.path.endsWith("/Configure") ? { message: stream.request } : stream, respond)',
    ]);
    try {
      await assert.rejects(
        pack.configure(nothingDisabled),
        /the policy configuration cannot be read: /,
      );
      assert.deepEqual(refusing(await pack.analyze(right)), everyRule);
    } finally {
      await pack.end();
    }
  });

  it("refuses everything if the server confirms it in another way", async () => {
    const pack = await PackProcess.start([
      "@pulumi/policy/server.js",
      "callback(undefined, new Empty());",
      "call.sendUnary?.(new Empty());",
    ]);
    try {
      void pack.configure(nothingDisabled).catch(() => undefined);
      assert.deepEqual(refusing(await pack.analyze(right)), everyRule);
    } finally {
      await pack.end();
    }
  });

  it("refuses everything, even if every rule is disabled", async () => {
    const disabled = Object.fromEntries(
      everyRule.map((name) => [name, { enforcementLevel: "disabled" }]),
    );
    const pack = await PackProcess.start([
      "@pulumi/policy/server.js",
      "let policyPackConfig = {};",
      `let policyPackConfig = ${JSON.stringify(disabled)};`,
    ]);
    try {
      assert.deepEqual(refusing(await pack.analyze(right)), everyRule);
    } finally {
      await pack.end();
    }
  });
});
