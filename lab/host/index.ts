import { readFile, rm } from "node:fs/promises";
import * as path from "node:path";

import writeFileAtomic from "write-file-atomic";
import { z } from "zod";

import { Account } from "../account/account";
import type { KnownResource } from "../engine/recovery";
import type { PlaneStatus } from "../controlplane/status";
import type { PipelineStatus, RepositoryStatus } from "../pipeline/status";
import { serveProviders } from "../provider/server";
import { ControlServer } from "./controlServer";
import { isAlive } from "../processes";

/** How another lab process reaches the one that has the account open. */
const addressSchema = z.object({
  pid: z.number(),
  debugProviders: z.string(),
  control: z.string(),
  token: z.string(),
});

type Address = z.infer<typeof addressSchema>;

export interface LabStatus {
  /** Number of resources in the account by stack. */
  stacks: Record<string, number>;
  /** Tasks, targets and load balancers; absent unless the lab is being served. */
  plane?: PlaneStatus;
  /** Pipelines and their last executions; absent unless the lab is being served. */
  pipelines?: readonly PipelineStatus[];
  /** CodeCommit's git repositories; absent unless the lab is being served. */
  repositories?: readonly RepositoryStatus[];
}

/** What the process that serves shows in the status. */
export type Served = Required<Omit<LabStatus, "stacks">>;

/** The account and its providers, wherever they run. */
export interface Host {
  /** Value of PULUMI_DEBUG_PROVIDERS. */
  readonly debugProviders: string;
  /** Id of the process that has the account open. */
  readonly pid: number;
  /** The account itself, if this process has it open. */
  readonly account?: Account;
  /** Deletes what the account has of a stack and `known` does not name; returns their URNs. */
  recover(stack: string, project: string, known: readonly KnownResource[]): Promise<string[]>;
  status(): Promise<LabStatus>;
  /** Says what runs, for {@link status}; for the process that serves. */
  publish?(served: () => Served): void;
  close(): Promise<void>;
}

/**
 * The lab's account: opened by this process, or used through the process that has it open, so that
 * stacks can be worked on while the lab is being served.
 *
 * @param stateDir the lab's state folder, e.g. `.lab`.
 * @throws Error if another process holds the account and does not answer.
 */
export async function openHost(stateDir: string): Promise<Host> {
  return (await findHost(stateDir)) ?? (await ownHost(stateDir));
}

const addressFile = (stateDir: string) => path.join(stateDir, "host.json");

/** The account as opened by another process, or nothing if none has it open. */
export async function findHost(stateDir: string): Promise<Host | undefined> {
  const text = await readFile(addressFile(stateDir), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = addressSchema.safeParse(JSON.parse(text));
  if (!parsed.success || !isAlive(parsed.data.pid)) return undefined;
  const address = parsed.data;
  const leave = new AbortController();
  // The open request tells the other process that it is needed; it ends with ours.
  const attached = await ask(address, "attach", { signal: leave.signal }).catch(() => undefined);
  if (!attached) return undefined;
  return {
    debugProviders: address.debugProviders,
    pid: address.pid,
    recover: async (stack, project, known) => {
      const body = JSON.stringify({ stack, project, known });
      const response = await ask(address, "recover", { method: "POST", body });
      return z.array(z.string()).parse(await response.json());
    },
    status: async () => (await ask(address, "status")).json() as Promise<LabStatus>,
    close: () => {
      leave.abort();
      return Promise.resolve();
    },
  };
}

async function ask(address: Address, what: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${address.token}` };
  const response = await fetch(`${address.control}/${what}`, { ...init, headers });
  if (!response.ok) throw new Error(`lab process ${address.pid}: ${await response.text()}`);
  return response;
}

async function ownHost(stateDir: string): Promise<Host> {
  const account = await Account.open(path.join(stateDir, "account"));
  const recover: Host["recover"] = async (stack, project, known) => {
    const ids = known.map(({ type, id }) => [type, id] as const);
    const removed = await account.recover(stack, ids, project);
    return removed.map(({ urn }) => urn);
  };
  let served: (() => Served) | undefined;
  const status = (): LabStatus => ({ stacks: countByStack(account), ...served?.() });
  const providers = await serveProviders(account);
  const control = await ControlServer.start({ recover, status });
  const address: Address = {
    pid: process.pid,
    debugProviders: providers.debugProviders,
    control: control.url,
    token: control.token,
  };
  await writeFileAtomic(addressFile(stateDir), JSON.stringify(address), { mode: 0o600 });
  return {
    debugProviders: providers.debugProviders,
    pid: process.pid,
    account,
    recover,
    status: () => Promise.resolve(status()),
    publish: (running) => {
      served = running;
    },
    close: async () => {
      await rm(addressFile(stateDir), { force: true });
      await control.close();
      await providers.close();
      await account.close();
    },
  };
}

function countByStack(account: Account): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { urn } of account.list()) {
    // urn:pulumi:<stack>::<project>::…
    const stack = urn.split("::")[0]?.split(":").at(-1) ?? "";
    counts[stack] = (counts[stack] ?? 0) + 1;
  }
  return counts;
}
