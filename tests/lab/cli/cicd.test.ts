import assert from "node:assert/strict";

import { accountOf, engineTimeout, labReport, pulumiCli, stateFolder } from "./harness";

describe("the cicd chapter in the lab", function () {
  this.timeout(engineTimeout * 2);
  let state: string;
  let remove: () => Promise<void>;

  before(pulumiCli);
  before(async () => {
    ({ state, remove } = await stateFolder());
  });
  after(() => remove());

  const up = async (config: Record<string, string> = {}) => {
    const changes = Object.entries(config).flatMap(([key, value]) => [
      "--config",
      `${key}=${value}`,
    ]);
    const report = await labReport("up", "--state", state, "--no-serve", ...changes);
    assert.deepEqual(report.errors, []);
    assert.equal(report.result, "succeeded");
    return report;
  };

  /** What an update changed, without what it left as it was. */
  const changedBy = async (config?: Record<string, string>) => {
    const { changes } = await up(config);
    return Object.fromEntries(
      Object.entries(changes).filter(([operation]) => operation !== "same"),
    );
  };

  it("deploys everything that a pipeline with ECS's own deployments consists of", async () => {
    const { changes, findings } = await up({ chapters: "cicd" });
    const { create = 0 } = changes;
    assert.ok(create > 70, String(create));
    const types = new Set((await accountOf(state)).map(({ type }) => type));
    for (const type of [
      "aws:codecommit/repository:Repository",
      "aws:cloudwatch/eventTarget:EventTarget",
      "aws:codebuild/project:Project",
      "aws:codepipeline/pipeline:Pipeline",
    ]) {
      assert.ok(types.has(type), type);
    }
    assert.deepEqual([...new Set(findings.map(({ policy }) => policy))].sort(), [
      "ecs-task-definition-nonroot-user",
      "ecs-task-definition-readonly-root",
      "listener-https",
    ]);
  });

  it("has nothing to change the second time", async () => {
    assert.deepEqual(await changedBy(), {});
  });

  it("registers a larger task definition, and leaves it to the pipeline to deploy it", async () => {
    const service = async () =>
      (await accountOf(state)).find(({ type }) => type === "aws:ecs/service:Service")?.outputs;
    const before = await service();
    assert.deepEqual(await changedBy({ cpu: "512", memory: "1024" }), { replace: 1 });
    assert.equal((await service())?.taskDefinition, before?.taskDefinition);
  });

  it("switches to CodeDeploy, with approval and notifications", async () => {
    await up({
      cicdDeploy: "codedeploy",
      cicdApproval: "true",
      cicdNotificationEmail: "alice@example.com",
    });
    const records = await accountOf(state);
    const group = records.find(({ type }) => type.endsWith(":DeploymentGroup"));
    assert.equal(group?.outputs.computePlatform, "ECS");
    assert.deepEqual(await changedBy(), {});
  });

  it("is destroyed, and leaves the account empty", async () => {
    const report = await labReport("destroy", "--state", state);
    assert.deepEqual(report.errors, []);
    assert.equal(report.result, "succeeded");
    assert.deepEqual(await accountOf(state), []);
  });
});
