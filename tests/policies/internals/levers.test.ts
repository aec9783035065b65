import assert from "node:assert/strict";
import { READS_ANEW } from "../../../policies/internals/readOnce";
import type { Renaming } from "../../renamed";
import { type PackConfig, urnOf } from "../harness";
import { PackProcess } from "../packProcess";
import { taskDefinition } from "../stacks";

const resource = taskDefinition({}, { privileged: true });
const rule = "ecs-task-definition-no-privileged";
const exempting: PackConfig = {
  [rule]: {
    enforcementLevel: "mandatory",
    exemptions: [{ urn: urnOf(resource), reason: "needs the driver", expires: "2999-12-31" }],
  },
};

/** What a pack says about the resource, and on standard error. */
async function judged(config: PackConfig, ...renamings: readonly Renaming[]) {
  const pack = await PackProcess.start(...renamings);
  await pack.configure(config);
  const found = (await pack.analyze(resource)).map((one) => one.toObject());
  return { found, said: await pack.end() };
}

describe("a policy pack whose SDK differs a little from the one it knows", () => {
  const readings: Readonly<Record<string, readonly Renaming[]>> = {
    "under another name": [
      ["@pulumi/policy/deserialize.js", "deserializeProperties", "deserializeAll"],
      ["@pulumi/policy/server.js", "deserializeProperties", "deserializeAll"],
    ],
    "without asking the module for it": [
      [
        "@pulumi/policy/server.js",
        "const policy_1 =",
        "const { deserializeProperties } = deserialize_1; const policy_1 =",
      ],
      [
        "@pulumi/policy/server.js",
        "deserialize_1.deserializeProperties(",
        "deserializeProperties(",
      ],
    ],
  };
  for (const [how, renamings] of Object.entries(readings)) {
    it(`finds the same, and says that it takes longer, if properties are read ${how}`, async () => {
      const usual = await judged({});
      const other = await judged({}, ...renamings);
      assert.ok(usual.found.length > 0);
      assert.deepEqual(other.found, usual.found);
      assert.deepEqual([usual.said, other.said], ["", READS_ANEW]);
    });
  }

  it("judges each resource by its own properties if the server reuses one message for them", async () => {
    const pooling: Renaming = [
      "@pulumi/policy/server.js",
      "deserializeProperties(req.getProperties(), false)",
      `deserializeProperties((() => {
        const given = req.getProperties().getFieldsMap();
        const pooled = (globalThis.pooled ??= req.getProperties().clone());
        pooled.getFieldsMap().clear();
        given.forEach((value, name) => pooled.getFieldsMap().set(name, value));
        return pooled;
      })(), false)`,
    ];
    const pack = await PackProcess.start(pooling);
    await pack.configure({});
    const names = [];
    for (const privileged of [true, false, true]) {
      const found = await pack.analyze(taskDefinition({}, { privileged }));
      names.push(found.some((one) => one.getPolicyname() === rule));
    }
    assert.equal(await pack.end(), "", "it reads them once per resource");
    assert.deepEqual(names, [true, false, true]);
  });

  const advice: Readonly<Record<string, Renaming>> = {
    "cannot report a finding as advice": [
      "@pulumi/policy/server.js",
      'typeof message === "object"',
      "false",
    ],
    "reports every finding at its rule's level": [
      "@pulumi/policy/server.js",
      "policyInfo.enforcementLevel || enforcementLevel",
      "enforcementLevel",
    ],
    "reads a finding's own level and forgets it": [
      "@pulumi/policy/server.js",
      "policyInfo.enforcementLevel || enforcementLevel",
      "(policyInfo.enforcementLevel, enforcementLevel)",
    ],
  };
  for (const [how, renaming] of Object.entries(advice)) {
    it(`is stricter if it ${how}`, async () => {
      await isStricter(renaming);
    });
  }

  async function isStricter(renaming: Renaming): Promise<void> {
    const usual = await judged(exempting);
    const other = await judged(exempting, renaming);
    const finding = ({ found }: typeof usual) =>
      found.filter(({ policyname }) => policyname === rule);
    const [advised] = finding(usual);
    assert.match(advised?.message ?? "", /exempted until 2999-12-31: needs the driver/);
    assert.equal(advised?.enforcementlevel, 0);
    for (const strict of finding(other)) {
      assert.equal(strict.message, advised.message);
      assert.equal(strict.enforcementlevel, 1);
    }
    assert.ok(finding(other).length > 0);
  }
});
