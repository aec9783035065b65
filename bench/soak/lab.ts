import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { Account } from "../../lab/account/account";
import { repository } from "../../lab/shared/repository";

/** The result of a lab command. */
export interface Ended {
  readonly code: number | null;
  readonly text: string;
}

/** A running lab command, started as a user does. */
export class Running {
  readonly child: ChildProcess;
  text = "";
  /** When it ended, in milliseconds since 1970. */
  endedAt: number | undefined;
  private readonly closed: Promise<unknown>;

  constructor(args: readonly string[]) {
    const command = [path.join("lab", "main.cjs"), ...args];
    this.child = spawn(process.execPath, command, {
      cwd: repository,
      env: { ...process.env, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.text += text));
    }
    this.closed = once(this.child, "close").then(() => (this.endedAt = Date.now()));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Waits for it to end; kills it with SIGKILL if that takes too long. */
  async end(withinMs: number): Promise<Ended> {
    const timer = setTimeout(() => {
      this.text += `\nstill running after ${withinMs / 1000} s`;
      this.child.kill("SIGKILL");
    }, withinMs);
    await this.closed;
    clearTimeout(timer);
    return { code: this.child.exitCode, text: this.text };
  }
}

/** How long a Node.js process that does nothing takes at this moment, in milliseconds. */
export async function bareStart(): Promise<number> {
  const since = performance.now();
  await once(spawn(process.execPath, ["--eval", ""], { stdio: "ignore" }), "close");
  return Math.round(performance.now() - since);
}

/** How long after `since` the page responds with 200, in milliseconds; undefined if it does not in time. */
export async function pageAfter(
  url: string,
  since: number,
  withinMs: number,
): Promise<number | undefined> {
  while (Date.now() - since < withinMs) {
    const status = await statusOf(url);
    if (status === 200) return Date.now() - since;
    await sleep(50);
  }
  return undefined;
}

async function statusOf(url: string): Promise<number> {
  try {
    const response = await fetch(url, {
      headers: { connection: "close" },
      signal: AbortSignal.timeout(2000),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

interface Stored {
  checkpoint: { latest: { resources?: { urn: string; type: string; id?: string }[] } | null };
}

/** Differences between the account and the engine's state of a stack, in words. Call it only while nothing runs. */
export async function differences(
  state: string,
  project: string,
  stack: string,
): Promise<string[]> {
  const file = path.join(state, "state", ".pulumi", "stacks", project, `${stack}.json`);
  const stored = JSON.parse(await readFile(file, "utf8")) as Stored;
  const inState = (stored.checkpoint.latest?.resources ?? [])
    .filter(({ id, type }) => id !== undefined && type.startsWith("aws:"))
    .map(({ urn, id = "" }) => `${urn} ${id}`);
  const account = await Account.open(path.join(state, "account"));
  const inAccount = account
    .list()
    .filter(({ urn, type }) => urn.startsWith(`urn:pulumi:${stack}::`) && type.startsWith("aws:"))
    .map(({ urn, id }) => `${urn} ${id}`);
  await account.close();
  return [
    ...inState.filter((one) => !inAccount.includes(one)).map((one) => `only in the state: ${one}`),
    ...inAccount
      .filter((one) => !inState.includes(one))
      .map((one) => `only in the account: ${one}`),
  ];
}
