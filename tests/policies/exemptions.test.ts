import assert from "node:assert/strict";
import fc from "fast-check";
import { isExpired, matches } from "../../policies/lib/exemptions";
import { rules } from "../../policies/rules";
import noPrivileged from "../../policies/rules/ecs-task-definition-no-privileged";
import exemptionsCurrent from "../../policies/rules/policy-exemptions-current";
import { check, type PackConfig, urnOf } from "./harness";
import { taskDefinition } from "./stacks";

const privileged = taskDefinition({}, { privileged: true });
const [rule, both] = [noPrivileged, [noPrivileged, exemptionsCurrent]];

const exempt = (urn: string, expires = "2999-12-31"): PackConfig => ({
  [rule.name]: {
    enforcementLevel: "mandatory",
    exemptions: [{ urn, reason: "needs the GPU driver", expires }],
  },
});

describe("an exemption", () => {
  it("turns a finding into advice that says until when and why", async () => {
    const findings = await check(both, [privileged], exempt("*TaskDefinition::it"));
    assert.deepEqual(
      findings.map(({ level, rule: name }) => [level, name]),
      [["advisory", rule.name]],
    );
    assert.match(findings[0]?.message ?? "", /exempted until 2999-12-31: needs the GPU driver/);
  });

  it("applies only to the resources that it names", async () => {
    const findings = await check(both, [privileged], exempt("*TaskDefinition::other"));
    assert.deepEqual(
      findings.map(({ level, message }) => [level, message.split("\n").at(-1)]),
      [
        [
          "mandatory",
          "The container nginx is privileged. Remove privileged from the container definition.",
        ],
        [
          "advisory",
          `The exemption of *TaskDefinition::other from ${rule.name} is not used. Remove the exemption from the policy configuration, or renew it with a reason that still applies.`,
        ],
      ],
    );
  });

  it("no longer applies after its last day, which is reported", async () => {
    const findings = await check(both, [privileged], exempt(urnOf(privileged), "2020-02-29"));
    assert.deepEqual(
      findings.map(({ level }) => level),
      ["mandatory", "advisory"],
    );
    assert.match(findings[1]?.message ?? "", /expired on 2020-02-29/);
  });

  it("covers its last day, in UTC", () => {
    const exemption = { urn: "*", reason: "r", expires: "2026-03-01" };
    assert.equal(isExpired(exemption, new Date("2026-03-01T23:59:59Z")), false);
    assert.equal(isExpired(exemption, new Date("2026-03-02T00:00:00Z")), true);
  });

  it("is not reported while it is needed", async () => {
    const config = exempt(urnOf(privileged));
    const reports = (await check(both, [privileged], config)).filter(
      ({ rule: name }) => name === exemptionsCurrent.name,
    );
    assert.deepEqual(reports, []);
  });

  it("does not leak into the next operation", async () => {
    await check(both, [privileged], exempt(urnOf(privileged)));
    const findings = await check(both, [privileged]);
    assert.deepEqual(
      findings.map(({ level }) => level),
      ["mandatory"],
    );
  });

  it("is not a setting of the tutorial's rules", () => {
    const settings = rules
      .filter(({ metadata }) => metadata.required === true)
      .flatMap(({ configSchema }) => Object.keys(configSchema?.properties ?? {}));
    assert.ok(!settings.includes("exemptions"));
    assert.ok(!settings.includes("onUnknown"));
  });
});

describe("a pattern for URNs", () => {
  it("matches any text with a star, and everything else literally", () => {
    const text = fc.string();
    fc.assert(
      fc.property(text, text, text, (before, middle, after) => {
        const plain = (part: string) => part.replaceAll("*", "");
        const pattern = `${plain(before)}*${plain(after)}`;
        assert.ok(matches(pattern, `${plain(before)}${middle}${plain(after)}`));
        assert.equal(matches(plain(before), `${plain(before)}x`), false);
      }),
    );
  });
});
