import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import * as path from "node:path";

import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";

import type { LabStatus } from "../../../lab/host/host";
import { repository } from "../../../lab/shared/repository";
import {
  clientSettings,
  engineTimeout,
  exportedBy,
  lab,
  labReport,
  LabProcess,
  pulumiCli,
  stateFolder,
} from "./harness";

describe("npm start", function () {
  this.timeout(engineTimeout);
  let state: string;
  let remove: () => Promise<void>;
  let served: LabProcess;
  let address: string;
  const other = createServer();

  before(pulumiCli);
  before(async () => {
    ({ state, remove } = await stateFolder());
    await once(other.listen(0, "127.0.0.1"), "listening");
    const page = ["--runtime", "static", "--port", String(takenPort())];
    served = new LabProcess(["start", "--state", state, ...page]);
    await served.prints(/Ctrl-C stops/);
    [address] = (await served.prints(/http:\/\/\S+elb\.localhost:\d+/)) as unknown as [string];
  });
  after(async () => {
    served.child.kill("SIGKILL");
    other.close();
    await remove();
  });

  const takenPort = () => (other.address() as AddressInfo).port;

  it("says which port another program has, which one it took instead, and how to choose another", () => {
    const { port } = new URL(address);
    assert.notEqual(Number(port), takenPort());
    const message = `Port ${takenPort()} is taken by another program, so the lab took ${port}; use --port NUMBER to start from another port`;
    assert.ok(served.stdout.split("\n").includes(message), served.stdout);
  });

  it("shows the plan and the policy pack's result before it serves", () => {
    assert.match(served.stdout, /^ +\+ aws:ecs:Service fargate-service$/m);
    assert.match(served.stdout, /^Policies \(ecs-handson@v[\d.]+\): 3 pieces of advice$/m);
  });

  it("prints at most 70 lines before it serves", () => {
    const text = `${served.stdout}${served.stderr}`;
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    assert.ok(lines.length <= 70, text);
  });

  it("ends with an address that serves the tutorial's page", async () => {
    const { port } = new URL(address);
    const response = await fetch(`http://127.0.0.1:${port}/`);
    assert.equal(response.status, 200);
    const page = path.join(repository, "nginx", "html", "index.html");
    const text = await response.text();
    const own = /<dl class="task">.*<\/dl>\n/;
    const written = (await readFile(page, "utf8")).replace(/<!--#[^]*?-->/g, "");
    assert.equal(text.replace(own, ""), written);
    assert.match(
      own.exec(text)?.[0] ?? "",
      /handson-dev:1<.*>1\.\d+\.\d+-alpine<.*>ap-northeast-1[acd]</,
    );
  });

  it("reports what it serves to another process as its status", async () => {
    const { stdout } = await lab("status", "--state", state, "--json");
    const { stacks, plane } = JSON.parse(stdout) as LabStatus;
    assert.ok((stacks.dev ?? 0) > 40);
    assert.equal(plane?.services[0]?.runningCount, 1);
    assert.match((await lab("status", "--state", state)).stdout, /handson-dev .*│ 1 /);
  });

  it("reports a short status to another process, again at each change, until Ctrl-C", async () => {
    const watching = new LabProcess(["status", "--watch", "--state", state]);
    await watching.prints(/● handson-dev 1\/1 running, steady/);
    watching.child.kill("SIGINT");
    assert.equal((await watching.exit()).code, 0);
  });

  it("serves AWS's API to a shell that it prepared, and changes made with it are drift", async () => {
    const { stdout } = await lab("env", "--state", state);
    const ecs = new ECSClient(clientSettings(exportedBy(stdout)));
    const where = { cluster: "handson-dev", service: "handson-dev" };
    await ecs.send(new UpdateServiceCommand({ ...where, desiredCount: 2 }));
    const report = await labReport("refresh", "--state", state);
    assert.deepEqual(report.errors, []);
    assert.equal(report.changes.update, 1);
    await ecs.send(new UpdateServiceCommand({ ...where, desiredCount: 1 }));
  });

  it("serves a second learner's stack that another process deploys meanwhile", async () => {
    const report = await labReport("up", "--stack", "bob", "--no-serve", "--state", state);
    assert.deepEqual(report.errors, []);
    for (;;) {
      const { stdout } = await lab("status", "--state", state, "--json");
      const { plane } = JSON.parse(stdout) as LabStatus;
      const bob = plane?.loadBalancers.find(({ name }) => name === "handson-bob");
      const running = plane?.services.find(({ name }) => name === "handson-bob")?.runningCount;
      if (bob?.url === undefined || running !== 1) continue;
      const { status } = await fetch(`http://127.0.0.1:${new URL(bob.url).port}/`);
      if (status === 200) return;
    }
  });

  it("stops cleanly on Ctrl-C: exit code 0, and nothing is left running", async () => {
    const { stdout } = await lab("status", "--state", state, "--json");
    const { plane } = JSON.parse(stdout) as LabStatus;
    const pids =
      plane?.services.flatMap(({ tasks }) => tasks.flatMap(({ pid }) => pid ?? [])) ?? [];
    assert.ok(pids.length >= 2);
    served.child.kill("SIGINT");
    const { code } = await served.exit();
    assert.equal(code, 0);
    await assert.rejects(fetch(address.replace(/\/\/[^:]+/, "//127.0.0.1")));
    for (const pid of pids) assert.throws(() => process.kill(pid, 0), /ESRCH/);
  });
});

describe("lab status --watch", function () {
  this.timeout(engineTimeout);

  it("fails if nothing is served", async () => {
    const { state, remove } = await stateFolder();
    const { code, stderr } = await lab("status", "--watch", "--state", state);
    await remove();
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^error: nothing is being served; run npm start or npm run lab -- serve$/m,
    );
  });
});

describe("lab provider", function () {
  this.timeout(engineTimeout);

  it("prints the value that makes any Pulumi program use the lab, until Ctrl-C", async () => {
    const { state, remove } = await stateFolder();
    const provider = new LabProcess(["provider", "--state", state]);
    const [, value = ""] = await provider.prints(/^PULUMI_DEBUG_PROVIDERS=(\S+)$/m);
    provider.child.kill("SIGINT");
    assert.match(value, /^aws:(\d+),awsx:\1,docker-build:\1,random:\1$/);
    assert.equal((await provider.exit()).code, 0);
    await remove();
  });
});

describe("a lab whose folder is removed", function () {
  this.timeout(engineTimeout);

  for (const [command, ready] of [
    ["serve", /Ctrl-C stops/],
    ["provider", /PULUMI_DEBUG_PROVIDERS/],
  ] as const) {
    it(`ends ${command}, and says why and what to do`, async () => {
      const { state, remove } = await stateFolder();
      const running = new LabProcess([command, "--state", state]);
      await running.prints(ready);
      await rm(state, { recursive: true });
      const { code, stderr } = await running.exit();
      await remove();
      assert.equal(code, 1);
      assert.ok(stderr.includes(`error: ${state} was removed while this process was serving it.`));
      assert.match(stderr, /npm start starts over/);
    });
  }
});
