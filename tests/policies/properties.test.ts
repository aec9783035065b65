import assert from "node:assert/strict";
import fc from "fast-check";
import { rules } from "../../policies/rules";
import vpcOnly from "../../policies/rules/ecs-service-security-group-vpc-only";
import valuesKnown from "../../policies/rules/policy-values-known";
import { allCases } from "./cases";
import { check, type Finding, secret, type TestResource, unknown } from "./harness";
import { group, groupRule, ingressRule, service, taskDefinition, vpc } from "./stacks";

/** Every copy of `value` in which one value, at any depth, is unknown. */
function withOneUnknown(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, part]) =>
    [unknown, ...withOneUnknown(part)].map((changed) =>
      Array.isArray(value)
        ? value.map((item: unknown, index) => (index === Number(key) ? changed : item))
        : { ...value, [key]: changed },
    ),
  );
}

function withOneUnknownInput(resources: readonly TestResource[]): TestResource[][] {
  return resources.flatMap((resource, index) =>
    (withOneUnknown(resource.props) as object[]).map((props) =>
      resources.map((other, position) => (position === index ? { ...other, props } : other)),
    ),
  );
}

const values = fc.oneof(
  fc.constant(unknown),
  fc.constantFrom("0.0.0.0/0", "::/0", "tcp", "-1", "sg-1", "[]", "[{}]", "{", "*", "true", ""),
  fc.jsonValue({ maxDepth: 3 }),
);

describe("every rule", () => {
  for (const { rule, fail } of allCases) {
    it(`${rule.name} never turns a finding into silence when a value becomes unknown`, async () => {
      for (const [title, [, resources]] of Object.entries(fail)) {
        for (const changed of withOneUnknownInput(resources)) {
          const findings = await check([rule, valuesKnown], changed);
          assert.notEqual(findings.length, 0, `${title}: ${JSON.stringify(changed)}`);
        }
      }
    });
  }

  for (const { rule, pass, fail } of allCases) {
    it(`${rule.name} survives any properties`, async () => {
      const { types } = rule.metadata;
      const stacks = [...Object.values(pass), ...Object.values(fail).map(([, stack]) => stack)];
      const names = [...new Set(stacks.flat().flatMap(({ props }) => Object.keys(props)))];
      const props = fc.dictionary(fc.constantFrom(...names, "other"), values);
      const resource = fc.record({ type: fc.constantFrom(...types), props });
      await fc.assert(
        fc.asyncProperty(fc.array(resource, { minLength: 1, maxLength: 4 }), async (resources) => {
          const named = resources.map((each, index) => ({
            ...each,
            name: `r${index}`,
            dependencies: Object.fromEntries(names.map((name) => [name, ["r0", "r1"]])),
          }));
          const findings = await check([rule], named);
          assert.ok(findings.every(({ message }) => !/itself failed|can't run/.test(message)));
        }),
        { numRuns: 60 },
      );
    });
  }

  it("finds the same in a stack with all rules at once as one by one", async () => {
    const failing = allCases.flatMap(({ fail }) => Object.values(fail).slice(0, 1));
    for (const [, resources] of failing) {
      const all = await check(rules, resources);
      // It reports once what several rules leave open.
      const together = all.filter(({ rule }) => rule !== valuesKnown.name);
      const separate: Finding[] = [];
      for (const rule of rules) {
        separate.push(...(await check([rule], resources)));
      }
      const key = ({ rule, message }: Finding) => `${rule} ${message}`;
      assert.deepEqual(together.map(key).sort(), separate.map(key).sort());
    }
  });
});

describe("the verdict on a service's security group", () => {
  const source = fc.oneof(
    fc.record({
      ipv4: fc.constantFrom("10.0.0.0/16", "10.0.3.0/24", "10.0.0.0/15", "0.0.0.0/0", "0.0.0.0/1"),
    }),
    fc.record({ ipv6: fc.constantFrom("::/0", "2001:db8:0:100::/64", "2001:db8:1::/64") }),
    fc.record({ reference: fc.constantFrom("sg-known", "sg-other") }),
    fc.record({ list: fc.constantFrom("pl-known", "pl-other") }),
  ) as fc.Arbitrary<{ ipv4?: string; ipv6?: string; reference?: string; list?: string }>;
  const config = {
    [vpcOnly.name]: {
      enforcementLevel: "mandatory" as const,
      trustedSecurityGroupIds: ["sg-known"],
      trustedPrefixListIds: ["pl-known"],
    },
  };
  const base = [vpc("vpc", { ipv6CidrBlock: "2001:db8:0:100::/56" }), service(["tasks"])] as const;
  const verdict = async (resources: readonly TestResource[]) =>
    (await check([vpcOnly], resources, config)).length === 0;
  const list = (value: string | undefined) => (value === undefined ? [] : [value]);

  it("is the same for every way to write a rule, in any order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(source, { maxLength: 4 }), fc.nat(), async (sources, turn) => {
        const inlineRules = sources.map(({ ipv4, ipv6, reference, list: prefixList }) => ({
          protocol: "tcp",
          fromPort: 80,
          toPort: 80,
          cidrBlocks: list(ipv4),
          ipv6CidrBlocks: list(ipv6),
          securityGroups: list(reference),
          prefixListIds: list(prefixList),
        }));
        const inline = [...base, group("tasks", { ingress: inlineRules })];
        const separate = sources.map(({ ipv4, ipv6, reference, list: prefixList }, index) =>
          groupRule(
            "tasks",
            {
              cidrBlocks: list(ipv4),
              ipv6CidrBlocks: list(ipv6),
              sourceSecurityGroupId: reference,
              prefixListIds: list(prefixList),
            },
            { name: `rule-${index}` },
          ),
        );
        const single = sources.map(({ ipv4, ipv6, reference, list: prefixList }, index) =>
          ingressRule(
            "tasks",
            {
              cidrIpv4: ipv4,
              cidrIpv6: ipv6,
              referencedSecurityGroupId: reference,
              prefixListId: prefixList,
            },
            { name: `rule-${index}` },
          ),
        );
        const rotate = <T>(all: T[]): T[] => {
          const at = turn % all.length;
          return [...all.slice(at), ...all.slice(0, at)];
        };
        const expected = await verdict(inline);
        assert.equal(await verdict(rotate([...base, group("tasks"), ...separate])), expected);
        assert.equal(await verdict(rotate([...base, group("tasks"), ...single])), expected);
        assert.equal(await verdict(rotate(inline)), expected);
      }),
      { numRuns: 100 },
    );
  });
});

describe("messages", () => {
  it("say once, not once per property, that inline rules are unknown", async () => {
    const stack = [vpc(), group("tasks", { ingress: unknown }), service(["tasks"])];
    assert.equal((await check([vpcOnly], stack)).length, 1);
  });

  it("never show the value of an environment variable", async () => {
    const value = "hunter2-AKIAIOSFODNN7EXAMPLE";
    const variables = ["DB_PASSWORD", "SETTING"].map((name) => ({ name, value: secret(value) }));
    const findings = await check(rules, [
      taskDefinition({
        containerDefinitions: secret(
          JSON.stringify([{ name: "web", environment: [{ name: "DB_PASSWORD", value }] }]),
        ),
        networkMode: secret(value),
      }),
      {
        type: "aws:codebuild/project:Project",
        name: "project",
        props: { environment: { environmentVariables: variables } },
      },
    ]);
    const about = findings.filter(({ message }) => /DB_PASSWORD|SETTING|networkMode/.test(message));
    assert.equal(about.length, 4);
    assert.ok(findings.every(({ message }) => !message.includes("hunter2")));
  });
});
