import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pace } from "../../../../lab/runtime/controlplane/pace";
import { LoadBalancers } from "../../../../lab/runtime/dataplane/alb/alb";
import type { TargetHealth } from "../../../../lab/runtime/dataplane/alb/targetGroup";
import type { PlaneEvent } from "../../../../lab/runtime/dataplane/events";
import { MemoryAccount } from "../controlplane/memoryAccount";

/** Asks for WebSockets and resets each connection, at once or after some turns of the event loop. */
export async function resetUpgrades(port: number): Promise<void> {
  const upgrade =
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  for (let turns = 0; turns < 40; turns++) {
    await new Promise<void>((done) => {
      const socket = connect(port, "127.0.0.1");
      socket
        .on("error", () => undefined)
        .once("close", () => {
          done();
        });
      socket.write(upgrade, () => {
        let left = turns;
        const reset = () => {
          // The reset meets data in flight that is no longer read.
          if (left-- > 0) setImmediate(reset);
          else socket.write("frame", () => socket.resetAndDestroy());
        };
        reset();
      });
    });
  }
}

/** Load balancers and servers that play their tasks, new for each test of the suite that calls it. */
export function albBench() {
  const cleanUps: (() => void | Promise<void>)[] = [];
  const bench = {
    account: new MemoryAccount(),
    workDir: "",
    /** What the load balancers have reported. */
    events: [] as Omit<PlaneEvent, "at">[],
    /** Called when a target's health changes. */
    onHealth: (() => undefined) as (targetGroupArn: string, health: TargetHealth) => void,
    cleanUps,

    open: async ({ port = 18_200, maximumDrainMs = 300 } = {}): Promise<LoadBalancers> => {
      const { account, workDir } = bench;
      const balancers = new LoadBalancers(
        account,
        { port, workDir, pace: new Pace("fast", { healthCheckSpeed: 1, maximumDrainMs }) },
        (event) => bench.events.push(event),
        (arn, health) => {
          bench.onHealth(arn, health);
        },
      );
      cleanUps.push(async () => {
        await balancers.closeListeners(100);
        balancers.closeTargetGroups();
      });
      await balancers.sync();
      return balancers;
    },

    /** A server that plays a task; returns its address. */
    target: async (listener: RequestListener): Promise<string> => {
      const server = createServer(listener);
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      cleanUps.push(() => {
        server.close();
        server.closeAllConnections();
      });
      return `127.0.0.1:${(server.address() as AddressInfo).port}`;
    },

    /** Registers a target and resolves when it has the state. */
    register: (
      balancers: LoadBalancers,
      groupArn: string,
      address: string,
      state: string,
    ): Promise<TargetHealth> =>
      new Promise((done) => {
        const before = bench.onHealth;
        bench.onHealth = (arn, health) => {
          before(arn, health);
          if (health.address === address && health.state === state) done(health);
        };
        balancers.targetGroup(groupArn)?.register(`task ${address}`, address);
      }),

    port: (balancers: LoadBalancers, index = 0): number => {
      const url = balancers.status().loadBalancers[0]?.listeners[index]?.localUrl;
      return Number(new URL(url ?? "").port);
    },

    get: (balancers: LoadBalancers, path = "/", init?: RequestInit) =>
      fetch(`http://127.0.0.1:${bench.port(balancers)}${path}`, { redirect: "manual", ...init }),

    forward: (arn: string) => ({ type: "forward", targetGroupArn: arn }),
    fixed: (messageBody: string) => ({
      type: "fixed-response",
      fixedResponse: { contentType: "text/plain", messageBody, statusCode: "200" },
    }),
    ok: ((_request, response) => response.end("ok")) as RequestListener,
  };

  beforeEach(() => {
    bench.account = new MemoryAccount();
    bench.workDir = mkdtempSync(join(tmpdir(), "ecs-handson-alb-"));
    bench.events = [];
    bench.onHealth = () => undefined;
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    rmSync(bench.workDir, { recursive: true, force: true });
  });
  return bench;
}
