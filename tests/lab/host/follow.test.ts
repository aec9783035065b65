import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import type { Host, LabStatus } from "../../../lab/host/host";
import { followStatus, openHost } from "../../../lab/host/openHost";
import type { StackReport } from "../../../lab/host/stackReports";
import type { PlaneStatus } from "../../../lab/runtime/controlplane/ecs/status";

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

  it("is told now, and again after a change", async () => {
    const statuses = followStatus(state, leave.signal);
    assert.deepEqual(await next(statuses), { stacks: {}, reports: [] });
    await host.report(refused);
    assert.deepEqual((await next(statuses)).reports, [refused]);
  });

  it("is told again when what is served changes, but not when only somebody says so", async () => {
    let tell = () => assert.fail("nobody listens");
    let services: PlaneStatus["services"] = [];
    const awsApi = { endpoint: "http://127.0.0.1:8060", region: "ap-northeast-1" };
    host.publish?.(
      () => ({ plane: { ...idle, services }, pipelines: [], repositories: [], awsApi }),
      (listener) => {
        tell = listener as () => never;
        return () => undefined;
      },
    );
    const statuses = followStatus(state, leave.signal);
    await next(statuses);
    tell();
    services = [site];
    tell();
    assert.deepEqual((await next(statuses)).plane?.services, services);
  });

  it("ends when the lab does, which does not wait for those who look", async () => {
    const statuses = followStatus(state, leave.signal);
    await next(statuses);
    await host.close();
    assert.equal((await statuses.next()).done, true);
  });

  it("ends when nobody wants to know any more", async () => {
    const statuses = followStatus(state, leave.signal);
    await next(statuses);
    leave.abort();
    assert.equal((await statuses.next()).done, true);
  });

  it("is an error that says what to do where nothing is served", async () => {
    await host.close();
    await assert.rejects(
      followStatus(state, leave.signal).next(),
      /nothing is being served; run npm/,
    );
  });
});
