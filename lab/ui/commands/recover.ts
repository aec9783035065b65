import { existsSync } from "node:fs";
import * as path from "node:path";

import { salvageAccount } from "../../account/salvage";
import type { OperationReport } from "../../engine/operation";
import { findHost } from "../../host/openHost";
import type { SessionOptions } from "./session/openStack";
import { Session } from "./session/session";

/**
 * Puts back the last whole state of what is damaged, the account first, then the stack, and has both agree; says what
 * it does. What was there is kept aside.
 *
 * @returns the report of the refresh by which they agree; undefined if all was well
 */
export async function recover(options: SessionOptions): Promise<OperationReport | undefined> {
  const done = await recoverAccount(options.state);
  const session = await Session.open({ ...options, damaged: true });
  try {
    for (const sentence of done) session.say(sentence);
    const report = await session.recover();
    if (report === undefined && done.length === 0) {
      session.say(`Account and stack ${options.stack} are whole, and agree`);
    }
    return report;
  } finally {
    await session.close();
  }
}

/** A process that has the account open has read all of it. */
async function recoverAccount(stateDir: string): Promise<string[]> {
  const dir = path.join(stateDir, "account");
  if (!existsSync(dir)) return [];
  const host = await findHost(stateDir);
  if (host === undefined) return salvageAccount(dir);
  await host.close();
  return [];
}
