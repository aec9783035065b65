import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";

import { rules } from "../../policies/rules";
import { check } from "../policies/harness";
import { accountStates } from "../permissions/arns";
import { evaluate } from "../program/mocks";
import { asPolicyResources } from "../program/policyResources";
import { given } from "./given";
import { newUserProgram, transformedService } from "./newUser";
import { webArgs } from "./webService";

const root = path.resolve(__dirname, "..", "..");

const lines = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");

const evaluated = () => evaluate(() => newUserProgram(given), { states: accountStates });

describe("a new user's program", () => {
  it("is what the page on the components shows, in parts", () => {
    const page = readFileSync(path.join(root, "docs", "components.md"), "utf8");
    const program = lines(readFileSync(path.join(__dirname, "newUser.ts"), "utf8"));
    const blocks = [...page.matchAll(/```ts program\n([^]*?)```/g)].map(([, block = ""]) => block);
    assert.ok(blocks.length >= 6, `${blocks.length} parts`);
    for (const block of blocks) assert.ok(program.includes(lines(block)), block);
  });

  it("follows all rules of the policies, mandatory or advisory, with arguments alone", async () => {
    const { resources } = await evaluated();
    const found = await check(rules, asPolicyResources(resources, "dev", accountStates));
    assert.deepEqual(found, []);
  });

  it("has services with and without a load balancer and Service Connect", async () => {
    const { resources, outputs } = await evaluated();
    const services = resources.filter(({ type }) => type === "aws:ecs/service:Service");
    const shape = services.map(({ inputs }) => [
      inputs.name,
      ((inputs.loadBalancers ?? []) as unknown[]).length,
      inputs.serviceConnectConfiguration !== undefined,
    ]);
    assert.deepEqual(shape.sort(), [
      ["api-dev", 1, true],
      ["site-dev", 1, false],
      ["stock-dev", 1, true],
      ["worker-dev", 0, false],
    ]);
    assert.match(outputs.migrate, /^aws ecs run-task .*--task-definition migrate-dev /);
  });

  it("may set with transform what a component does not offer", async () => {
    const { resources } = await evaluate(() => transformedService(webArgs));
    const inputs = (type: string) =>
      resources.find((one) => one.type.endsWith(`:${type}`))?.inputs ?? {};
    assert.equal(inputs("Service").availabilityZoneRebalancing, "ENABLED");
    assert.deepEqual(inputs("TaskDefinition").ephemeralStorage, { sizeInGib: 50 });
    assert.equal(inputs("SecurityGroupEgressRule").cidrIpv4, "10.0.0.0/16");
  });
});
