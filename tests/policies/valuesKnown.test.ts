import assert from "node:assert/strict";
import { rules } from "../../policies/rules";
import valuesKnown from "../../policies/rules/policy-values-known";
import { check, type PackConfig, unknown, urnOf } from "./harness";
import { taskDefinition } from "./stacks";

const hidden = taskDefinition({ containerDefinitions: unknown, tags: unknown });
const reported = async (config: PackConfig = {}) =>
  (await check(rules, [hidden], config)).filter(({ message }) => message.includes("not known yet"));

describe("a value that only the update will know", () => {
  it("is reported once, however many rules cannot check it", async () => {
    const findings = await reported();
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

  it("is reported apart from other such values", async () => {
    assert.equal((await reported()).length, 2);
  });

  const causes: readonly [string, string, object][] = [
    ["aws:iam/rolePolicy:RolePolicy", "What a policy allows", { policy: unknown }],
    [
      "aws:iam/policy:Policy",
      "What a policy allows",
      { policy: { Statement: [{ Effect: "Allow", Action: unknown }, { Action: unknown }] } },
    ],
    ["aws:iam/role:Role", "What a policy allows", { inlinePolicies: unknown }],
    ["aws:codebuild/project:Project", "environment", { environment: unknown }],
    ["aws:codebuild/project:Project", "source", { source: unknown }],
    ["aws:codebuild/project:Project", "logsConfig", { logsConfig: unknown }],
    ["aws:codepipeline/pipeline:Pipeline", "stages", { stages: unknown }],
    ["aws:ecs/taskDefinition:TaskDefinition", "volumes", { volumes: unknown }],
    ["aws:ec2/securityGroup:SecurityGroup", "ingress", { ingress: unknown }],
    ["aws:ec2/securityGroup:SecurityGroup", "egress", { egress: unknown }],
    ["aws:ec2/launchTemplate:LaunchTemplate", "metadataOptions", { metadataOptions: unknown }],
  ];
  for (const [type, what, props] of causes) {
    it(`is reported in one finding: the ${type.split(":")[2]}'s ${Object.keys(props).join()}`, async () => {
      const findings = await check(rules, [{ type, props }]);
      const open = findings.filter(({ message }) => message.includes("not known yet"));
      assert.equal(open.length, 1, open.map(({ message }) => message).join("\n"));
      assert.match(open[0]?.message ?? "", new RegExp(`\n${what} is not known yet`));
    });
  }

  it("is reported by its path if other values beside it are known", async () => {
    const network = { networkConfiguration: { subnets: ["s"], securityGroups: unknown } };
    const service = { type: "aws:ecs/service:Service", props: network };
    const findings = await check(rules, [service]);
    assert.ok(
      findings.some(({ message }) =>
        message.includes("\nnetworkConfiguration.securityGroups is not known yet"),
      ),
    );
  });

  it("is a finding of a rule whose onUnknown is fail", async () => {
    const name = "ecs-task-definition-logging";
    const findings = await reported({
      [name]: { enforcementLevel: "mandatory", onUnknown: "fail" },
    });
    assert.deepEqual(
      findings.filter(({ level }) => level === "mandatory").map(({ rule }) => rule),
      [name],
    );
  });

  it("is not reported if the rule that reports it is disabled", async () => {
    assert.deepEqual(await reported({ [valuesKnown.name]: { enforcementLevel: "disabled" } }), []);
  });

  it("is forgotten before the next operation", async () => {
    await reported();
    assert.deepEqual(await check([valuesKnown], []), []);
  });
});
