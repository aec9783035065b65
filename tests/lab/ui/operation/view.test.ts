import assert from "node:assert/strict";
import { mock } from "node:test";

import type { EngineEvent } from "@pulumi/pulumi/automation";

import type {
  OperationKind,
  OperationReport,
  PolicyFinding,
} from "../../../../lab/engine/operation";
import { LiveLine, type Screen } from "../../../../lab/shared/liveLine";
import { withPlaces } from "../../../../lab/ui/operation/outputs";
import { OperationView, type ViewOptions } from "../../../../lab/ui/operation/view";

// A terminal's colours do not matter here; mocha may have turned them on.
// eslint-disable-next-line no-control-regex
const plain = (text: string) => text.replace(/\u001b\[\d+m/g, "");

const stackUrn = "urn:pulumi:dev::app::pulumi:pulumi:Stack::app-dev";
const pipe: Screen = { write: () => true };

interface Step {
  type: string;
  name: string;
  op?: string;
  parent?: string;
  component?: boolean;
  from?: Record<string, unknown>;
  to?: Record<string, unknown>;
  diff?: Record<string, string>;
  keys?: string[];
}

const urnOf = ({ type, name }: Pick<Step, "type" | "name">) =>
  `urn:pulumi:dev::app::${type}::${name}`;

/** A step as the engine reports it, e.g. `op: "update"`. */
function step(fields: Step, event = "resourcePreEvent"): EngineEvent {
  const { op = "create", parent = stackUrn, component = false, from = {}, to = {} } = fields;
  const state = { custom: !component, parent, outputs: {} };
  const detailedDiff = Object.fromEntries(
    Object.entries(fields.diff ?? {}).map(([path, diffKind]) => [
      path,
      { diffKind, inputDiff: true },
    ]),
  );
  const metadata = {
    op,
    urn: urnOf(fields),
    type: fields.type,
    old: op === "create" ? null : { ...state, inputs: from },
    new: op.startsWith("delete") ? null : { ...state, inputs: to },
    keys: fields.keys,
    detailedDiff: fields.diff ? detailedDiff : null,
  };
  return { sequence: 0, timestamp: 0, [event]: { metadata } };
}

function diagnostic(
  severity: "error" | "warning" | "info",
  message: string,
  urn?: string,
  ephemeral = false,
): EngineEvent {
  return {
    sequence: 0,
    timestamp: 0,
    diagnosticEvent: { severity, message, urn, ephemeral, color: "never" },
  };
}

function report(operation: OperationKind, more: Partial<OperationReport> = {}): OperationReport {
  const rest = { changes: {}, policyPacks: {}, findings: [], errors: [] };
  return { operation, stack: "dev", result: "succeeded", ...rest, ...more };
}

function shown(
  events: readonly EngineEvent[],
  end: OperationReport,
  options: Partial<ViewOptions> = {},
): string[] {
  let text = "";
  const view = new OperationView({
    operation: end.operation,
    live: new LiveLine(pipe),
    print: (more) => (text += more),
    ...options,
  });
  for (const event of events) view.event(event);
  view.end(end, (value) =>
    withPlaces(value, {
      urls: new Map([["lb.elb.localhost", "http://lb.elb.localhost:8081/"]]),
      clones: new Map(),
    }),
  );
  return plain(text).split("\n").slice(0, -1);
}

const fargate = { type: "app:ecs:FargateService", name: "fargate", component: true };
const service = {
  type: "aws:ecs/service:Service",
  name: "fargate-service",
  parent: urnOf(fargate),
};

describe("what a preview shows", () => {
  it("is a tree by component, with resources of one type in one line, without what stays the same", () => {
    const network = { type: "app:ec2:Network", name: "network", component: true };
    const subnets = ["a-1", "a-2", "a-10"].map((name) => ({
      type: "aws:ec2/subnet:Subnet",
      name,
      // Under the VPC, as awsx has it; a reader finds it under the component.
      parent: urnOf({ type: "aws:ec2/vpc:Vpc", name: "vpc" }),
    }));
    const events = [
      step(network),
      step({ type: "aws:ec2/vpc:Vpc", name: "vpc", parent: urnOf(network) }),
      ...subnets.map((subnet) => step(subnet)),
      step({ type: "aws:s3/bucket:Bucket", name: "quiet", op: "same" }),
      step({ type: "pulumi:providers:aws", name: "default_7_48_0" }),
    ];
    assert.deepEqual(shown(events, report("preview", { changes: { create: 5, same: 1 } })), [
      "  + app:ec2:Network network",
      "    + aws:ec2:Subnet 3 times: a-1 … a-10",
      "    + aws:ec2:Vpc vpc",
      "5 to create, 1 unchanged",
    ]);
  });

  it("has each property's old and new value, and says which of them replace the resource", () => {
    const definition = {
      type: "aws:ecs/taskDefinition:TaskDefinition",
      name: "task",
      parent: urnOf(fargate),
      from: { cpu: "256", containerDefinitions: '[{"image":"nginx:1","name":"nginx"}]' },
      to: { cpu: "512", containerDefinitions: '[{"image":"nginx:2","name":"nginx"}]' },
      diff: { cpu: "update-replace", containerDefinitions: "update-replace" },
      keys: ["cpu", "containerDefinitions"],
    };
    const events = [
      step({ ...fargate, op: "same" }),
      step({
        ...service,
        op: "update",
        from: { desiredCount: 1 },
        to: { desiredCount: 4 },
        diff: { desiredCount: "update" },
      }),
      step({ ...definition, op: "create-replacement" }),
      step({ ...definition, op: "replace" }),
      step({ type: definition.type, name: "task", parent: urnOf(fargate), op: "delete-replaced" }),
    ];
    assert.deepEqual(shown(events, report("preview", { changes: { update: 1, replace: 1 } })), [
      "    app:ecs:FargateService fargate",
      "    ~ aws:ecs:Service fargate-service, desiredCount: 1 => 4",
      "    ± aws:ecs:TaskDefinition task is replaced",
      '        cpu: "256" => "512" (this replaces it)',
      '        containerDefinitions[0].image: "nginx:1" => "nginx:2" (this replaces it)',
      "1 to update, 1 to replace",
    ]);
  });

  it("has words for what only the update will know and for secrets, and for what is added and removed", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
    const events = [
      step({
        ...service,
        op: "update",
        from: {
          taskDefinition: "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/app:1",
          tags: { "a.b": "1", old: "x" },
          token: secret,
        },
        to: {
          taskDefinition: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
          tags: { "a.b": "2" },
          token: { ...secret, other: true },
          wait: true,
        },
        diff: {
          taskDefinition: "update",
          'tags["a.b"]': "update",
          "tags.old": "delete",
          token: "update",
          wait: "add",
        },
      }),
    ];
    assert.deepEqual(shown(events, report("preview")).slice(1), [
      "      taskDefinition: …task-definition/app:1 => known after the update",
      '      tags["a.b"]: "1" => "2"',
      '      tags.old: no more "x"',
      "      token: [secret] => [secret]",
      "      wait: set to true",
    ]);
  });

  const finding = (policy: string, name: string, more: Partial<PolicyFinding> = {}) => ({
    policy,
    pack: "pack",
    level: "advisory" as const,
    urn: urnOf({ ...service, name }),
    message: "The rule.\nMend it.",
    ...more,
  });

  it("has each rule once, with everything that it found and what to do", () => {
    const findings = [
      finding("one", "a"),
      finding("two", "a", { level: "mandatory", message: "Another.\nOtherwise." }),
      finding("one", "b"),
    ];
    const end = report("preview", { result: "failed", findings, policyPacks: { pack: "1.0.0" } });
    assert.deepEqual(shown([], end), [
      "Policies (pack@v1.0.0): 1 violation, 2 pieces of advice",
      "  advice one: The rule.",
      "    a, b: Mend it.",
      "  refused two: Another.",
      "    a: Otherwise.",
    ]);
  });

  it("has only new findings in full", () => {
    const findings = [finding("one", "a"), finding("one", "b")];
    const end = report("preview", { findings, policyPacks: { pack: "1.0.0" } });
    assert.deepEqual(shown([], end, { before: findings.slice(0, 1) }), [
      "Policies (pack@v1.0.0): 2 pieces of advice, 1 as before (one)",
      "  advice one: The rule.",
      "    b: Mend it.",
    ]);
  });

  it("has only the names of unchanged advice, and never folds refusals", () => {
    const findings = [finding("one", "a")];
    const end = report("preview", { findings, policyPacks: { pack: "1.0.0" } });
    assert.deepEqual(shown([], end, { before: findings }), [
      "Policies (pack@v1.0.0): 1 piece of advice, as before (one)",
    ]);
    const refused = [finding("one", "a", { level: "mandatory" })];
    const again = report("preview", { findings: refused, policyPacks: { pack: "1.0.0" } });
    assert.match(
      shown([], again, { before: refused }).join("\n"),
      /refused one: .*\n {4}a: Mend it/,
    );
  });

  it("has each error once, at its end, including those that no event reported", () => {
    const events = [
      diagnostic("error", "invalid settings:\n  - cpu", stackUrn),
      diagnostic("info", "the program says hello", stackUrn),
      diagnostic("warning", "old", urnOf(service)),
      step(service),
      diagnostic("error", "preview failed"),
    ];
    const errors = ["invalid settings:\n  - cpu", "the CLI could not start"];
    assert.deepEqual(shown(events, report("preview", { result: "failed", errors })), [
      "the program says hello",
      "warning: fargate-service: old",
      "  + aws:ecs:Service fargate-service",
      "error: invalid settings:",
      "  - cpu",
      "error: the CLI could not start",
    ]);
  });
});

