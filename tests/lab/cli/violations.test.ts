import assert from "node:assert/strict";
import * as path from "node:path";

import { Session } from "../../../lab/ui/commands/session/session";
import { accountOf, engineTimeout, pulumiCli, stateFolder } from "./harness";

const programDir = path.join(__dirname, "../programs/violations");
const vpcOnly = "ecs-service-security-group-vpc-only";

/** Each with the value of the program's setting `broken` that causes it. */
const violations: [what: string, rule: string, broken: string][] = [
  ["whose task definition lacks awsvpc", "ecs-task-definition-awsvpc-network-mode", "networkMode"],
  [
    "that has no execution role, like the first tutorial as written,",
    "ecs-task-definition-execution-role-required",
    "executionRole",
  ],
  ["whose tasks' security group is open to the world by an inline rule", vpcOnly, "inlineIpv4"],
  [
    "whose tasks' security group is open to the IPv6 world by an inline rule",
    vpcOnly,
    "inlineIpv6",
  ],
  [
    "whose tasks' security group is open to both halves of the world by a SecurityGroupRule",
    vpcOnly,
    "securityGroupRule",
  ],
  [
    "whose tasks' security group is open to the world by a SecurityGroupIngressRule",
    vpcOnly,
    "ingressRule",
  ],
];

describe("a stack that breaks a rule of the tutorial", function () {
  this.timeout(engineTimeout);
  let state: string;
  let remove: () => Promise<void>;

  before(pulumiCli);
  beforeEach(async () => ({ state, remove } = await stateFolder()));
  afterEach(() => remove());

  const update = async (broken: string) => {
    const session = await Session.open({
      stack: "dev",
      state,
      json: true,
      signal: new AbortController().signal,
      programDir,
      config: { broken },
    });
    return session.up().finally(() => session.close());
  };

  it("is distinguished from one that keeps them all", async () => {
    const report = await update("nothing");
    const mandatory = report.findings.filter(({ level }) => level === "mandatory");
    assert.deepEqual(mandatory, []);
    assert.deepEqual(report.errors, []);
    assert.equal(report.result, "succeeded");
  });

  for (const [what, rule, broken] of violations) {
    it(`${what} is refused at preview by ${rule}, and nothing is created`, async () => {
      const report = await update(broken);
      assert.equal(report.operation, "preview");
      assert.equal(report.result, "failed");
      const refusing = report.findings
        .filter(({ level }) => level === "mandatory")
        .map(({ policy }) => policy);
      assert.ok(refusing.includes(rule), `${refusing.join()} ${report.errors.join("\n")}`);
      assert.deepEqual(await accountOf(state), []);
    });
  }
});
