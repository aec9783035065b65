import assert from "node:assert/strict";
import { rules } from "../../policies/rules";
import valuesKnown from "../../policies/rules/policy-values-known";
import { check, type PackConfig, unknown, urnOf } from "./harness";
import { taskDefinition } from "./stacks";

const hidden = taskDefinition({ containerDefinitions: unknown, tags: unknown });
const told = async (config: PackConfig = {}) =>
  (await check(rules, [hidden], config)).filter(({ message }) => message.includes("not known yet"));

describe("a value that only the update will know", () => {
  it("is told once, however many rules it hides the resource from", async () => {
    const findings = await told();
    const about = findings.filter(({ message }) => message.includes("containerDefinitions"));
    assert.deepEqual(
      about.map(({ rule, level, urn }) => [rule, level, urn]),
      [[valuesKnown.name, "advisory", urnOf(hidden)]],
    );
    assert.match(
      about[0]?.message ?? "",
      /containerDefinitions is not known yet: the update checks it, by ecs-\S+, ecs-\S+, ecs-\S+ and \d+ more rules\./,
    );
  });

  it("is told for each value that is not known", async () => {
    assert.equal((await told()).length, 2);
  });

  it("is a finding of a rule that must know it", async () => {
    const name = "ecs-task-definition-logging";
    const findings = await told({ [name]: { enforcementLevel: "mandatory", onUnknown: "fail" } });
    assert.deepEqual(
      findings.filter(({ level }) => level === "mandatory").map(({ rule }) => rule),
      [name],
    );
  });

  it("is not told where nobody could do anything about it", async () => {
    assert.deepEqual(await told({ [valuesKnown.name]: { enforcementLevel: "disabled" } }), []);
  });

  it("is forgotten by the next operation", async () => {
    await told();
    assert.deepEqual(await check([valuesKnown], []), []);
  });
});
