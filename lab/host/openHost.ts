import { readFile, rm } from "node:fs/promises";
import * as path from "node:path";

import writeFileAtomic from "write-file-atomic";
import { z } from "zod";

import { Account } from "../account/account";
import { followContents } from "../account/contents";
import { stackOf } from "../account/record";
import type { PipelineRunStatus } from "../delivery/pipeline/status";
import type { ApprovalRequest } from "../protocol/approval";
import { serveProviders } from "../provider/server";
import { isAlive } from "../shared/processes";
import { Changes } from "./changes";
import { ControlServer } from "./controlServer";
import type { Host, LabStatus, Served } from "./host";
import { StackReports } from "./stackReports";

/** How another lab process reaches the one that has the account open. */
const addressSchema = z.object({
  pid: z.number(),
  debugProviders: z.string(),
  control: z.string(),
  token: z.string(),
});

type Address = z.infer<typeof addressSchema>;

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
  const address = await findAddress(stateDir);
  if (address === undefined) return undefined;
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
    approve: async (request) => {
      const init = { method: "POST", body: JSON.stringify(request) };
      return (await ask(address, "approve", init)).json() as Promise<PipelineRunStatus>;
    },
    report: async (report) => {
      await ask(address, "report", { method: "POST", body: JSON.stringify(report) });
    },
    close: () => {
      leave.abort();
      return Promise.resolve();
    },
  };
}

/**
 * The status of the lab that runs in another process, now and after every change, until that process
 * ends or `signal` is aborted. It does not keep the account open.
 * @throws Error if no process has the account open
 */
export async function* followStatus(
  stateDir: string,
  signal: AbortSignal,
): AsyncGenerator<LabStatus> {
  const address = await findAddress(stateDir);
  if (!address) throw new Error("nothing is being served; npm start or npm run lab -- serve does");
  const { body } = await ask(address, "follow", { signal });
  let rest = "";
  for await (const text of textOf(body)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line) as LabStatus;
  }
}

/** What comes until the connection ends, in whatever way. */
async function* textOf(body: Response["body"]): AsyncGenerator<string> {
  try {
    yield* body?.pipeThrough(new TextDecoderStream()) ?? [];
  } catch {
    // The other process was killed, or nobody wants to know any more.
  }
}

async function findAddress(stateDir: string): Promise<Address | undefined> {
  const text = await readFile(addressFile(stateDir), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const { data } = addressSchema.safeParse(JSON.parse(text));
  return data && isAlive(data.pid) ? data : undefined;
}

async function ask(address: Address, what: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${address.token}` };
  const response = await fetch(`${address.control}/${what}`, { ...init, headers });
  if (!response.ok) throw new Error(`lab process ${address.pid}: ${await response.text()}`);
  return response;
}

async function ownHost(stateDir: string): Promise<Host> {
  const account = await Account.open(path.join(stateDir, "account"));
  followContents(account, stateDir);
  const recover: Host["recover"] = async (stack, project, known) => {
    const ids = known.map(({ type, id }) => [type, id] as const);
    const removed = await account.recover(stack, ids, project);
    return removed.map(({ urn }) => urn);
  };
  const reports = await StackReports.open(stateDir);
  const changes = new Changes();
  const poke = () => {
    changes.poke();
  };
  account.onChange(poke);
  const report: Host["report"] = async (one) => {
    await reports.put(one);
    poke();
  };
  let served: (() => Served) | undefined;
  const status = (): LabStatus => ({
    stacks: countByStack(account),
    reports: reports.list(),
    ...served?.(),
  });
  const onChange = (listener: () => void) => changes.listen(listener);
  let answerApproval: ((request: ApprovalRequest) => PipelineRunStatus) | undefined;
  const approve = (request: ApprovalRequest) => {
    if (!answerApproval) throw new Error("nothing is being served, so no pipeline runs");
    return answerApproval(request);
  };
  const providers = await serveProviders(account);
  const control = await ControlServer.start({ approve, recover, report, status, onChange });
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
    report,
    approve: (request) => Promise.resolve(approve(request)),
    onApproval: (answer) => {
      answerApproval = answer;
    },
    publish: (running, onServedChange) => {
      served = running;
      onServedChange(poke);
      poke();
    },
    onChange,
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
  for (const record of account.list()) {
    if (!record.urn.startsWith("urn:pulumi:")) continue; // pushed, put or registered, and in no stack
    const stack = stackOf(record);
    counts[stack] = (counts[stack] ?? 0) + 1;
  }
  return counts;
}
