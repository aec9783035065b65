import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { repository } from "../../lab/shared/repository";
import { bareStart, differences, pageAfter, Running } from "./lab";
import type { Random } from "../random";
import { kindOf, treeOf, type Victim } from "./victims";

/** Operations during which a process is killed. */
const OPERATIONS = ["up", "refresh", "destroy", "update while served", "push"] as const;
export type Operation = (typeof OPERATIONS)[number];
/** In addition, the run that recovers may be killed. */
const AGAIN = "up after a kill";
/** How likely that is. */
const AGAIN_PROBABILITY = 0.6;

/** What can be killed in an operation. During an update while served, the account is in the serving process. */
const victimsOf: Record<Operation, readonly (Victim | "host")[]> = {
  up: ["lab", "engine", "program", "pack"],
  refresh: ["lab", "engine"],
  destroy: ["lab", "engine"],
  "update while served": ["host", "lab", "engine", "program", "task"],
  push: ["host", "task", "build", "git", "lab"],
};

/** The outcome of one kill. */
export interface Outcome {
  readonly operation: Operation | typeof AGAIN;
  readonly victim: string;
  /** Why the lab did not recover; absent if it did. */
  readonly problem?: string;
  /** How long after the restart, or after the kill if none was needed, the page responded, in milliseconds. */
  readonly pageMs?: number | undefined;
  /** How long a Node.js process that does nothing took just after the kill, to show the machine's load, in milliseconds. */
  readonly bareStartMs?: number;
}

export interface RoundOptions {
  readonly state: string;
  readonly port: number;
  readonly random: Random;
  /** Configuration values, each `KEY=VALUE`. */
  readonly config: readonly string[];
  /** Within what time pages must respond again, in milliseconds. */
  readonly pageWithinMs: number;
}

/** Longer than any operation takes on a busy machine, in milliseconds. */
const OPERATION_MS = 240_000;
/** Within what time after its start the victim is killed, in milliseconds. */
const MOMENT_MS: Record<Operation, number> = {
  up: 8_000,
  refresh: 3_000,
  destroy: 3_000,
  "update while served": 10_000,
  push: 8_000,
};

/** A stack whose processes are killed, one after another, at moments that a seed determines. */
export class Rounds {
  private served: Running | undefined;
  private changes = 0;

  constructor(private readonly options: RoundOptions) {}

  /** Creates the stack. @throws Error if that fails */
  async prepare(): Promise<void> {
    const { code, text } = await this.lab("up", "--no-serve", ...this.settings()).end(OPERATION_MS);
    if (code !== 0) throw new Error(`the stack could not be created:\n${text}`);
  }

  /** Kills once, or several times in a row. @returns the outcomes; none if the operation ended first */
  async play(): Promise<Outcome[]> {
    const { random } = this.options;
    const operation = random.of(OPERATIONS);
    const victim = random.of(victimsOf[operation]);
    const isServed = operation === "push" || operation === "update while served";
    if (isServed) await this.serve();
    else await this.stopServing();
    const running = await this.begin(operation);
    const killed = await this.kill(operation, victim, running);
    if (killed === undefined) {
      const { code, text } = await running.end(OPERATION_MS);
      const isBad = code !== 0 && operation !== "push";
      return isBad
        ? [{ operation, victim: "none", problem: `failed undisturbed: ${tail(text)}` }]
        : [];
    }
    const outcome = { operation, victim, bareStartMs: await bareStart() };
    const again: Outcome[] = [];
    try {
      const pageMs = isServed ? await this.pageBack(killed, running) : undefined;
      await running.end(OPERATION_MS);
      if (operation !== "push") {
        while (random.next() < AGAIN_PROBABILITY && (await this.killAgain(again)));
        await this.recover(isServed);
      }
      return [{ ...outcome, pageMs }, ...again];
    } catch (error) {
      await running.end(1000);
      const problem = error instanceof Error ? error.message : String(error);
      return [outcome, ...again].map((one) => ({ ...one, problem }));
    }
  }

  /** Kills the run that recovers. @returns false if it ended first */
  private async killAgain(outcomes: Outcome[]): Promise<boolean> {
    const victim = this.options.random.of(victimsOf.up);
    const running = this.lab("up", "--no-serve", ...this.settings());
    const killed = await this.kill("up", victim, running);
    await running.end(OPERATION_MS);
    if (killed !== undefined) outcomes.push({ operation: AGAIN, victim });
    return killed !== undefined;
  }

  async stopServing(): Promise<void> {
    const { served } = this;
    this.served = undefined;
    if (served === undefined || served.hasEnded) return;
    served.child.kill("SIGINT");
    await served.end(60_000);
  }

  private lab(...args: string[]): Running {
    return new Running([...args, "--state", this.options.state]);
  }