describe("what an update shows", () => {
  it("is what it waits for and what failed and why, without the tree a second time", () => {
    const urn = urnOf(service);
    const failed = "1 error occurred:\n\t* waiting for ECS Service: rolled back\n\n";
    const events = [
      step({ ...service, op: "update" }),
      diagnostic("info", "0 of 1 tasks are healthy", urn, true),
      diagnostic("info", "0 of 1 tasks are healthy (last stop: no image)", urn, true),
      diagnostic("error", failed, urn),
      diagnostic("error", "update failed"),
    ];
    const end = report("up", { result: "failed", errors: [failed.trim()], changes: { same: 3 } });
    const lines = shown(events, end, { expected: 1 });
    assert.match(lines.pop() ?? "", /^3 unchanged in \d+\.\ds$/);
    assert.deepEqual(lines, [
      "  fargate-service: 0 of 1 tasks are healthy",
      "  fargate-service: 0 of 1 tasks are healthy (last stop: no image)",
      "error: fargate-service: waiting for ECS Service: rolled back",
    ]);
  });

  it("includes the last wait, even if it came right after another one and nothing follows", () => {
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
    try {
      let text = "";
      const view = new OperationView({
        operation: "up",
        live: new LiveLine(pipe),
        print: (more) => (text += more),
      });
      const waitFor = (message: string) => {
        view.event(diagnostic("info", message, urnOf(service), true));
      };
      const lines = () => plain(text).split("\n").slice(0, -1);
      waitFor("0 of 1 tasks are healthy, 1 alive");
      waitFor("0 of 1 tasks are healthy, 2 alive");
      waitFor("0 of 1 tasks are healthy, 2 alive; no room");
      assert.deepEqual(lines(), ["  fargate-service: 0 of 1 tasks are healthy, 1 alive"]);
      mock.timers.tick(5000);
      assert.deepEqual(lines().slice(1), [
        "  fargate-service: 0 of 1 tasks are healthy, 2 alive; no room",
      ]);
      waitFor("0 of 1 tasks are healthy, 3 alive");
      view.event(step({ ...service, op: "update" }, "resOutputsEvent"));
      mock.timers.tick(60_000);
      assert.equal(lines().length, 2, "it waits no longer");
    } finally {
      mock.timers.reset();
    }
  });

  it("ends with the outputs that changed, with the addresses that answer", () => {
    const stack = {
      resOutputsEvent: {
        metadata: {
          op: "same",
          urn: stackUrn,
          type: "pulumi:pulumi:Stack",
          old: { outputs: { name: "app", url: "http://old.elb.localhost/" } },
          new: { outputs: {} },
        },
      },
    } as unknown as EngineEvent;
    const outputs = { name: "app", url: "http://lb.elb.localhost/" };
    const lines = shown([stack], report("up", { outputs, changes: { update: 1 } }), {
      expected: 1,
    });
    assert.deepEqual(lines.slice(0, 2), ["Outputs:", "  url: http://lb.elb.localhost:8081/"]);
    assert.match(lines[2] ?? "", /^1 updated in /);
  });
});

describe("what is shown in a terminal during an operation", () => {
  const expected = 2;

  it("is one line with the progress, which is cleared at the end", () => {
    let text = "";
    const screen = { isTTY: true, columns: 100, write: (more: string) => (text += more) };
    const { CI } = process.env;
    delete process.env.CI;
    try {
      const live = new LiveLine(screen);
      const waiting = diagnostic("info", "0 of 1 healthy", urnOf(service), true);
      const events = [step(fargate, "resOutputsEvent"), waiting];
      const lines = shown(events, report("up"), { live, expected });
      assert.deepEqual(lines, []);
    } finally {
      if (CI !== undefined) process.env.CI = CI;
    }
    const drawn = text.split("\r\u001b[2K");
    assert.ok(drawn.includes("Updating: 1 of 2 resources; fargate-service: 0 of 1 healthy (0 s)"));
    assert.equal(drawn.at(-1), "");
  });

  it("is nothing if there are no columns to draw in", () => {
    for (const columns of [0, undefined]) {
      let text = "";
      const live = new LiveLine({ isTTY: true, columns, write: (more) => (text += more) });
      shown([step(service)], report("up"), { live, expected });
      assert.equal(text, "");
    }
  });
});
