import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setImmediate } from "node:timers/promises";

import { ControlServer } from "../../../lab/host/controlServer";
import type { Host, LabStatus } from "../../../lab/host/host";
import { followStatus, openHost } from "../../../lab/host/openHost";
import type { StackReport } from "../../../lab/host/stackReports";
import type { PlaneStatus } from "../../../lab/runtime/controlplane/ecs/status";
import { repository } from "../../../lab/shared/repository";

const idle: PlaneStatus = {
  loadBalancers: [],
  targetGroups: [],
  services: [],
  instances: [],
  tasks: [],
  schedules: [],
};

const site: PlaneStatus["services"][number] = {
  arn: "arn:aws:ecs:ap-northeast-1:123456789012:service/site/site",
  name: "site",
  cluster: "site",
  status: "ACTIVE",
  schedulingStrategy: "REPLICA",
  desiredCount: 0,
  runningCount: 0,
  pendingCount: 0,
  deployments: [],
  tasks: [],
  events: [],
};

const refused: StackReport = {
  stack: "dev",
  operation: "preview",
  result: "failed",
  at: "2026-01-01T00:00:00.000Z",
  changes: {},
  errors: 0,
  findings: [{ policy: "listener-https", pack: "ecs-handson", level: "mandatory", message: "no" }],
};

/** Opens the account, and keeps running. */
const holder = `
const { openHost } = require("./lab/host/openHost.ts");
openHost(process.argv[1]).then(() => console.log("open"));`;

async function holderOf(state: string): Promise<ChildProcess> {
  const args = ["--require", "ecs-handson-loader", "--eval", holder, state];
  const child = spawn(process.execPath, args, {
    cwd: repository,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

describe("the status of a lab in another process", () => {
  let state: string;
  let host: Host;
  let leave: AbortController;

  beforeEach(async () => {
    state = await mkdtemp(path.join(tmpdir(), "lab-"));
    host = await openHost(state);
    leave = new AbortController();
  });
  afterEach(async () => {
    leave.abort();
    await host.close();
    await rm(state, { recursive: true, force: true });
  });

  const next = async (statuses: AsyncGenerator<LabStatus>): Promise<LabStatus> => {
    const result = await statuses.next();
    return result.done ? assert.fail("the lab stopped") : result.value;
  };

  it("is sent at once, and again after a change", async () => {
    const statuses = followStatus(state, leave.signal);
    assert.deepEqual(await next(statuses), { stacks: {}, reports: [] });
    await host.report(refused);
    assert.deepEqual((await next(statuses)).reports, [refused]);
  });

  it("is sent again when what is served changes, but not on a notification without a change", async () => {
    let notify = () => assert.fail("nobody listens");
    let services: PlaneStatus["services"] = [];
    const awsApi = { endpoint: "http://127.0.0.1:8060", region: "ap-northeast-1" };
    host.publish?.(
      () => ({ plane: { ...idle, services }, pipelines: [], repositories: [], awsApi }),
      (listener) => {
        notify = listener as () => never;
        return () => undefined;
      },
    );
    const statuses = followStatus(state, leave.signal);
    await next(statuses);
    notify();
    services = [site];
    notify();
    assert.deepEqual((await next(statuses)).plane?.services, services);
  });

  it("ends when the lab does, which does not wait for followers", async () => {
    const statuses = followStatus(state, leave.signal);
    await next(statuses);
    await host.close();
    assert.equal((await statuses.next()).done, true);
  });

  it("ends when its follower leaves", async () => {
    const statuses = followStatus(state, leave.signal);
    await next(statuses);
    leave.abort();
    assert.equal((await statuses.next()).done, true);
  });

  it("ends with what helps once the lab no longer answers", async function () {
    if (process.platform === "win32") this.skip();
    this.timeout(60_000);
    await host.close();
    const child = await holderOf(state);
    try {
      const statuses = followStatus(state, leave.signal);
      await next(statuses);
      child.kill("SIGSTOP");
      const pid = child.pid ?? 0;
      await assert.rejects(statuses.next(), {
        message:
          `lab process ${pid} has the account open but does not answer; it may be suspended: ` +
          `kill -CONT ${pid} resumes it, kill -9 ${pid} ends it`,
      });
    } finally {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  });

  it("fails with what to do if nothing is served", async () => {
    await host.close();
    await assert.rejects(
      followStatus(state, leave.signal).next(),
      /nothing is being served; run npm/,
    );
  });
});

describe("the status for a follower that does not read it, such as a suspended process", () => {
  it("does not pile up: the latest follows what fills the connection", async () => {
    let notify = () => assert.fail("nobody listens");
    let sent = 0;
    const page = "x".repeat(100_000);
    const never = () => assert.fail("not asked for");
    const control = await ControlServer.start({
      ...{ approve: never, grantQuotas: never, recover: never, report: never, reserve: never },
      ...{ resources: never, runTask: never, stopTask: never },
      status: () => ({ stacks: { [`${page} ${sent} times`]: 1 }, reports: [] }),
      onChange: (listener) => {
        notify = listener as () => never;
        return () => undefined;
      },
    });
    const reader = connect(Number(new URL(control.url).port), "127.0.0.1").pause();
    try {
      const asked = ["GET /follow HTTP/1.1", "host: lab", `authorization: Bearer ${control.token}`];
      reader.write(`${asked.join("\r\n")}\r\n\r\n`);
      await once(reader, "readable");
      while (sent < 300) {
        sent += 1;
        notify();
        await setImmediate();
      }
      let [bytes, end] = [0, ""];
      for await (const part of reader.setEncoding("utf8") as AsyncIterable<string>) {
        bytes += part.length;
        end = `${end}${part}`.slice(-200);
        if (end.includes(" 300 times")) break;
      }
      assert.ok(bytes < (sent * page.length) / 2, `${bytes} bytes were kept`);
    } finally {
      reader.destroy();
      await control.close();
    }
  });
});
