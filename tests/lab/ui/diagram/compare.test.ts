import assert from "node:assert/strict";

import type { Architecture, Mark } from "../../../../lab/ui/diagram/architecture";
import { type Plan, readPreview, readUpdatePlan } from "../../../../lab/ui/diagram/changes";
import { compare } from "../../../../lab/ui/diagram/compare";
import { drawSvg } from "../../../../lab/ui/diagram/drawSvg";
import { architectureOf } from "../../../../lab/ui/diagram/model";
import { stackState, type WrittenResource } from "../../../../lab/ui/diagram/state";
import { resource, tokens, urnOf, wholeStack } from "./fixture";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const ruleUrn = urnOf(tokens.ingress, "from-alb");
const targetsUrn = urnOf(tokens.targetGroup, "targets");
const serviceUrn = urnOf(tokens.service, "web");
const repositoryUrn = urnOf(tokens.repository, "images");
const listenerRuleUrn = urnOf(tokens.rule, "rule");
const secretUrn = urnOf(tokens.secret, "token");

// The service moves to another port and grows, a repository is new, the secret is removed.
const updates: Record<string, Record<string, unknown>> = {
  [ruleUrn]: { fromPort: 8080, toPort: 8080 },
  [targetsUrn]: { port: 8080, name: "targets-8080" },
  [listenerRuleUrn]: { actions: [{ type: "forward", targetGroupArn: unknown }] },
  [serviceUrn]: {
    desiredCount: 3,
    loadBalancers: [{ targetGroupArn: unknown, containerPort: 8080 }],
  },
};
const dependencies: Record<string, Record<string, string[]>> = {
  [listenerRuleUrn]: { actions: [targetsUrn] },
  [serviceUrn]: { loadBalancers: [targetsUrn] },
};
const written = new Map(wholeStack().map((item) => [item.urn, item]));
const before = () => stackState(wholeStack());

/** These changes as the engine's update plan has them. */
function updatePlan(): unknown {
  const update = (urn: string, steps: string[]) => ({
    goal: {
      type: written.get(urn)?.type ?? "",
      custom: true,
      inputDiff: { updates: updates[urn] },
      propertyDependencies: dependencies[urn],
    },
    steps,
    state: {
      ...written.get(urn)?.outputs,
      ...updates[urn],
      ...(steps.length > 1 ? { arn: unknown } : {}),
    },
  });
  return {
    resourcePlans: {
      [ruleUrn]: update(ruleUrn, ["update"]),
      [targetsUrn]: update(targetsUrn, ["create-replacement", "replace", "delete-replaced"]),
      [listenerRuleUrn]: update(listenerRuleUrn, ["update"]),
      [serviceUrn]: update(serviceUrn, ["update"]),
      [repositoryUrn]: {
        goal: {
          type: tokens.repository,
          custom: true,
          inputDiff: { adds: { name: "images" } },
        },
        steps: ["create"],
        state: { name: "images", arn: unknown },
      },
      [secretUrn]: { goal: null, steps: ["delete"] },
      [urnOf(tokens.vpc, "vpc")]: {
        goal: { type: tokens.vpc, custom: true, inputDiff: {} },
        steps: ["same"],
        state: {},
      },
    },
  };
}

/** These changes as `pulumi preview --json` prints them. */
function previewJson(): unknown {
  const news = (urn: string): WrittenResource => {
    const item = written.get(urn);
    assert.ok(item);
    return {
      ...item,
      inputs: { ...item.inputs, ...updates[urn] },
      propertyDependencies: dependencies[urn],
    };
  };
  return {
    steps: [
      { op: "update", urn: ruleUrn, newState: news(ruleUrn) },
      {
        op: "create-replacement",
        urn: targetsUrn,
        newState: { ...news(targetsUrn), id: "", outputs: {} },
      },
      { op: "replace", urn: targetsUrn, newState: { ...news(targetsUrn), id: "", outputs: {} } },
      { op: "delete-replaced", urn: targetsUrn, newState: null },
      { op: "update", urn: listenerRuleUrn, newState: news(listenerRuleUrn) },
      { op: "update", urn: serviceUrn, newState: news(serviceUrn) },
      {
        op: "create",
        urn: repositoryUrn,
        newState: { ...resource(tokens.repository, "images", { name: "images" }), id: "" },
      },
      { op: "delete", urn: secretUrn, newState: null },
    ],
  };
}