  private settings(...more: string[]): string[] {
    return [...this.options.config, ...more].flatMap((one) => ["--config", one]);
  }

  private async serve(): Promise<void> {
    if (this.served !== undefined && !this.served.hasEnded) return;
    const { pageWithinMs } = this.options;
    const since = Date.now();
    this.startServing();
    if ((await pageAfter(this.url, since, 6 * pageWithinMs)) === undefined) {
      throw new Error(`nothing is served: ${tail(this.served?.text ?? "")}`);
    }
  }

  private startServing(): void {
    const { port } = this.options;
    const how = ["--runtime", "static", "--port", `${port}`, "--no-dashboard"];
    this.served = this.lab("serve", ...how);
  }

  private get url(): string {
    return `http://127.0.0.1:${this.options.port}/`;
  }

  private async begin(operation: Operation): Promise<Running> {
    this.changes += 1;
    if (operation === "push") {
      const from = await mkdtemp(path.join(this.options.state, "source-"));
      for (const name of ["nginx", "buildspec_nginx.yml"]) {
        await cp(path.join(repository, name), path.join(from, name), { recursive: true });
      }
      const page = path.join(from, "nginx", "html", "index.html");
      await writeFile(page, `<h1>page ${this.changes}</h1>`);
      const running = this.lab("push", "--from", from);
      void running.end(OPERATION_MS).then(() => rm(from, { recursive: true, force: true }));
      return running;
    }
    if (operation === "refresh" || operation === "destroy") return this.lab(operation);
    const days = [7, 14, 30, 60, 90][this.changes % 5] ?? 7;
    const count = 1 + (this.changes % 2);
    const change = [`logRetentionDays=${days}`, `desiredCount=${count}`];
    return this.lab("up", "--no-serve", ...this.settings(...change));
  }

  /** Kills a process. @returns when, or undefined if the operation ended first */
  private async kill(
    operation: Operation,
    victim: Victim | "host",
    running: Running,
  ): Promise<number | undefined> {
    const { random } = this.options;
    const isInServer = ["host", "task", "build"].includes(victim) || victim === "git";
    const root = isInServer && this.served ? this.served.pid : running.pid;
    const kind = victim === "host" ? "lab" : victim;
    const delay = random.next() * MOMENT_MS[operation];
    const chosen = random.next();
    let seenAt: number | undefined;
    while (!running.hasEnded) {
      const trees = [await treeOf(root), victim === "git" ? await treeOf(running.pid) : []].flat();
      const found = trees.filter((one) => kindOf(one) === kind);
      // Short-lived processes are killed as soon as they are seen.
      const isShort = victim === "git" || victim === "build";
      if (found.length > 0) seenAt ??= Date.now();
      if (found.length > 0 && seenAt !== undefined) {
        if (Date.now() - seenAt >= (isShort ? 0 : delay)) {
          const one = found[Math.floor(chosen * found.length)];
          if (one === undefined) return undefined;
          if (killProcess(one.pid)) return Date.now();
        }
      }
      await sleep(isShort ? 10 : 50);
    }
    return undefined;
  }

  /** How long the page took to respond again, after a restart if one was needed. */
  private async pageBack(killedAt: number, running: Running): Promise<number> {
    const { pageWithinMs } = this.options;
    await sleep(100);
    let since = killedAt;
    if (this.served?.hasEnded !== false) {
      since = Date.now();
      this.startServing();
    }
    const answeredMs = await pageAfter(this.url, since, OPERATION_MS);
    // If an update lost its host before it began, it holds the account until it ends.
    const { endedAt = since } = running;
    const waitedMs = Math.max(0, endedAt - since);
    const isFree = answeredMs === undefined || answeredMs < waitedMs;
    const pageMs = isFree ? answeredMs : answeredMs - waitedMs;
    if (pageMs !== undefined && pageMs <= pageWithinMs) return pageMs;
    throw new Error(
      `the page answered ${pageMs === undefined ? "not at all" : `after ${pageMs} ms only`}: ` +
        tail(this.served?.text ?? ""),
    );
  }

  /** @throws Error if the next run does not recover */
  private async recover(isServed: boolean): Promise<void> {
    const { state } = this.options;
    const { code, text } = await this.lab("up", "--no-serve", ...this.settings()).end(OPERATION_MS);
    if (code !== 0) throw new Error(`the next up failed: ${tail(text)}`);
    if (isServed) return;
    const found = await differences(state, "ecs-handson", "dev");
    if (found.length > 0) throw new Error(`account and state differ: ${found.join("; ")}`);
  }
}

/** Returns false if the process ended first. */
function killProcess(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}

function tail(text: string): string {
  return text.trim().split("\n").slice(-12).join("\n  ");
}
