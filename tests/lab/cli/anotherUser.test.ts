import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import * as path from "node:path";
import { setTimeout } from "node:timers/promises";

import { ASK, asAnotherUser, OPEN_GRPC, printedByAnother } from "../anotherUser";
import { engineTimeout, lab, LabProcess, pulumiCli, stateFolder } from "./harness";

/** What another user of the machine gets from a port. */
type Reached = "nothing" | "refused" | "a page";

describe("another user of the machine", function () {
  this.timeout(engineTimeout);
  let state: string;
  let remove: () => Promise<void>;
  let served: LabProcess | undefined;
  let own: number;
  let loadBalancer = "";

  before(async function () {
    // Only root can try; without root the tests below say that they were skipped.
    if (process.getuid?.() !== 0) return;
    await pulumiCli.call(this);
    const folder = await stateFolder();
    remove = folder.remove;
    state = path.join(folder.state, "lab");
    served = new LabProcess(["start", "--state", state, "--runtime", "static", "--port", "0"]);
    const [, port = ""] = await served.prints(/http:\/\/\S+elb\.localhost:(\d+)[^]*Ctrl-C stops/);
    loadBalancer = port;
    own = served.child.pid ?? 0;
  });
  after(async () => {
    if (served === undefined) return;
    served.child.kill("SIGINT");
    await served.exit();
    await remove();
  });

  asAnotherUser("reaches none of the lab's own ports, only its pages", async () => {
    const reached = new Map<string, Reached>();
    for (const port of listeningPorts([own])) {
      reached.set(port, await reach(port));
    }
    // The providers, the control server, the dashboard, the git server, the one for builds' programs, and AWS's API.
    assert.ok(reached.size >= 6, [...reached].join(" "));
    const pages = [...reached].filter(([, what]) => what === "a page").map(([port]) => port);
    assert.deepEqual(pages, [loadBalancer]);
    assert.ok([...reached.values()].includes("nothing"), "gRPC hangs up");
  });

  asAnotherUser(
    "is refused by AWS's API and its image registry, before any key is asked for",
    async () => {
      const { stdout } = await lab("env", "--state", state);
      const [, port = ""] = /AWS_ENDPOINT_URL=\S*127\.0\.0\.1:(\d+)/.exec(stdout) ?? [];
      assert.ok(listeningPorts([own]).includes(port), stdout);
      for (const asked of ["", "v2/", "v2/nginx/tags/list"]) {
        assert.match(
          await printedByAnother(ASK, `http://127.0.0.1:${port}/${asked}`),
          /^403 this lab only serves the user who started it/,
        );
      }
    },
  );

  asAnotherUser("gets from a task's port only what its load balancer shows", async () => {
    const ports = listeningPorts(descendants(own));
    assert.equal(ports.length, 1);
    assert.equal(await reach(ports[0] ?? ""), "a page");
  });

  asAnotherUser("reaches nothing of an operation except what the CLI itself opens", async () => {
    const operation = new LabProcess(["preview", "--state", `${state}-2`]);
    const lab = operation.child.pid ?? 0;
    const nodes = () => [lab, ...descendants(lab)].filter((pid) => runs(pid, /\bnode$/));
    let cli: number | undefined;
    // Until the CLI is at work, the language host runs in the lab, and the pack in a process of its own.
    while (
      cli === undefined ||
      listeningPorts([cli]).length === 0 ||
      listeningPorts([lab]).length < 3 ||
      listeningPorts(nodes().filter((pid) => pid !== lab)).length === 0
    ) {
      assert.equal(operation.child.exitCode, null, operation.stdout + operation.stderr);
      await setTimeout(10);
      cli = descendants(lab).find((pid) => runs(pid, /\/pulumi$/));
    }
    process.kill(cli, "SIGSTOP");
    try {
      const ports = listeningPorts(nodes());
      assert.ok(ports.length >= 4, ports.join(" "));
      const reached = await Promise.all(ports.map(reach));
      assert.deepEqual(
        reached.filter((what) => what === "a page"),
        [],
      );
    } finally {
      process.kill(cli, "SIGCONT");
    }
    const { code, stdout, stderr } = await operation.exit();
    assert.equal(code, 0, stdout + stderr);
  });

  asAnotherUser("can read no file of the lab, and no secret in its command lines", async () => {
    assert.equal((await stat(state)).mode & 0o077, 0);
    const READ = `
      try { console.log(require("fs").readdirSync(process.argv[1])); }
      catch (error) { console.log(error.code); }`;
    assert.equal(await printedByAnother(READ, state), "EACCES");
    const files = ["host.json", "git-server.json", "passphrase", "access-key.json"];
    const texts = await Promise.all(files.map((file) => readFile(path.join(state, file), "utf8")));
    const secrets = texts.flatMap((text) => text.match(/[\w-]{32,}/g) ?? []);
    assert.ok(secrets.length >= 3);
    const lines = [own, ...descendants(own)].map((pid) => read(`/proc/${pid}/cmdline`)).join("\n");
    assert.deepEqual(
      secrets.filter((secret) => lines.includes(secret)),
      [],
    );
    assert.deepEqual(
      secrets.filter((secret) => served?.stdout.includes(secret)),
      [],
    );
  });
});

async function reach(port: string): Promise<Reached> {
  const printed = await printedByAnother(ASK, `http://127.0.0.1:${port}/`);
  if (printed.startsWith("403 this lab only serves the user who started it")) return "refused";
  if (/^[1-5]\d\d /.test(printed)) return "a page";
  return (await printedByAnother(OPEN_GRPC, port)) === "closed" ? "nothing" : "a page";
}

/** Whether a process runs a program whose path matches. */
function runs(pid: number, program: RegExp): boolean {
  try {
    return program.test(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return false; // it has ended
  }
}

/** Ports of 127.0.0.1 on which processes listen. Source: Linux, proc_net_tcp.rst; state 0A is LISTEN. */
function listeningPorts(pids: readonly number[]): string[] {
  const sockets = new Set(pids.flatMap(socketsOf));
  return read("/proc/net/tcp")
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode = ""]) => state === "0A" && sockets.has(inode))
    .map(([, local = ""]) => String(Number.parseInt(local.split(":")[1] ?? "", 16)));
}

/** Inodes of a process's sockets; none once it has ended. */
function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => socketOf(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
}

function socketOf(fd: string): string[] {
  try {
    const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(fd)) ?? [];
    return inode === undefined ? [] : [inode];
  } catch {
    return []; // it is closed
  }
}

function descendants(pid: number): number[] {
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => / [A-Z] (\d+) /.exec(read(`/proc/${name}/stat`))?.[1] === String(pid))
    .map(Number);
  return [...children, ...children.flatMap(descendants)];
}

/** A file of /proc, empty once its process has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
