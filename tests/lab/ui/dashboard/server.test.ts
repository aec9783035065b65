import assert from "node:assert/strict";
import { request } from "node:http";
import { createServer } from "node:net";
import { once } from "node:events";

import { Dashboard } from "../../../../lab/ui/dashboard/server";
import type { DashboardSnapshot } from "../../../../lab/ui/dashboard/snapshot";
import { MemoryAccount } from "../../runtime/controlplane/memoryAccount";
import {
  endPlanes,
  runningTasks,
  service,
  startPlane,
  until,
} from "../../runtime/controlplane/plane";
import { closeDashboards, openDashboard, refusedPreview, type TestDashboard } from "./fixtures";

/** `fetch` sets Host and Sec-Fetch-Site itself: this sends what a browser, or an attacker, would. */
async function send(
  origin: string,
  path: string,
  { method = "GET", body = "", headers = {} }: Sending = {},
): Promise<{ status: number; text: string; headers: Record<string, unknown> }> {
  const sent = request(`${origin}${path}`, { method, headers });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [import("node:http").IncomingMessage];
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += String(chunk);
  return { status: response.statusCode ?? 0, text, headers: response.headers };
}

interface Sending {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
}

const snapshotOf = async (origin: string): Promise<DashboardSnapshot> =>
  JSON.parse((await send(origin, "/_lab/api/snapshot")).text) as DashboardSnapshot;

/** The server-sent events, as an `EventSource` would give them. */
async function* eventsOf(
  origin: string,
  signal: AbortSignal,
): AsyncGenerator<[string, DashboardSnapshot]> {
  const { body } = await fetch(`${origin}/_lab/api/events`, { signal });
  let rest = "";
  for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const messages = (rest + text).split("\n\n");
    rest = messages.pop() ?? "";
    for (const message of messages) {
      const [, name, data] = /event: (\w+)\ndata: (.*)/.exec(message) ?? [];
      if (name !== undefined) yield [name, JSON.parse(data ?? "") as DashboardSnapshot];
    }
  }
}