const compared = ({ after, changes }: Plan) =>
  compare(architectureOf(before()), architectureOf(after), changes);

function marked({ boxes, arrows }: Architecture, mark: Mark): string[] {
  const name = (key: string) => key.split("::").at(-1) ?? key;
  return [
    ...boxes.filter((box) => box.mark === mark).map(({ key }) => name(key)),
    ...boxes.flatMap(({ key, lines }) =>
      lines.filter((line) => line.mark === mark).map(({ text }) => `${name(key)}: ${text}`),
    ),
    ...arrows
      .filter((arrow) => arrow.mark === mark)
      .map(({ from, to, label }) => `${name(from)} -> ${name(to)}: ${label}`),
  ].sort();
}

describe("a difference in the picture", () => {
  const plans: Record<string, () => Plan> = {
    "the engine's update plan": () => readUpdatePlan(before(), updatePlan()),
    "pulumi preview --json": () => readPreview(before(), previewJson(), "preview.json"),
  };
  for (const [name, plan] of Object.entries(plans)) {
    it(`marks what would be added, changed and removed by ${name}`, () => {
      const architecture = compared(plan());
      assert.deepEqual(marked(architecture, "added"), [
        "images",
        "targets -> web: tcp 8080",
        "targets: HTTP 8080, targets by ip",
        "web: desired count 3",
      ]);
      assert.deepEqual(marked(architecture, "changed"), ["targets", "targets: is replaced", "web"]);
      assert.deepEqual(marked(architecture, "removed"), [
        "targets -> web: tcp 80",
        "targets: HTTP 80, targets by ip",
        "targets: targets",
        "token",
        "web -> token: reads",
        "web: desired count 2",
      ]);
    });
  }

  it("is shown by signs and a legend, not by colour alone", async () => {
    const svg = await drawSvg(compared(readUpdatePlan(before(), updatePlan())));
    for (const sign of [
      "+ ECR repository",
      "~ Target group",
      "− Secret",
      "+ tcp 8080",
      "− tcp 80",
    ]) {
      assert.ok(svg.includes(`>${sign}<`), sign);
    }
    for (const word of ["+ would be added", "~ would change", "− would be removed"]) {
      assert.ok(svg.includes(`>${word}<`), word);
    }
    assert.match(svg, /Secret token in AWS region[^.]*\(would be removed\)/);
  });

  it("lists the changed inputs that no line shows", () => {
    const urn = urnOf(tokens.cluster, "cluster");
    const plan = readPreview(
      before(),
      {
        steps: [
          {
            op: "update",
            urn,
            newState: resource(tokens.cluster, "cluster", { name: "cluster", tags: { a: "b" } }),
          },
        ],
      },
      "preview.json",
    );
    const found = compared(plan).boxes.find(({ key }) => key === urn);
    assert.equal(found?.mark, "changed");
    assert.deepEqual(found.lines, [{ key: "changes", text: "other tags", mark: "changed" }]);
  });

  it("marks nothing if nothing changes, and everything of a new stack", async () => {
    const nothing = compared({ after: before(), changes: new Map() });
    assert.equal(await drawSvg(nothing), await drawSvg(architectureOf(before())));
    const empty = stackState([]);
    const all = compare(architectureOf(empty), architectureOf(before()), new Map());
    const drawn = all.boxes.filter(({ urns }) => urns.length > 0);
    assert.ok(drawn.length > 5);
    assert.deepEqual([...new Set(drawn.map(({ mark }) => mark))], ["added"]);
  });

  it("rejects a file that is not a preview, by name", () => {
    assert.throws(
      () => readPreview(before(), { resources: [] }, "plan.json"),
      /^Error: plan\.json: not the output of `pulumi preview --json`$/,
    );
    assert.throws(() => readUpdatePlan(before(), []), /update plan could not be read/);
  });
});
