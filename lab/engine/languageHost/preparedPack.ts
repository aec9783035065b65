import { type ChildProcessByStdio, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import * as path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";

// Runs before the rest of the lab is loaded, so it imports as little as possible.

/** Pipes of a child process are sockets. */
type Pipe = Readable & Pick<Socket, "unref">;
type Pack = ChildProcessByStdio<null, Pipe, Pipe>;

/** Preloaded into the pack, so that it starts faster and does not outlive a lab that was killed. */
const preloaded = [path.join("..", "internals", "quick-modules.cjs"), "end-with-parent.cjs"];

/**
 * A policy pack that is started before an engine asks for it, and shared by all engines that this process starts: it
 * takes a second to load, and is ready by the time the engine is up. All these engines must give it the same
 * configuration, since a pack holds one at a time.
 */
export class PreparedPack {
  /** Where the pack listens on 127.0.0.1. Rejects with the pack's output if it did not start. */
  readonly port: Promise<number>;
  private readonly pack: Pack;

  /** @param directory the pack's folder, with PulumiPolicy.yaml. */
  constructor(private readonly directory: string) {
    const manifest = readFileSync(path.join(directory, "PulumiPolicy.yaml"), "utf8");
    const [, main = "index.js"] = /^main: *(\S+)/m.exec(manifest) ?? [];
    const flags = preloaded.flatMap((file) => ["--require", path.join(__dirname, file)]);
    this.pack = spawn(process.execPath, [...flags, `./${main}`], {
      cwd: directory,
      stdio: ["ignore", "pipe", "pipe"],
      // In its own process group: after Ctrl-C at the terminal, the engine still needs the pack to stop cleanly.
      detached: true,
    }) as Pack;
    // It does not keep this process alive.
    this.pack.unref();
    this.pack.stdout.unref();
    this.pack.stderr.unref();
    process.once("exit", () => this.pack.kill());
    this.port = portOf(this.pack);
    this.port.catch(() => undefined);
  }

  /** Whether this is the pack in that folder and it is still running. */
  runs(directory: string): boolean {
    return this.isRunning && path.resolve(directory) === path.resolve(this.directory);
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
  throw new Error(`the policy pack failed to start: ${(await complaints).trim()}`);
}
