import assert from "node:assert/strict";
import * as path from "node:path";

import { repository } from "../../../lab/shared/repository";
import {
  accountOf,
  engineTimeout,
  lab,
  labReport,
  pulumiCli,
  stateFolder,
  withAccount,
} from "./harness";

describe("a stack in the lab", function () {
  this.timeout(engineTimeout);
  let state: string;
  let remove: () => Promise<void>;
  const at = (...args: string[]) => [...args, "--state", state];

  before(pulumiCli);
  before(async () => ({ state, remove } = await stateFolder()));
  after(() => remove());

  it("is created with all its resources under the policies", async () => {
    const report = await labReport(...at("up", "--no-serve"));
    assert.deepEqual(report.errors, []);
    assert.equal(report.result, "succeeded");
    assert.ok("ecs-handson" in report.policyPacks);
    assert.match(
      String(report.outputs?.albDnsName),
      /^handson-dev-\d+\.ap-northeast-1\.elb\.localhost$/,
    );
    const types = (await accountOf(state)).map(({ type }) => type);
    assert.equal(types.filter((type) => type === "aws:ec2/subnet:Subnet").length, 6);
    assert.equal(types.filter((type) => type === "aws:ecs/service:Service").length, 1);
  });

  it("is not changed by a second update", async () => {
    const before = await accountOf(state);
    const report = await labReport(...at("up", "--no-serve"));
    assert.equal(report.result, "succeeded");
    assert.deepEqual(Object.keys(report.changes), ["same"]);
    assert.deepEqual(await accountOf(state), before);
  });

  it("is reported in the terminal as up to date, with its outputs", async () => {
    const { code, stdout } = await lab(...at("up", "--no-serve"));
    assert.equal(code, 0);
    assert.match(stdout, /Stack dev is up to date; its outputs:\n/);
    assert.match(stdout, /^albDnsName: handson-dev-\d+\.ap-northeast-1\.elb\.localhost$/m);
    assert.doesNotMatch(stdout, /Updating stack dev/);
  });

  it("gets a new task definition and an updated service when cpu changes, and nothing else", async () => {
    const config = ["--config", "cpu=512", "--config", "memory=1024"];
    const report = await labReport(...at("up", "--no-serve", ...config));
    assert.equal(report.result, "succeeded");
    const { same, ...changed } = report.changes;
    assert.ok(same);
    assert.deepEqual(changed, { replace: 1, update: 1 });
    const [task] = (await accountOf(state)).filter(({ type }) => type.endsWith(":TaskDefinition"));
    assert.equal(task?.outputs.cpu, "512");
    assert.equal(task.outputs.revision, 2);
  });

  it("rejects a change that breaks a rule, and leaves the account as it was", async () => {
    const before = await accountOf(state);
    const prod = ["--policy-config", path.join(repository, "policies", "config", "prod.json")];
    const report = await labReport(
      ...at("up", "--no-serve", "--config", "natGateways=none", ...prod),
    );
    assert.equal(report.operation, "preview");
    assert.equal(report.result, "failed");
    const refusing = report.findings.filter(({ level }) => level === "mandatory");
    assert.deepEqual(
      refusing.map(({ policy }) => policy),
      ["ecs-service-no-public-ip"],
    );
    assert.deepEqual(await accountOf(state), before);
  });

  it("exports what pulumi stack export prints, with all resources", async () => {
    const { stdout, code } = await lab(...at("export"));
    assert.equal(code, 0);
    const exported = JSON.parse(stdout) as { deployment: { resources: { id?: string }[] } };
    const ids = new Set(exported.deployment.resources.map(({ id }) => id));
    for (const { id } of await accountOf(state)) assert.ok(ids.has(id), id);
  });

  it("learns by a refresh what was changed in the account behind its back", async () => {
    await withAccount(state, async (account) => {
      const [logGroup] = account.list("aws:cloudwatch/logGroup:LogGroup");
      assert.ok(logGroup);
      await account.modify(logGroup.type, logGroup.id, { retentionInDays: 1 });
    });
    const report = await labReport(...at("refresh"));
    assert.equal(report.result, "succeeded");
    assert.equal(report.changes.update, 1);
    const restored = await labReport(...at("preview", "--config", "natGateways=single"));
    assert.equal(restored.changes.update, 1);
  });

  it("leaves an empty account when it is destroyed", async () => {
    const report = await labReport(...at("destroy"));
    assert.deepEqual(report.errors, []);
    assert.equal(report.result, "succeeded");
    assert.deepEqual(await accountOf(state), []);
  });

  it("loses its settings when it is destroyed: the next one starts afresh", async () => {
    const { stdout } = await lab(...at("config"));
    assert.doesNotMatch(stdout, /set for dev/);
  });
});
