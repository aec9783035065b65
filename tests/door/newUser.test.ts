import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";

import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";

import type { LabStatus } from "../../lab/host/host";
import { repository } from "../../lab/shared/repository";
import { askByHttps } from "../lab/cli/askByHttps";
import { clientSettings, engineTimeout, exportedBy, pulumiCli } from "../lab/cli/harness";
import { spawnGroup } from "../ownGroup";
import { Door } from "./door";
import { install, pack } from "./packed";

const programs = path.join(__dirname, "programs");

/** The company's outputs that the shop's program is configured with. */
const companyOutputs = [
  "image",
  "nginxImage",
  "phpImage",
  "hostedZoneId",
  "accessLogs",
  "flowLogs",
  "webAclArn",
] as const;

const stack = "--stack dev";
const withPack =
  "--policy-pack node_modules/ecs-handson-policies " +
  "--policy-pack-config node_modules/ecs-handson-policies/config/dev.json";

describe("a new user's program, with only the packed packages", function () {
  this.timeout(3 * engineTimeout);
  let door: Door;
  let state: string;
  let serving: ChildProcess | undefined;

  const lab = (command: string) => door.types(`npm run -s lab -- ${command} --state ${state}`);
  const pulumi = (project: string, command: string) =>
    door.types(`npm run -s lab -- pulumi --state ${state} -C ../${project} ${command}`);
  const plane = async () => {
    const status = JSON.parse(await lab("status --json")) as LabStatus;
    assert.ok(status.plane, "nothing serves the account");
    return status.plane;
  };

  before(pulumiCli);
  before(async () => {
    door = await Door.open();
    state = path.join(door.folder, "own-lab");
    const components = await pack(door, "components");
    const policies = await pack(door, "policies");
    for (const project of ["company", "shop"]) {
      const folder = path.join(door.folder, project);
      await cp(path.join(programs, project), folder, { recursive: true });
      await install(door, components, folder, ["typescript", "@types/node"]);
      await install(door, policies, folder);
    }
    const source = path.join(repository, "tests", "components", "newUser.ts");
    const text = await readFile(source, "utf8");
    await writeFile(
      path.join(door.folder, "shop", "newUser.ts"),
      text.replace('"../../components"', '"ecs-handson-components"'),
    );
    // PHP's own health check, which its image contains.
    await door.standIn("php-fpm-healthcheck", "exit 0");
  });
  after(async () => {
    if (serving?.pid !== undefined) {
      const closed = once(serving, "close");
      process.kill(-serving.pid, "SIGTERM");
      await closed;
    }
    await door.close();
  });

  it("type-checks", async () => {
    await door.types("node_modules/.bin/tsc --noEmit -p ../shop");
  });

  it("is configured with what its company shares among all programs", async () => {
    await pulumi("company", `up --yes ${stack}`);
    const outputs = JSON.parse(await pulumi("company", `stack output --json ${stack}`)) as Record<
      string,
      string
    >;
    for (const name of companyOutputs) {
      const value = outputs[name] ?? "";
      assert.notEqual(value, "", name);
      await pulumi("shop", `config set ${stack} ${name} '${value}'`);
    }
  });

  it("previews without a finding", async () => {
    const output = await pulumi("shop", `preview ${stack} ${withPack}`);
    assert.match(output, /ecs-handson@v[\d.]+ \(local: /);
    assert.doesNotMatch(output, /\[advisory\]|\[mandatory\]|warning/, output);
  });

  it("goes up and becomes steady", async () => {
    await pulumi("shop", `up --yes ${stack} ${withPack}`);
    serving = spawnGroup(
      ["npm", "run", "-s", "lab", "--", "serve", "--state", state, "--runtime", "static"].concat(
        "--port=0",
        "--no-dashboard",
      ),
      { cwd: door.checkout, env: door.env, stderr: "pipe" },
    );
    let log = "";
    for (const stream of [serving.stdout, serving.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (log += text));
    }
    // If one of them never is, the test times out.
    const isSteady = async () => {
      const { services } = await plane();
      // At first no service is there yet, so none is unsteady.
      const isEach = services.every(({ notSteadyBecause: why }) => why === undefined);
      return services.length === 4 && isEach;
    };
    while (!(await isSteady().catch(() => false))) assert.equal(serving.exitCode, null, log);
    assert.equal((await plane()).services.length, 4);
  });

  it("answers on its domain, from the API, nginx and the code behind nginx", async () => {
    const { loadBalancers } = await plane();
    const https = loadBalancers
      .find(({ name }) => name === "shop-dev")
      ?.listeners.find(({ protocol }) => protocol === "HTTPS");
    const ask = async (page: string) => {
      const url = new URL(page, https?.localUrl);
      const authority = https?.certificateAuthority ?? "";
      return (await askByHttps(url, authority, "shop.example.com")).body;
    };
    const api = JSON.parse(await ask("/api/orders")) as Record<string, string>;
    assert.equal(api.LOG_LEVEL, "info");
    assert.match(api.QUEUE_URL ?? "", /^https:\/\/sqs\.ap-northeast-1\.amazonaws\.com\//);
    assert.ok(Number(api.key) >= 16, "the secret's value");
    assert.match(await ask("/"), /<h1>The shop<\/h1>/);
    assert.equal(await ask("/php/orders"), "/orders of the site");
  });

  it("gives its worker the queue's URL, and runs a one-off task", async () => {
    assert.match(await lab("logs worker-dev"), /worker --concurrency 4 for https:\/\/sqs\./);
    assert.match(await lab("run-task migrate-dev --cluster shop-dev"), /migrate /);
  });

  it("gets more workers as the metric that they scale by rises", async () => {
    const cloudWatch = new CloudWatchClient(clientSettings(exportedBy(await lab("env"))));
    const MetricData = [
      { MetricName: "BacklogPerTask", Dimensions: [{ Name: "Queue", Value: "jobs" }], Value: 25 },
    ];
    const workers = async () =>
      (await plane()).services.find(({ name }) => name === "worker-dev")?.runningCount;
    assert.equal(await workers(), 1);
    // One data point per look, until the service has its third task.
    do {
      await cloudWatch.send(new PutMetricDataCommand({ Namespace: "Shop", MetricData }));
    } while ((await workers()) !== 3);
    cloudWatch.destroy();
  });

  it("is destroyed completely once its load balancers may be deleted", async () => {
    const file = path.join(door.folder, "shop", "newUser.ts");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replaceAll(/^ *enableDeletionProtection: true,\n/gm, ""));
    await pulumi("shop", `up --yes ${stack}`);
    await pulumi("shop", `destroy --yes ${stack}`);
    assert.doesNotMatch(await pulumi("shop", `stack --show-urns ${stack}`), /aws:/);
  });
});
