import { existsSync } from "node:fs";
import * as path from "node:path";

import { salvageAccount } from "../../account/salvage";
import type { OperationReport } from "../../engine/operation";
import { findHost } from "../../host/openHost";
import type { SessionOptions } from "./session/openStack";
import { Session } from "./session/session";

/**
 * Restores the last intact state of a damaged account, then of a damaged stack, and makes both agree; prints what it
 * does. Damaged files are kept.
 *
 * @returns the report of the refresh that made them agree; undefined if nothing was wrong
 */
export async function recover(options: SessionOptions): Promise<OperationReport | undefined> {
  const done = await recoverAccount(options.state);
  const session = await Session.open({ ...options, damaged: true });
  try {
    for (const sentence of done) session.say(sentence);
    const report = await session.recover();
    if (report === undefined && done.length === 0) {
      session.say(`Account and stack ${options.stack} are intact and agree`);
    }
    return report;
  } finally {
    await session.close();
  }
}

/** If a process has the account open, the account is intact, since opening reads all of it. */
async function recoverAccount(stateDir: string): Promise<string[]> {
  const dir = path.join(stateDir, "account");
  if (!existsSync(dir)) return [];
  const host = await findHost(stateDir);
  if (host === undefined) return salvageAccount(dir);
  await host.close();
  return [];
}
