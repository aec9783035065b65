import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EnforcementLevel } from "@pulumi/policy";
import { configProblems } from "../../policies/lib/packConfig";
import { rules } from "../../policies/rules";

const tutorialRule = "ecs-service-security-group-vpc-only";

function problems(
  name: string,
  settings: Record<string, unknown> = {},
  level: EnforcementLevel = "mandatory",
): readonly string[] {
  return configProblems(rules, new Map([[name, { level, settings }]]));
}

describe("a policy configuration", () => {
  it("may set every setting of every rule to its default", () => {
    for (const { name, configSchema } of rules) {
      const defaults = Object.entries(configSchema?.properties ?? {}).map(
        ([setting, schema]) => [setting, schema.default] as const,
      );
      assert.ok(defaults.every(([, value]) => value !== undefined));
      assert.deepEqual(problems(name, Object.fromEntries(defaults)), []);
    }
  });

  it("gets a suggestion for a rule that does not exist", () => {
    assert.deepEqual(problems("ecs-task-definition-loging"), [
      '"ecs-task-definition-loging" is not a rule: did you mean "ecs-task-definition-logging"?',
    ]);
    assert.match(problems("s3-public")[0] ?? "", /is not a rule: see docs\/policies.md/);
  });

  it("gets a suggestion for a property that does not exist", () => {
    assert.deepEqual(problems(tutorialRule, { vpcCidrBlock: [] }), [
      `${tutorialRule} has no property "vpcCidrBlock": did you mean "vpcCidrBlocks"?`,
    ]);
    assert.match(
      problems("listener-https", { ports: [] })[0] ?? "",
      /there is onUnknown, exemptions/,
    );
  });

  it("may lower other rules but not the tutorial's", () => {
    const required = rules.filter(({ metadata }) => metadata.required === true);
    for (const { name } of rules) {
      const isRequired = required.some((rule) => rule.name === name);
      for (const level of ["advisory", "disabled"] as const) {
        assert.equal(problems(name, {}, level).length, isRequired ? 1 : 0, `${name} ${level}`);
      }
      for (const level of ["mandatory", "remediate"] as const) {
        assert.deepEqual(problems(name, {}, level), []);
      }
    }
    assert.equal(required.length, 3);
  });

  it("may set a level for all, but no properties", () => {
    assert.deepEqual(problems("all", {}, "advisory"), []);
    assert.match(problems("all", { onUnknown: "fail" })[0] ?? "", /"all" is not a rule/);
  });

  it("cannot exempt anything from the tutorial's rules", () => {
    assert.match(problems(tutorialRule, { exemptions: [] })[0] ?? "", /no property "exemptions"/);
  });

  it("must not have values that would quietly weaken a rule", () => {
    const bad: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
      [
        tutorialRule,
        { vpcCidrBlocks: ["0.0.0.0/0"] },
        /"0.0.0.0\/0" is not a CIDR block a VPC can/,
      ],
      [tutorialRule, { vpcCidrBlocks: ["10.0.0.0"] }, /not a CIDR block/],
      [tutorialRule, { trustedSecurityGroupIds: ["*"] }, /"\*" is not a security group id/],
      [tutorialRule, { trustedPrefixListIds: ["sg-1"] }, /"sg-1" is not a prefix list id/],
      [
        "ecs-task-definition-no-plaintext-secrets",
        { namePattern: "(" },
        /not a regular expression/,
      ],
      [
        "ecs-task-definition-no-plaintext-secrets",
        { valuePattern: "[" },
        /not a regular expression/,
      ],
      [
        "listener-https",
        { exemptions: [{ urn: "**", reason: "r", expires: "2030-01-01" }] },
        /everything/,
      ],
      ...["urn:*", "urn:pulumi:dev::*", "*:*", "urn:pulumi:*::aws:lb/listener:Listener::*"].map(
        (urn): [string, Record<string, unknown>, RegExp] => [
          "listener-https",
          { exemptions: [{ urn, reason: "r", expires: "2030-01-01" }] },
          /exempts everything: end it with a resource's name/,
        ],
      ),
      [
        tutorialRule,
        { unseenResources: [{ urn: "urn:*", reason: "r", expires: "2030-01-01" }] },
        /everything/,
      ],
      [
        "listener-https",
        { exemptions: [{ urn: "a", reason: "r", expires: "2030-02-30" }] },
        /is not a valid date/,
      ],
      [
        "listener-https",
        { exemptions: [{ urn: "a", reason: "r", expires: "2030-99-01" }] },
        /is not a valid date/,
      ],
    ];
    for (const [name, settings, message] of bad) {
      const found = problems(name, settings);
      assert.equal(found.length, 1, JSON.stringify(settings));
      assert.match(found[0] ?? "", message);
    }
    const good = [{ urn: "*::web", reason: "r", expires: "2028-02-29" }];
    assert.deepEqual(problems("listener-https", { exemptions: good }), []);
  });

  it("has all its problems reported at once", () => {
    const found = configProblems(
      rules,
      new Map([
        ["nothing", { level: "mandatory", settings: {} }],
        [tutorialRule, { level: "disabled", settings: { wrong: 1 } }],
      ]),
    );
    assert.equal(found.length, 3);
  });

  for (const kind of ["dev", "prod"]) {
    it(`is valid in policies/config/${kind}.json`, () => {
      const path = join(__dirname, `../../policies/config/${kind}.json`);
      const config = JSON.parse(readFileSync(path, "utf8")) as Record<
        string,
        EnforcementLevel | { enforcementLevel: EnforcementLevel }
      >;
      const known = ["advisory", "mandatory", "disabled", "remediate"];
      for (const [name, given] of Object.entries(config)) {
        const rule = typeof given === "string" ? { enforcementLevel: given } : given;
        const { enforcementLevel: level, ...settings } = rule;
        assert.ok(known.includes(level), name);
        assert.deepEqual(problems(name, settings, level), []);
      }
    });
  }
});
