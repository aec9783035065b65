import { readFile, rm } from "node:fs/promises";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { z } from "zod";

import { Account } from "../account/account";
import { followContents } from "../account/contents";
import { AccountInUse } from "../account/lock";
import { grantedSchema } from "../account/quotas";
import { stackOf } from "../account/record";
import { QuotaReached, Reservations } from "../account/reservations";
import { type Address, addressSchema, holderSchema, PROTOCOL_VERSION } from "../protocol/address";
import type { ApprovalRequest } from "../protocol/approval";
import { parseMessage } from "../protocol/message";
import { pipelineRunSchema, type PipelineRunStatus } from "../protocol/pipelines";
import { recoveredSchema, resourceListSchema } from "../protocol/recovery";
import type { ReservationRequest } from "../protocol/reservation";
import { ranTaskSchema } from "../protocol/runTask";
import { type LabStatus, labStatusSchema } from "../protocol/status";
import { serveProviders } from "../provider/server";
import type { Settle } from "../provider/settling";
import { privateFolder } from "../shared/ownFiles";
import { isAlive, stillRuns, thisProcess } from "../shared/processId";
import { replaceFile } from "../shared/replaceFile";
import { ChangeNotifier } from "./changeNotifier";
import { ControlServer, QUOTA_REACHED } from "./controlServer";
import type { Host, Served } from "./host";
import { NOT_SERVED } from "./notServed";
import { StackReports } from "./stackReports";

/**
 * The lab's account: opened by this process, or used through the process that has it open, so that commands work while
 * the lab is being served.
 *
 * @param stateDir the lab's state folder, e.g. `.lab`.
 * @throws Error if another process holds the account and does not answer, or is of another version.
 */