describe("the dashboard's server", function () {
  this.timeout(20_000);
  let leave: AbortController;

  beforeEach(() => {
    leave = new AbortController();
  });
  afterEach(async () => {
    leave.abort();
    await closeDashboards();
    await endPlanes();
  });

  async function site(options: Parameters<typeof openDashboard>[2] = {}) {
    const account = new MemoryAccount();
    const arns = account.site();
    const plane = await startPlane(account);
    const opened = await openDashboard(account, plane, options);
    await plane.whenSteady(10_000);
    return { account, plane, ...arns, ...opened };
  }

  describe("its snapshot", () => {
    it("has the network, the load balancing, the services and their tasks", async () => {
      const { account, plane, origin } = await site();
      account.put("aws:ec2/vpc:Vpc", "vpc-1", { cidrBlock: "10.0.0.0/16" });
      const subnet = (id: string, zone: string, cidrBlock: string) => {
        account.put("aws:ec2/subnet:Subnet", id, {
          vpcId: "vpc-1",
          availabilityZone: zone,
          cidrBlock,
          tags: { Name: `${id}-name` },
        });
      };
      subnet("subnet-c", "ap-northeast-1c", "10.0.2.0/24");
      subnet("subnet-private", "ap-northeast-1a", "10.0.1.0/24");
      subnet("subnet-public", "ap-northeast-1a", "10.0.0.0/24");
      const table = (id: string, subnetId: string, way: Record<string, string>) => {
        account.put("aws:ec2/route:Route", `r-${id}`, { routeTableId: id, ...way });
        const association = { routeTableId: id, subnetId };
        account.put("aws:ec2/routeTableAssociation:RouteTableAssociation", id, association);
      };
      table("rtb-1", "subnet-public", { gatewayId: "igw-1" });
      table("rtb-2", "subnet-private", { natGatewayId: "nat-1" });
      const nat = { subnetId: "subnet-public", publicIp: "203.0.113.1" };
      account.put("aws:ec2/natGateway:NatGateway", "nat-1", nat);
      const [task] = runningTasks(plane);

      const snapshot = await snapshotOf(origin);
      assert.deepEqual(snapshot.networks, [
        {
          stack: "test",
          id: "vpc-1",
          cidrBlock: "10.0.0.0/16",
          zones: [
            {
              name: "ap-northeast-1a",
              subnets: [
                {
                  id: "subnet-public",
                  name: "subnet-public-name",
                  cidrBlock: "10.0.0.0/24",
                  internetAccess: "internet gateway",
                  natGateways: ["203.0.113.1"],
                  loadBalancers: [],
                  services: [],
                },
                {
                  id: "subnet-private",
                  name: "subnet-private-name",
                  cidrBlock: "10.0.1.0/24",
                  internetAccess: "NAT gateway",
                  natGateways: [],
                  loadBalancers: [],
                  services: [],
                },
              ],
            },
            {
              name: "ap-northeast-1c",
              subnets: [
                {
                  id: "subnet-c",
                  name: "subnet-c-name",
                  cidrBlock: "10.0.2.0/24",
                  internetAccess: "none",
                  natGateways: [],
                  loadBalancers: [],
                  services: [],
                },
              ],
            },
          ],
        },
      ]);
      assert.deepEqual(snapshot.stacks, [{ name: "test", resources: 5 }]);
      assert.equal(snapshot.loadBalancers[0]?.stack, "test");
      assert.equal(snapshot.loadBalancers[0].listeners[0]?.rules[0]?.conditions, "path *");
      assert.equal(snapshot.targetGroups[0]?.targets[0]?.state, "healthy");
      assert.equal(snapshot.services[0]?.stack, "test");
      assert.equal(snapshot.services[0].runningCount, 1);
      assert.equal(snapshot.services[0].tasks[0]?.arn, task?.arn);
      assert.deepEqual(snapshot.actions, []);
    });

    it("says which services and load balancers are in a subnet", async () => {
      const { account, origin, loadBalancer, service: arn } = await site();
      account.put("aws:ec2/vpc:Vpc", "vpc-1", { cidrBlock: "10.0.0.0/16" });
      account.put("aws:ec2/subnet:Subnet", "subnet-1", {
        vpcId: "vpc-1",
        availabilityZone: "ap-northeast-1a",
        cidrBlock: "10.0.0.0/24",
      });
      account.put("aws:lb/loadBalancer:LoadBalancer", loadBalancer, { subnets: ["subnet-1"] });
      const networkConfiguration = { subnets: ["subnet-1"] };
      account.put("aws:ecs/service:Service", arn, { networkConfiguration });
      const { networks } = await snapshotOf(origin);
      const subnet = networks[0]?.zones[0]?.subnets[0];
      assert.deepEqual([subnet?.loadBalancers, subnet?.services], [["site"], ["site"]]);
    });

    it("has the limits of a service's autoscaling", async () => {
      const { account, origin } = await site();
      account.put("aws:appautoscaling/target:Target", "service/handson/site", {
        resourceId: "service/handson/site",
        scalableDimension: "ecs:service:DesiredCount",
        minCapacity: 1,
        maxCapacity: 4,
      });
      const { services } = await snapshotOf(origin);
      assert.deepEqual(services[0]?.scaling, { min: 1, max: 4 });
    });

    it("has the policies' findings, even for a stack of which nothing was created", async () => {
      const { origin, report } = await site();
      report({ ...refusedPreview, stack: "alice" });
      const { stacks, events } = await snapshotOf(origin);
      assert.deepEqual(
        stacks.map(({ name, resources }) => [name, resources]),
        [
          ["alice", 0],
          ["test", 5],
        ],
      );
      assert.equal(stacks[0]?.report?.findings[0]?.policy, "ecs-service-security-group-vpc-only");
      assert.equal(
        events.at(-1)?.message,
        "(stack alice) preview failed: refused by ecs-service-security-group-vpc-only",
      );
    });

    it("has neither environment variables nor secrets", async () => {
      const account = new MemoryAccount();
      const secretArn = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:key-a1b2c3";
      const secret = { secretArn, secretString: "hunter2", versionStages: ["AWSCURRENT"] };
      account.put("aws:secretsmanager/secretVersion:SecretVersion", secretArn, secret);
      const taskDefinition = account.taskDefinition("web", {
        environment: [{ name: "PASSWORD", value: "hunter2" }],
        secrets: [{ name: "KEY", valueFrom: secretArn }],
        command: ["serve", "--password", "hunter2"],
      });
      account.service("web", { taskDefinition });
      account.put("aws:ec2/launchTemplate:LaunchTemplate", "lt-1", { userData: "hunter2" });
      const plane = await startPlane(account);
      const { origin } = await openDashboard(account, plane, { allowActions: true });
      await until(plane, () => runningTasks(plane, "web").length === 1);
      const { text } = await send(origin, "/_lab/api/snapshot");
      assert.match(text, /"taskDefinition":"web:1"/);
      assert.doesNotMatch(text, /hunter2/);
    });
  });

  describe("its events", () => {
    it("begin with a snapshot, and then have what changed, in the order in which it happened", async () => {
      const { plane, origin, service: arn } = await site();
      const events = eventsOf(origin, leave.signal);
      const first = (await events.next()).value as [string, DashboardSnapshot];
      assert.equal(first[0], "snapshot");
      assert.equal(first[1].services[0]?.desiredCount, 1);
      plane.setDesiredCount(arn, 2);

      const ids = first[1].events.map(({ id }) => id);
      let services = first[1].services;
      for await (const [name, change] of events) {
        assert.equal(name, "change");
        assert.ok(!("networks" in change), "what did not change is not sent");
        ids.push(...((change as Partial<DashboardSnapshot>).events ?? []).map(({ id }) => id));
        services = (change as Partial<DashboardSnapshot>).services ?? services;
        if (services[0]?.runningCount === 2 && !services[0].notSteadyBecause) break;
      }
      assert.deepEqual(
        ids,
        ids.map((_, index) => index + 1),
      );
    });

    it("end when the dashboard does", async () => {
      const { dashboard, origin } = await site();
      const events = eventsOf(origin, leave.signal);
      await events.next();
      await dashboard.close();
      assert.equal((await events.next()).done, true);
    });
  });

  describe("actions", () => {
    const json = (origin: string, token: string, more: Record<string, string> = {}) => ({
      origin,
      "content-type": "application/json",
      "x-lab-token": token,
      "sec-fetch-site": "same-origin",
      ...more,
    });
    const tokenOf = async (origin: string): Promise<string> => {
      const { text } = await send(origin, "/_lab");
      return /name="lab-token" content="([^"]*)"/.exec(text)?.[1] ?? assert.fail("no token");
    };
    const post = (origin: string, body: unknown, headers: Record<string, string>) => {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const length = { "content-length": String(Buffer.byteLength(text)) };
      return send(origin, "/_lab/api/actions", {
        method: "POST",
        body: text,
        headers: { ...length, ...headers },
      });
    };

    it("stop a task, which its service replaces", async () => {
      const { plane, origin } = await site({ allowActions: true });
      const [task] = runningTasks(plane);
      const body = { action: "stopTask", task: task?.arn };
      assert.equal((await post(origin, body, json(origin, await tokenOf(origin)))).status, 200);
      const stopped = service(plane).tasks.find(({ arn }) => arn === task?.arn);
      assert.equal(stopped?.stoppedReason, "Stopped by hand, on the lab's dashboard");
      await plane.whenSteady(10_000);
    });

    it("set a service's desired count in the account itself, as AWS would", async () => {
      const { account, plane, origin, service: arn } = await site({ allowActions: true });
      const body = { action: "setDesiredCount", service: arn, count: 2 };
      assert.equal((await post(origin, body, json(origin, await tokenOf(origin)))).status, 200);
      assert.equal(account.get("aws:ecs/service:Service", arn)?.inputs.desiredCount, 2);
      await plane.whenSteady(10_000);
      assert.equal(runningTasks(plane).length, 2);
    });

    it("break and repair a task's health", async () => {
      const { account, plane, origin, service: arn } = await site({ allowActions: true });
      account.put("aws:ecs/service:Service", arn, { healthCheckGracePeriodSeconds: 600 });
      const headers = json(origin, await tokenOf(origin));
      const task = runningTasks(plane)[0]?.arn;
      const state = () => plane.status().targetGroups[0]?.targets[0]?.state;
      assert.equal((await post(origin, { action: "breakHealth", task }, headers)).status, 200);
      await until(plane, () => state() === "unhealthy");
      assert.equal((await post(origin, { action: "fixHealth", task }, headers)).status, 200);
      await until(plane, () => state() === "healthy");
    });

    it("change the pace even if no other is allowed, as that changes nothing in the account", async () => {
      const { plane, origin } = await site({ changesPace: true });
      const headers = json(origin, await tokenOf(origin));
      assert.deepEqual((await snapshotOf(origin)).actions, ["setPace"]);
      const pace = { action: "setPace", pace: "lesson" };
      assert.equal((await post(origin, pace, headers)).status, 200);
      assert.equal(plane.status().pace, "lesson");
      assert.equal((await snapshotOf(origin)).pace, "lesson");
      assert.equal((await post(origin, { ...pace, pace: "slow" }, headers)).status, 400);
      const stop = { action: "stopTask", task: runningTasks(plane)[0]?.arn };
      assert.equal((await post(origin, stop, headers)).status, 403);
    });

    it("push the page of a stack", async () => {
      const pushed: string[] = [];
      const push = (stack: string) => Promise.resolve(pushed.push(stack));
      const { origin } = await site({ allowActions: true, push });
      const headers = json(origin, await tokenOf(origin));
      const body = { action: "pushPage", stack: "alice" };
      assert.equal((await post(origin, body, headers)).status, 200);
      assert.equal((await post(origin, { ...body, stack: "../.." }, headers)).status, 400);
      assert.deepEqual(pushed, ["alice"]);
    });

    it("are refused with one answer that lists everything wrong", async () => {
      const { origin } = await site({ allowActions: true });
      const headers = json(origin, await tokenOf(origin));
      const body = { action: "setDesiredCount", service: "site", count: -1, force: true };
      const { status, text } = await post(origin, body, headers);
      assert.equal(status, 400);
      for (const word of ["service", "count", "force"]) assert.match(text, new RegExp(word));
      assert.equal((await post(origin, "{", headers)).status, 400);
      const gone = { action: "stopTask", task: "arn:aws:ecs:::task/handson/gone" };
      assert.match((await post(origin, gone, headers)).text, /No service has a task arn:.*gone/);
    });

    describe("that the dashboard's own page did not send", () => {
      let opened: Pick<TestDashboard, "origin"> & { stays: () => void };
      let headers: Record<string, string>;
      let body: unknown;
      beforeEach(async () => {
        const { plane, origin } = await site({ allowActions: true });
        const [task] = runningTasks(plane);
        body = { action: "stopTask", task: task?.arn };
        const stays = () => {
          assert.equal(runningTasks(plane)[0]?.arn, task?.arn);
        };
        opened = { origin, stays };
        headers = json(origin, await tokenOf(origin));
      });

      const refusals: [string, number, RegExp, Record<string, string | undefined>][] = [
        ["without a token", 403, /token is wrong/, { "x-lab-token": undefined }],
        ["with a wrong token", 403, /token is wrong/, { "x-lab-token": "0".repeat(64) }],
        ["with a short token", 403, /token is wrong/, { "x-lab-token": "" }],
        ["without an Origin", 403, /wrong Origin/, { origin: undefined }],
        ["with another Origin", 403, /wrong Origin/, { origin: "http://127.0.0.1:8080" }],
        ["with a null Origin", 403, /wrong Origin/, { origin: "null" }],
        ["from another site", 403, /Other pages/, { "sec-fetch-site": "cross-site" }],
        ["from another port", 403, /Other pages/, { "sec-fetch-site": "same-site" }],
        [
          "as a form of another page",
          403,
          /own page/,
          { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
        ],
        ["as text", 415, /application\/json/, { "content-type": "text/plain" }],
        ["without a type", 415, /application\/json/, { "content-type": undefined }],
        ["to another name for this machine", 421, /answers only at/, { host: "evil.example:8070" }],
        ["if they are too long", 413, /too long/, { "content-length": "1000000" }],
      ];
      for (const [how, status, message, change] of refusals) {
        it(`are refused ${how}`, async () => {
          const sent = Object.fromEntries(
            Object.entries({ ...headers, ...change }).filter(([, value]) => value !== undefined),
          ) as Record<string, string>;
          const long = how === "if they are too long" ? " ".repeat(1_000_000) : body;
          const answer = await post(opened.origin, long, sent);
          assert.equal(answer.status, status);
          assert.match(answer.text, message);
          opened.stays();
        });
      }

      it("are accepted without those faults", async () => {
        assert.equal((await post(opened.origin, body, headers)).status, 200);
      });
    });

    it("are refused unless they were allowed, and the page then has no token", async () => {
      const { plane, origin } = await site();
      assert.equal(await tokenOf(origin), "");
      const body = { action: "stopTask", task: runningTasks(plane)[0]?.arn };
      const { status, text } = await post(origin, body, json(origin, ""));
      assert.equal(status, 403);
      assert.match(text, /--allow-actions/);
    });
  });

  describe("its page", () => {
    it("may load nothing from elsewhere, and may not be framed", async () => {
      const { origin } = await site();
      const { headers, text } = await send(origin, "/_lab");
      const policy = String(headers["content-security-policy"]);
      assert.match(policy, /^default-src 'none'; script-src 'self' 'sha256-[\w+/=]+'; /);
      assert.doesNotMatch(policy, /unsafe|https?:|\*/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.doesNotMatch(text, /(src|href)="(?!\/_lab\/)/);
    });

    it("is refused under a name that was made to resolve to this machine, and to other pages", async () => {
      const { origin } = await site();
      const host = { host: "evil.example" };
      for (const path of ["/_lab", "/_lab/api/snapshot", "/_lab/api/events"]) {
        assert.equal((await send(origin, path, { headers: host })).status, 421);
      }
      for (const site of ["cross-site", "same-site"]) {
        const headers = { "sec-fetch-site": site, "sec-fetch-mode": "cors" };
        assert.equal((await send(origin, "/_lab/api/snapshot", { headers })).status, 403);
      }
    });

    it("can be reached by a link, and from /", async () => {
      const { origin } = await site();
      const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
      assert.equal((await send(origin, "/_lab", { headers })).status, 200);
      assert.equal((await send(origin, "/")).headers.location, "/_lab");
    });

    it("answers 404 to everything else, including paths that lead out of its folder", async () => {
      const { origin } = await site();
      for (const path of ["/_lab/none", "/_lab/../server.ts", "/_lab/%2e%2e/server.ts", "/etc"]) {
        assert.equal((await send(origin, path)).status, 404);
      }
      assert.equal((await send(origin, "/_lab", { method: "DELETE" })).status, 404);
    });
  });

  it("takes the next port if one is taken", async () => {
    const account = new MemoryAccount();
    const plane = await startPlane(account);
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };
    const dashboard = await Dashboard.start({
      port,
      account,
      status: () => Promise.resolve({ stacks: {}, reports: [] }),
      onChange: () => () => undefined,
      onEvent: (listener) => plane.onEvent(listener),
    });
    assert.notEqual(Number(new URL(dashboard.url).port), port);
    assert.equal((await send(new URL(dashboard.url).origin, "/_lab")).status, 200);
    await dashboard.close();
    taken.close();
  });
});
