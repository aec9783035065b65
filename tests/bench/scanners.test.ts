import assert from "node:assert/strict";
import { cases } from "../../bench/peers/scanners/cases";
import { scanWithOurs } from "../../bench/peers/scanners/ours";
import { toTerraform } from "../../bench/peers/scanners/terraform";
import { verdictOf } from "../../bench/peers/scanners/verdict";
import { rules } from "../../policies/rules";

describe("comparison with other scanners", () => {
  it("has enough cases, each with its own title", () => {
    assert.ok(cases.length >= 60);
    assert.ok(cases.filter(({ kind }) => kind === "harmless").length >= 20);
    assert.equal(new Set(cases.map(({ title }) => title)).size, cases.length);
  });

  it("has flaws that the pack misses", () => {
    assert.ok(cases.some(({ kind, rule }) => kind === "flaw" && rule === undefined));
  });

  for (const { title, kind, rule, before, changed } of cases) {
    const expected = rule === undefined ? "nothing" : `something by ${rule}`;
    it(`${kind === "flaw" ? "reports" : "reports at most"} ${expected}: ${title}`, async () => {
      const verdict = verdictOf(
        { kind },
        await scanWithOurs(before.pulumi),
        await scanWithOurs(changed.pulumi),
      );
      assert.ok(rule === undefined || rules.some(({ name }) => name === rule));
      if (kind === "harmless" && !verdict.reported) return;
      if (rule === undefined) {
        assert.deepEqual(verdict.rules, []);
      } else {
        assert.ok(verdict.rules.includes(rule), verdict.rules.join(", "));
      }
    });

    it(`makes the change in every language: ${title}`, () => {
      assert.notDeepEqual(before.pulumi, changed.pulumi);
      assert.notDeepEqual(before.cloudFormation, changed.cloudFormation);
      assert.notEqual(toTerraform(before.pulumi), toTerraform(changed.pulumi));
    });
  }
});

describe("verdict on a scanner", () => {
  const finding = (rule: string, resource: string) => ({ rule, resource, title: "" });
  const [old, fresh] = [finding("A", "web"), finding("A", "db")];

  it("credits a flaw to the rules that report more than before", () => {
    const expected = { reported: true, right: true, rules: ["A"] };
    assert.deepEqual(verdictOf({ kind: "flaw" }, [old], [old, fresh]), expected);
  });

  it("gives no credit for what was reported before", () => {
    const expected = { reported: false, right: false, rules: [] };
    assert.deepEqual(verdictOf({ kind: "flaw" }, [old], [old]), expected);
  });

  it("blames a report on something harmless, and nothing else", () => {
    assert.equal(verdictOf({ kind: "harmless" }, [], [fresh]).right, false);
    assert.equal(verdictOf({ kind: "harmless" }, [old], [old]).right, true);
  });
});

describe("Terraform form of a stack", () => {
  it("writes lists of objects as blocks and unknown ids as references", () => {
    const group = {
      type: "aws:ec2/securityGroup:SecurityGroup",
      name: "tasks",
      props: { ingress: [{ fromPort: 22, cidrBlocks: ["10.0.0.0/16"] }], vpcId: undefined },
    };
    const rule = {
      type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      name: "rule",
      props: { securityGroupId: "04da6b54-80e4-46f7-96ec-b56ff0331ba9", cidrIpv4: "10.0.0.0/16" },
      dependencies: { securityGroupId: ["tasks"] },
    };
    assert.deepEqual(toTerraform([group, rule]).trim().split("\n"), [
      'resource "aws_security_group" "tasks" {',
      "ingress {",
      "from_port = 22",
      'cidr_blocks = ["10.0.0.0/16"]',
      "}",
      "}",
      'resource "aws_vpc_security_group_ingress_rule" "rule" {',
      "security_group_id = aws_security_group.tasks.id",
      'cidr_ipv4 = "10.0.0.0/16"',
      "}",
    ]);
  });

  it("refuses a type it cannot translate", () => {
    assert.throws(() => toTerraform([{ type: "aws:s3/bucket:Bucket", props: {} }]), /no Terraform/);
  });
});
