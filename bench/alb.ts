import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

import type { Result } from "autocannon";
import getPort from "get-port";
import which from "which";

import type { LabStatus } from "../lab/host/host";
import { repository } from "../lab/shared/repository";
import type { Benchmark, BenchmarkTable } from "./benchmark";
import { median } from "./statistics";
import { labCommand } from "./timedProcess";

/** How many connections send requests: one measures what a request costs, many measure the throughput. */
const connectionCounts = [1, 50];
const seconds = 5;

interface Figures {
  way: string;
  url: string;
  connections: number;
  perSecond: number[];
  p50: number[];
  p99: number[];
}

/** The lab's ALB in front of a task, compared with the task alone and with nginx as a plain proxy. */
export const albBenchmark: Benchmark = {
  name: "alb",
  description: "requests to a task through the lab's ALB, directly, and through an nginx proxy",
  measure: async ({ runs, progress }) => {
    const dir = await mkdtemp(path.join(tmpdir(), "bench-alb-"));
    const lab = await startLab(dir);
    const proxy = await startNginx(dir, lab.task).catch(async (error: unknown) => {
      await end(lab.process);
      throw error;
    });
    try {
      const ways = { "task alone": lab.task, "nginx proxy": proxy.url, "lab's ALB": lab.alb };
      const figures = connectionCounts.flatMap((connections) =>
        Object.entries(ways).map(([way, url]): Figures => ({
          way,
          url,
          connections,
          perSecond: [],
          p50: [],
          p99: [],
        })),
      );
      for (let run = 1; run <= runs; run += 1) {
        for (const { way, url, connections, perSecond, p50, p99 } of figures) {
          progress(`run ${run} of ${runs}: ${way}, connections: ${connections}`);
          const { requests, latency } = await load(url, connections);
          perSecond.push(requests.average);
          p50.push(latency.p50);
          p99.push(latency.p99);
        }
      }
      return table(figures);
    } finally {
      await end(proxy.process);
      await end(lab.process);
      await rm(dir, { recursive: true });
    }
  },
};

function table(figures: readonly Figures[]): BenchmarkTable {
  return {
    columns: [
      "through",
      "connections",
      "requests/s",
      "mean ms",
      "p50 ms",
      "p99 ms",
      "÷ nginx proxy",
    ],
    rows: figures.map(({ way, connections, perSecond, p50, p99 }) => {
      const nginx = figures.find((other) => isProxy(other) && other.connections === connections);
      const ratio = median(perSecond) / median(nginx?.perSecond ?? []);
      // Percentiles are whole milliseconds; the mean is more precise.
      const mean = (1000 * connections) / median(perSecond);
      return [way, connections, median(perSecond), mean, median(p50), median(p99), ratio];
    }),
  };
}

const isProxy = ({ way }: Figures) => way === "nginx proxy";

/** Deploys and serves the fargate chapter. @returns the addresses of the ALB and of its task */
async function startLab(dir: string) {
  const state = path.join(dir, "lab");
  const child = spawn(
    process.execPath,
    labCommand("start", "--state", state, "--config", "chapters=fargate"),
    { cwd: repository, stdio: ["ignore", "ignore", "inherit"] },
  );
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the lab ended with code ${child.exitCode}`);
    const { plane } = await labStatus(state);
    const url = plane?.loadBalancers[0]?.listeners[0]?.url;
    const task = plane?.services[0]?.tasks.find(({ health }) => health === "HEALTHY");
    if (url !== undefined && task?.address !== undefined) {
      // Browsers and curl resolve its name, but not every resolver does.
      const alb = new URL(url);
      return {
        process: child,
        alb: `http://127.0.0.1:${alb.port}/`,
        task: `http://${task.address}/`,
      };
    }
    await sleep(1000);
  }
}

async function labStatus(state: string): Promise<Partial<LabStatus>> {
  const status = spawn(process.execPath, labCommand("status", "--json", "--state", state), {
    cwd: repository,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const json = await text(status.stdout);
  return json === "" ? {} : (JSON.parse(json) as LabStatus);
}

/** nginx with one worker, passing every request on to the task. */
async function startNginx(dir: string, task: string) {
  const port = await getPort({ host: "127.0.0.1" });
  const prefix = path.join(dir, "nginx");
  await mkdir(path.join(prefix, "logs"), { recursive: true });
  const { host } = new URL(task);
  await writeFile(
    path.join(prefix, "nginx.conf"),
    `daemon off; pid nginx.pid; error_log stderr; events { worker_connections 1024; }
     http {
       access_log off; client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp;
       uwsgi_temp_path tmp; scgi_temp_path tmp;
       upstream task { server ${host}; keepalive 64; }
       server { listen 127.0.0.1:${port}; location / {
         proxy_pass http://task; proxy_http_version 1.1; proxy_set_header Connection ""; } }
     }`,
  );
  const child = spawn(await which("nginx"), ["-p", prefix, "-c", "nginx.conf"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}/`;
  while (
    !(await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`nginx ended with code ${child.exitCode}`);
    await sleep(100);
  }
  return { process: child, url };
}

/** Sends requests as fast as they are answered, from a separate process. */
async function load(url: string, count: number): Promise<Result> {
  const autocannon = require.resolve("autocannon");
  const child = spawn(
    process.execPath,
    [autocannon, "--json", "-c", `${count}`, "-d", `${seconds}`, url],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const result = JSON.parse(await text(child.stdout)) as Result;
  // Its "errors" include connections that nginx closes after 1,000 requests, which is normal.
  if (result.non2xx > 0 || result.timeouts > 0) {
    throw new Error(`${url}: ${result.timeouts} timeouts, ${result.non2xx} answers other than 2xx`);
  }
  return result;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill();
  await exit;
}
