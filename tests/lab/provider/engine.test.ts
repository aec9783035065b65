import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import { LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation";

import { Account } from "../../../lab/account/account";
import { serveProviders, type ProviderServer } from "../../../lab/provider/server";

const CLI_ROOT = join(homedir(), ".cache/ecs-handson/pulumi/v3.250.0");
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const VPC = "aws:ec2/vpc:Vpc";

describe("the provider on the real engine", function () {
  this.timeout(120_000);

  let dir: string;
  let account: Account;
  let providers: ProviderServer;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "lab-engine-"));
    account = Account.inMemory();
    providers = await serveProviders(account);
  });

  afterEach(async () => {
    await providers.close();
    await account.close();
    await rm(dir, { recursive: true, force: true });
  });

  async function stackOf(program: () => Promise<unknown>): Promise<Stack> {
    return LocalWorkspace.createStack(
      { stackName: "dev", projectName: "lab-test", program: program as () => Promise<void> },
      {
        pulumiCommand: await PulumiCommand.get({ root: CLI_ROOT }),
        pulumiHome: join(dir, "home"),
        workDir: dir,
        projectSettings: {
          name: "lab-test",
          runtime: "nodejs",
          backend: { url: `file://${dir}` },
        },
        envVars: {
          PULUMI_CONFIG_PASSPHRASE: "test",
          PULUMI_DEBUG_PROVIDERS: providers.debugProviders,
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
          PULUMI_SKIP_UPDATE_CHECK: "true",
        },
      },
    );
  }

  it("previews, deploys, settles, repairs drift and destroys a network", async () => {
    const stack = await stackOf(() => {
      const tokyo = new aws.Provider("tokyo", {
        region: "ap-northeast-1",
        defaultTags: { tags: { project: "handson" } },
      });
      const vpc = new awsx.ec2.Vpc(
        "network",
        {
          cidrBlock: "10.0.0.0/16",
          availabilityZoneNames: ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"],
          natGateways: { strategy: "Single" },
          subnetStrategy: "Auto",
        },
        { provider: tokyo },
      );
      new aws.cloudwatch.LogGroup("logs", { retentionInDays: 30 }, { provider: tokyo });
      return Promise.resolve({ vpcId: vpc.vpcId, privateSubnetIds: vpc.privateSubnetIds });
    });

    const preview = await stack.preview();
    assert.deepEqual(preview.changeSummary, { create: 32 });
    assert.deepEqual(account.list(), [], "a preview creates nothing");

    const up = await stack.up();
    assert.deepEqual(up.summary.resourceChanges, { create: 32 });
    assert.equal(account.list().length, 29);
    const [vpc] = account.list(VPC);
    assert.equal(up.outputs.vpcId?.value, vpc?.id);
    assert.equal((up.outputs.privateSubnetIds?.value as string[]).length, 3);
    assert.deepEqual(vpc?.outputs.tags, { Name: "network", project: "handson" });

    const again = await stack.up();
    assert.deepEqual(again.summary.resourceChanges, { same: 32 });

    const [logs] = account.list(LOG_GROUP);
    assert.ok(logs);
    await account.modify(LOG_GROUP, logs.id, { retentionInDays: 1 });
    const refresh = await stack.refresh();
    assert.deepEqual(refresh.summary.resourceChanges, { same: 31, update: 1 });
    const repair = await stack.up();
    assert.deepEqual(repair.summary.resourceChanges, { same: 31, update: 1 });
    assert.equal(account.get(LOG_GROUP, logs.id)?.outputs.retentionInDays, 30);

    await stack.destroy();
    assert.deepEqual(account.list(), []);
  });
});
