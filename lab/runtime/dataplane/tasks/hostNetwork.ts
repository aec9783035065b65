import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { TaskNetwork } from "./runtime";

/** Which container listens on a port of the task, and where on this machine; port 0 if it is about to listen. */
interface Listening {
  readonly container: string;
  readonly port: number;
}

/**
 * A task's localhost on this machine, where all tasks share 127.0.0.1. Each port that a container listens on has a
 * file, named after it, which says where the port was moved to. A Node program maintains its files itself, in
 * `nodePreload.cjs`; for others the lab does. Files are used because a program must know synchronously whether a port
 * is taken, and where its siblings listen.
 */
export class HostNetwork implements TaskNetwork {
  private constructor(readonly folder: string) {}

  /** @param workDir of the lab */
  static open(workDir: string): HostNetwork {
    const parent = HostNetwork.parentOf(workDir);
    mkdirSync(parent, { recursive: true });
    return new HostNetwork(mkdtempSync(join(parent, "task-")));
  }

  /** Removes networks of an earlier lab that was killed. */
  static async forget(workDir: string): Promise<void> {
    await rm(HostNetwork.parentOf(workDir), { recursive: true, force: true });
  }

  private static parentOf(workDir: string): string {
    return resolve(workDir, "networks");
  }

  address(containerPort: number): string | undefined {
    const port = this.read(String(containerPort))?.port;
    return port ? `127.0.0.1:${port}` : undefined;
  }

  /** Claims a port for a container; false if another one has it. */
  claim(containerPort: number, container: string): boolean {
    try {
      this.write(containerPort, { container, port: 0 }, linkSync);
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // A file system without links tells nobody apart; with ENOENT the network is closed.
      if (code !== "EEXIST") return code !== "ENOENT";
      const name = String(containerPort);
      const owner = this.read(name);
      // A file that is there but cannot be read is nobody's; one that is gone was given back meanwhile.
      if (owner || existsSync(join(this.folder, name))) return owner?.container === container;
      return this.claim(containerPort, container);
    }
  }

  /** Records where a claimed port was moved to. */
  set(containerPort: number, container: string, port: number): void {
    this.write(containerPort, { container, port }, renameSync);
  }

  /** Releases the ports of a container that has ended. */
  release(container: string): void {
    for (const name of this.names()) {
      if (this.read(name)?.container === container)
        rmSync(join(this.folder, name), { force: true });
    }
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private names(): string[] {
    try {
      return readdirSync(this.folder);
    } catch {
      return []; // it is closed
    }
  }

  /** Its file is whole as soon as it is there: a program that reads it half would take the port for its own. */
  private write(
    containerPort: number,
    listening: Listening,
    place: typeof linkSync | typeof renameSync,
  ): void {
    const draft = join(this.folder, `.${containerPort}-lab`);
    writeFileSync(draft, JSON.stringify(listening));
    try {
      place(draft, join(this.folder, String(containerPort)));
    } finally {
      rmSync(draft, { force: true });
    }
  }

  private read(name: string): Listening | undefined {
    try {
      return JSON.parse(readFileSync(join(this.folder, name), "utf8")) as Listening;
    } catch {
      return undefined;
    }
  }
}
