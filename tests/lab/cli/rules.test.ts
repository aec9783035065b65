import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import * as path from "node:path";

import type { OperationReport } from "../../../lab/engine/operation";
import { Session } from "../../../lab/ui/commands/session/session";
import { rules } from "../../../policies/rules";
import { accountOf, engineTimeout, pulumiCli, stateFolder } from "./harness";

/** Rules on types that the lab's account does not have; their examples are in tests/policies/cases. */
const notInTheLab = [
  "efs-encrypted",
  "ssm-parameter-secure-string",
  "vpc-default-security-group-closed",
];

const programDir = path.join(__dirname, "../programs/rules");

describe("every rule of the pack on the engine", function () {
  this.timeout(engineTimeout);
  let state: string;
  let remove: () => Promise<void>;
  let found: Map<string, string>;

  const remediating = rules
    .filter(({ enforcementLevel }) => enforcementLevel === "remediate")
    .map(({ name }) => name);

  async function run(operation: "preview" | "up", declares: string, policyConfig: string) {
    const session = await Session.open({
      stack: "dev",
      state,
      json: true,
      policyConfig,
      signal: new AbortController().signal,
      programDir,
      config: { declares },
    });
    return session[operation]().finally(() => session.close());
  }

  before(pulumiCli);
  before(async () => {
    ({ state, remove } = await stateFolder());
    // The levels of dev, with its disabled rules enabled, and an expired exemption.
    const policyConfig = path.join(state, "policies.json");
    const exemptions = [{ urn: "*::careless", reason: "was needed once", expires: "2020-01-01" }];
    await writeFile(
      policyConfig,
      JSON.stringify({
        "ecs-task-definition-no-privileged": { exemptions },
        "required-tags": { enforcementLevel: "advisory" },
        // Less than a load balancer costs.
        "stack-within-budget": { monthlyUsd: 10 },
      }),
    );
    const reports: OperationReport[] = [];
    for (const declares of ["brokenResources", "brokenHost", "brokenStack"]) {
      reports.push(await run("preview", declares, policyConfig));
    }
    for (const { result, errors } of reports) {
      assert.equal(result, "failed");
      assert.deepEqual(errors, [], "only policies refuse");
    }
    found = new Map();
    for (const { policy, level } of reports.flatMap(({ findings }) => findings)) {
      if (found.get(policy) !== "mandatory") found.set(policy, level);
    }
  });
  after(() => remove());

  for (const { name, enforcementLevel } of rules) {
    if (remediating.includes(name) || notInTheLab.includes(name)) continue;
    it(`${name} ${enforcementLevel === "mandatory" ? "refuses" : "warns about"} what breaks it`, () => {
      assert.equal(found.get(name), enforcementLevel);
    });
  }

  it("leaves the account empty when it refuses", async () => {
    assert.deepEqual(await accountOf(state), []);
  });

  it(`remediates what ${remediating.join(", ")} check`, async () => {
    const policyConfig = path.join(state, "remediating.json");
    await writeFile(policyConfig, "{}");
    const report = await run("up", "remediable", policyConfig);
    assert.deepEqual(report.errors, []);
    const account = await accountOf(state);
    const inputsOf = (type: string) => account.find((record) => record.type.endsWith(type))?.inputs;
    assert.deepEqual(inputsOf(":Cluster")?.settings, [
      { name: "containerInsights", value: "enabled" },
    ]);
    assert.deepEqual(inputsOf(":Repository")?.imageScanningConfiguration, { scanOnPush: true });
    assert.equal(inputsOf(":LoadBalancer")?.dropInvalidHeaderFields, true);
  });
});
