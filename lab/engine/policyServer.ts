import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";

import { usesBuiltCli } from "./pulumiInstall";

// Starts before anything else of the lab is loaded, so it loads next to nothing.

/** Pipes of a child process are sockets. */
type Pipe = Readable & Pick<Socket, "unref">;
type Pack = ChildProcessByStdio<null, Pipe, Pipe>;

/** Loaded before the pack: it starts faster, and does not outlive a lab that was killed. */
const preloaded = ["quick-modules.cjs", path.join("pulumi-cli", "exit-with-parent.cjs")];

/**
 * A policy pack that runs before an engine asks for it, and for all engines that this process starts:
 * it takes a second to load, which is gone by the time the engine is up. What the engine then starts
 * as its pack (pulumi-cli/pulumi-analyzer-policy-nodejs) only tells it the port, which it reads from
 * a file when the pack has written it.
 *
 * Only for a CLI without the Node.js language host, which starts packs in its own way, and for engines
 * that give the pack the same configuration, since a pack keeps one at a time.
 */
export class PolicyServer {
  private constructor(
    private readonly pack: Pack,
    /** Where the pack listens on 127.0.0.1. Rejects with what the pack said if it did not start. */
    readonly port: Promise<number>,
    /** Holds the port once the pack listens, or `0` if it did not start. */
    readonly portFile: string,
  ) {}

  /** @param dir the pack's folder, with PulumiPolicy.yaml. */
  static async start(dir: string): Promise<PolicyServer> {
    const manifest = await readFile(path.join(dir, "PulumiPolicy.yaml"), "utf8");
    const [, main = "index.js"] = /^main: *(\S+)/m.exec(manifest) ?? [];
    const flags = preloaded.flatMap((file) => ["--require", path.join(__dirname, file)]);
    const pack = spawn(process.execPath, [...flags, `./${main}`], {
      cwd: dir,
      stdio: ["ignore", "pipe", "pipe"],
    }) as Pack;
    // It does not keep this process alive.
    pack.unref();
    pack.stdout.unref();
    pack.stderr.unref();
    const folder = mkdtempSync(path.join(tmpdir(), "policy-server-"));
    const portFile = path.join(folder, "port");
    process.once("exit", () => {
      pack.kill();
      rmSync(folder, { recursive: true, force: true });
    });
    const port = portOf(pack);
    void port
      .catch(() => 0)
      .then((number) => {
        writeFileSync(portFile, `${number}`);
      });
    return new PolicyServer(pack, port, portFile);
  }

  /** Starts the pack if the CLI that will be used leaves that to the lab; else gives nothing. */
  static async startEarly(dir: string): Promise<PolicyServer | undefined> {
    return (await usesBuiltCli()) ? PolicyServer.start(dir) : undefined;
  }

  get isRunning(): boolean {
    return this.pack.exitCode === null && this.pack.signalCode === null;
  }

  /** Ends it; otherwise it ends with this process. */
  close(): void {
    this.pack.kill();
  }
}

async function portOf(pack: Pack): Promise<number> {
  const complaints = text(pack.stderr);
  for await (const line of createInterface({ input: pack.stdout })) {
    if (/^\d+$/.test(line)) {
      pack.stdout.resume();
      return Number(line);
    }
  }
  throw new Error(`the policy pack does not start: ${(await complaints).trim()}`);
}
