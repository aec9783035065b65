import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Agent, request, type IncomingMessage } from "node:http";
import { resolve } from "node:path";

import getPort from "get-port";

import { repository } from "../../lab/shared/repository";
import { typedApart } from "../docs/commands";
import { spawnGroup } from "../ownGroup";

/** A service as the process that its image starts, see {@link startService}. */
interface ServiceProcess {
  readonly child: ChildProcess;
  /** Everything it has written. */
  readonly output: () => string;
  /** Waits until its output has `count` matches. */
  readonly prints: (pattern: RegExp, count?: number) => Promise<RegExpMatchArray[]>;
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
}

/** Starts a service with nothing in its environment except what is given. */
function startService(name: string, environment: Record<string, string>): ServiceProcess {
  const child = spawn(
    process.execPath,
    ["--import", "ecs-handson-loader/modules.mjs", "src/main.ts"],
    {
      cwd: resolve(__dirname, "../../services", name),
      env: { PATH: process.env.PATH, HOST: "127.0.0.1", PORT: "0", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      child.emit("output");
    });
  }
  const exited = once(child, "close").then(([code, signal]: (number | string | null)[]) => {
    child.emit("output");
    return { code: code as number | null, signal: signal as string | null };
  });
  return {
    child,
    exited,
    output: () => output,
    prints: async (pattern, count = 1) => {
      for (;;) {
        const matches = [...output.matchAll(new RegExp(pattern, "g"))];
        if (matches.length >= count) return matches;
        assert.equal(child.exitCode, null, `ended early: ${output}`);
        await once(child, "output");
      }
    },
  };
}

describe("a service's process", () => {
  const started: ServiceProcess[] = [];
  const start = (...args: Parameters<typeof startService>): ServiceProcess => {
    const service = startService(...args);
    started.push(service);
    return service;
  };
  afterEach(async () => {
    for (const { child, exited } of started.splice(0)) {
      child.kill("SIGKILL");
      await exited;
    }
  });

  it("finishes the requests in progress when ECS stops it, and then ends", async () => {
    const auth = start("auth", { AUTH_SIGNING_KEY: "a secret of forty characters, at random." });
    const [[, port] = []] = await auth.prints(/listening at http:\/\/127\.0\.0\.1:(\d+)/);
    // As a load balancer does, it keeps its connections open after the answer.
    const agent = new Agent({ keepAlive: true });
    const logins = Array.from({ length: 6 }, () => login(agent, Number(port)));
    await auth.prints(/incoming request/, logins.length);
    auth.child.kill("SIGTERM");
    assert.deepEqual(await Promise.all(logins), Array(logins.length).fill(200));
    assert.deepEqual(await auth.exited, { code: 0, signal: null });
    agent.destroy();
  });

  it("logs in, lists and sells, started with the commands on the services' page", async () => {
    let block = typedApart("services/README.md: HOST=127.0.0.1");
    const ports: number[] = [];
    for (const port of ["8081", "8082", "8083"]) {
      const free = await getPort();
      ports.push(free);
      block = block.replaceAll(port, String(free));
    }
    const groups = block.split("\n").map((line) => {
      const group = spawnGroup(["bash", "-c", line], { cwd: repository, stderr: "pipe" });
      let output = "";
      for (const stream of [group.stdout, group.stderr]) {
        stream?.setEncoding("utf8").on("data", (text: string) => {
          output += text;
          group.emit("output");
        });
      }
      return { group, line, output: () => output };
    });
    try {
      for (const { group, line, output } of groups) {
        while (!output().includes("listening at")) {
          assert.equal(group.exitCode, null, `${line}\n${output()}`);
          await Promise.race([once(group, "output"), once(group, "exit")]);
        }
      }
      const [auth = 0, products = 0, shop = 0] = ports;
      assert.equal(await login(new Agent(), auth), 200);
      assert.equal((await fetch(`http://127.0.0.1:${products}/products`)).status, 200);
      const page = await fetch(`http://127.0.0.1:${shop}/shop/`);
      assert.match(await page.text(), /<h1>/);
    } finally {
      for (const { group } of groups) {
        const closed = once(group, "close");
        if (group.pid !== undefined) process.kill(-group.pid, "SIGTERM");
        await closed;
      }
    }
  });

  it("does not start if its environment is wrong, and reports everything wrong", async () => {
    const auth = start("auth", { PORT: "http", AUTH_SIGNING_KEY: "short and secret" });
    assert.deepEqual(await auth.exited, { code: 1, signal: null });
    assert.match(auth.output(), /^Invalid environment variables:$/m);
    assert.match(auth.output(), /^ {2}PORT: /m);
    assert.match(auth.output(), /^ {2}AUTH_SIGNING_KEY: must have 32/m);
    assert.doesNotMatch(auth.output(), /short and secret| at /);
  });

  it("does not start on a port that is taken, and says so", async () => {
    const first = start("products", {});
    const [[, port = ""] = []] = await first.prints(/listening at http:\/\/127\.0\.0\.1:(\d+)/);
    const second = start("products", { PORT: port });
    assert.deepEqual(await second.exited, { code: 1, signal: null });
    assert.match(second.output(), /EADDRINUSE/);
  });
});

/** Logs the demo's user in and returns the status of the answer. */
async function login(agent: Agent, port: number): Promise<number | undefined> {
  const options = { agent, host: "127.0.0.1", port, path: "/auth/login", method: "POST" };
  const outgoing = request({ ...options, headers: { "content-type": "application/json" } });
  outgoing.end(JSON.stringify({ user: "hanako", password: "ecs-handson" }));
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  answer.resume();
  await once(answer, "end");
  return answer.statusCode;
}