export async function openHost(stateDir: string): Promise<Host> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const host = await findHost(stateDir);
    if (host !== undefined) return host;
    try {
      return await ownHost(stateDir);
    } catch (error) {
      // A process that is opening the account publishes its address in a moment; one that is closing it releases it.
      if (!(error instanceof AccountInUse) || Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

/**
 * Opens the account for serving; waits for a process that has it open without serving it.
 *
 * @param waiting called once with a message if it has to wait
 * @throws Error if another process serves it; the signal's reason if that is aborted meanwhile
 */
export async function openHostToServe(
  stateDir: string,
  signal: AbortSignal,
  waiting: (text: string) => void,
): Promise<Host> {
  for (let isTold = false; ; isTold = true) {
    signal.throwIfAborted();
    const host = await openHost(stateDir);
    if (host.account) return host;
    // The process may have ended meanwhile.
    const status = await host
      .status()
      .catch(() => undefined)
      .finally(() => host.close());
    if (status?.plane) {
      throw new Error(
        `the lab is being served by process ${host.pid}; npm run lab -- status shows it`,
      );
    }
    if (!isTold)
      waiting(`process ${host.pid} has the account open; waiting for it to end before serving`);
    await sleep(200);
  }
}

/** How long a process that has the account may take to open or close it, in milliseconds. */
const patienceMs = 15_000;

const addressFile = (stateDir: string) => path.join(stateDir, "host.json");

/** The account as opened by another process; undefined if none has it open. */
export async function findHost(stateDir: string): Promise<Host | undefined> {
  const address = await findAddress(stateDir);
  if (address === undefined) return undefined;
  const leave = new AbortController();
  // While this request is open, the other process keeps the account open; it ends with this process.
  const attached = await askBriefly(address, "attach", leave).catch((error: unknown) => {
    if (error instanceof NoAnswer) throw error;
  });
  if (!attached) return undefined;
  // An unreferenced response may be garbage-collected, which closes its connection; reading it prevents that.
  const held = attached.text().catch(() => undefined);
  return {
    debugProviders: address.debugProviders,
    pid: address.pid,
    recover: (stack, project, known) =>
      askFor(address, "recover", recoveredSchema, { stack, project, known }),
    resources: (stack, project) =>
      askFor(address, "resources", resourceListSchema, { stack, project }),
    reserve: async (request) => {
      const end = new AbortController();
      const reserved = await askBriefly(address, "reserve", end, posted(request));
      const text = reserved.text().catch(() => undefined);
      return async () => {
        end.abort();
        await text;
      };
    },
    grantQuotas: (granted) => askFor(address, "grant-quotas", grantedSchema, granted),
    status: async () => {
      const answer = await askBriefly(address, "status");
      return parseMessage(labStatusSchema, await answer.json(), "status", nameOf(address));
    },
    approve: (request) => askFor(address, "approve", pipelineRunSchema, request),
    runTask: (request) => askFor(address, "run-task", ranTaskSchema, request),
    stopTask: async (request) => {
      await askFor(address, "stop-task", z.object({}), request);
    },
    report: async (report) => {
      await askFor(address, "report", z.object({}), report);
    },
    close: async () => {
      leave.abort();
      await held;
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
  if (!address) throw new Error(NOT_SERVED);
  const ended = new AbortController();
  const end = () => {
    ended.abort();
  };
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  try {
    const { body } = await askBriefly(address, "follow", ended);
    void endWithHost(address, ended);
    let rest = "";
    for await (const text of textOf(body)) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        yield parseMessage(labStatusSchema, JSON.parse(line), "status", nameOf(address));
      }
    }
    const reason: unknown = ended.signal.reason;
    if (reason instanceof NoAnswer) throw reason;
  } finally {
    end();
  }
}

/**
 * Without changes there are no messages, so this checks now and then that the other process still answers, and ends if
 * not.
 */
async function endWithHost(address: Address, ended: AbortController): Promise<void> {
  try {
    for (;;) {
      await sleep(lookEveryMs, undefined, { signal: ended.signal });
      const answer = await askBriefly(address, "status", ended);
      await answer.text();
    }
  } catch {
    // Either it has ended, which also ends the stream, or it does not answer, which becomes the reason of the abort.
  }
}

/** The text received until the connection ends or breaks. */
async function* textOf(body: Response["body"]): AsyncGenerator<string> {
  try {
    yield* body?.pipeThrough(new TextDecoderStream()) ?? [];
  } catch {
    // The other process was killed, or the caller has stopped reading.
  }
}

/** @throws VersionMismatch if the process that has the account open is of another version. */
async function findAddress(stateDir: string): Promise<Address | undefined> {
  const text = await readFile(addressFile(stateDir), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const written = parsed(text);
  const { data: holder } = holderSchema.safeParse(written);
  if (holder === undefined || !isRunning(holder)) return undefined;
  return parseMessage(addressSchema, written, "host.json", nameOf(holder));
}

/** The file is valid only while its process lives, and the next process rewrites it; a damaged one is ignored. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A process in another container is not visible from here, so it counts as running until it fails to answer. */
function isRunning({ pid, process: id }: z.output<typeof holderSchema>): boolean {
  return id === undefined ? isAlive(pid) : (stillRuns(id) ?? true);
}

const nameOf = ({ pid }: Pick<Address, "pid">) => `lab process ${pid}`;

/** Asks another lab process, and validates its answer; sends a POST if there is a body. */
async function askFor<Schema extends z.ZodType>(
  address: Address,
  what: string,
  schema: Schema,
  body?: unknown,
): Promise<z.output<Schema>> {
  const response = await ask(address, what, body === undefined ? {} : posted(body));
  return parseMessage(schema, await response.json(), what, nameOf(address));
}

const posted = (body: unknown): RequestInit => ({ method: "POST", body: JSON.stringify(body) });

/** A lab process is alive but does not answer. */
class NoAnswer extends Error {}

/** How often to check that a followed process still answers, in milliseconds. */
const lookEveryMs = 5_000;

/** How long another lab process may take to answer, in milliseconds. */
const answerWithinMs = 10_000;

/**
 * Sends a request that a healthy process answers at once.
 * @param leave ends the connection
 * @throws NoAnswer if nothing comes for ten seconds
 */
async function askBriefly(
  address: Address,
  what: string,
  leave = new AbortController(),
  init: RequestInit = {},
): Promise<Response> {
  const why = new NoAnswer(
    `${nameOf(address)} has the account open but does not answer; it may be suspended: ` +
      `kill -CONT ${address.pid} resumes it, kill -9 ${address.pid} ends it`,
  );
  const timer = setTimeout(() => {
    leave.abort(why);
  }, answerWithinMs);
  return ask(address, what, { ...init, signal: leave.signal }).finally(() => {
    clearTimeout(timer);
  });
}

async function ask(address: Address, what: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${address.token}` };
  const response = await fetch(`${address.control}/${what}`, { ...init, headers });
  if (response.status === QUOTA_REACHED) throw new QuotaReached(await response.text());
  if (!response.ok) throw new Error(`${nameOf(address)}: ${await response.text()}`);
  return response;
}

async function ownHost(stateDir: string): Promise<Host> {
  await privateFolder(stateDir, "account");
  const reports = await StackReports.open(stateDir);
  const account = await Account.open(path.join(stateDir, "account"));
  const opened: Closing[] = [() => account.close()];
  try {
    return await hostOf({ stateDir, reports, account, opened });
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

type Closing = () => Promise<void>;

/** Closes everything that was opened, in reverse order. */
async function closeAll(opened: readonly Closing[]): Promise<void> {
  for (const close of [...opened].reverse()) await close();
}

/** @param opened everything to close together with the host, or if opening it fails; this function adds its own */
async function hostOf({
  stateDir,
  reports,
  account,
  opened,
}: {
  stateDir: string;
  reports: StackReports;
  account: Account;
  opened: Closing[];
}): Promise<Host> {
  followContents(account, stateDir);
  const recover: Host["recover"] = async (stack, project, known) => {
    const ids = known.map(({ type, id }) => [type, id] as const);
    const removed = await account.recover(stack, ids, project);
    return removed.map(({ urn }) => urn);
  };
  const resources: Host["resources"] = (stack, project) => {
    const prefix = `urn:pulumi:${stack}::${project}::`;
    const own = account
      .list()
      .filter(({ urn, inputs }) => urn.startsWith(prefix) && inputs.skipDestroy !== true);
    return Promise.resolve(own.map(({ urn, id }) => ({ urn, id })));
  };
  const reservations = new Reservations(account);
  const reserve = ({ stack, planned }: ReservationRequest) => reservations.reserve(stack, planned);
  const grantQuotas: Host["grantQuotas"] = async (granted) => {
    await account.grantQuotas(granted);
    return account.grantedQuotas;
  };
  const changes = new ChangeNotifier();
  const poke = () => {
    changes.notify();
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
  let startTasks: Host["runTask"] | undefined;
  const runTask: Host["runTask"] = async (request) => {
    if (!startTasks) throw new Error(NOT_SERVED);
    return startTasks(request);
  };
  let endTask: Host["stopTask"] | undefined;
  const stopTask: Host["stopTask"] = async (request) => {
    if (!endTask) throw new Error(NOT_SERVED);
    await endTask(request);
  };
  let settle: Settle | undefined;
  const providers = await serveProviders(account, {
    settle: async (record, wait) => settle?.(record, wait),
  });
  opened.push(() => providers.close());
  const control = await ControlServer.start({
    approve,
    recover,
    report,
    reserve,
    grantQuotas,
    resources,
    runTask,
    stopTask,
    status,
    onChange,
  });
  opened.push(() => control.close());
  const address: Address = {
    version: PROTOCOL_VERSION,
    pid: process.pid,
    process: thisProcess(),
    debugProviders: providers.debugProviders,
    control: control.url,
    token: control.token,
  };
  await replaceFile(addressFile(stateDir), JSON.stringify(address), { mode: 0o600 });
  return {
    debugProviders: providers.debugProviders,
    pid: process.pid,
    account,
    recover,
    resources,
    reserve: (request) =>
      new Promise((resolve) => {
        const end = reserve(request);
        resolve(() => {
          end();
          return Promise.resolve();
        });
      }),
    grantQuotas,
    status: () => Promise.resolve(status()),
    report,
    approve: (request) => Promise.resolve(approve(request)),
    onApproval: (answer) => {
      answerApproval = answer;
    },
    runTask,
    onRunTask: (run) => {
      startTasks = run;
    },
    stopTask,
    onStopTask: (stop) => {
      endTask = stop;
    },
    onSettle: (wait) => {
      settle = wait;
      return () => {
        settle = undefined;
      };
    },
    publish: (running, onServedChange) => {
      served = running;
      onServedChange(poke);
      poke();
    },
    onChange,
    close: async () => {
      // Processes that attach meanwhile are accepted too, since only this one can give them the account.
      await control.drain();
      await rm(addressFile(stateDir), { force: true });
      await closeAll(opened);
    },
  };
}

function countByStack(account: Account): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const record of account.list()) {
    if (!record.urn.startsWith("urn:pulumi:")) continue; // created by a push or an API call, so part of no stack
    const stack = stackOf(record);
    counts[stack] = (counts[stack] ?? 0) + 1;
  }
  return counts;
}
