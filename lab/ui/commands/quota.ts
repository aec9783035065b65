import Table from "cli-table3";

import { parseQuotas, quotaOf, type QuotaName, quotas } from "../../account/quotas";
import { openHost } from "../../host/openHost";

export interface QuotaOptions {
  /** The lab's state folder. */
  state: string;
  /** Quotas to change, `NAME=NUMBER` each; none shows them. */
  given: readonly string[];
}

/**
 * Shows the account's quotas, after changing those that are given.
 *
 * @throws Error naming every quota that is wrong, or the process that has the account open.
 */
export async function quota({ state, given }: QuotaOptions): Promise<void> {
  const granted = parseQuotas(given);
  const host = await openHost(state);
  try {
    if (!host.account) {
      throw new Error(`process ${host.pid} has the account open; stop it to see or change quotas`);
    }
    await host.account.grantQuotas(granted);
    const { grantedQuotas } = host.account;
    const table = new Table({
      head: ["quota", "now", "standard", "counts"],
      style: { head: [], border: [] },
    });
    for (const name of Object.keys(quotas) as QuotaName[]) {
      const { standard, counts } = quotas[name];
      table.push([name, quotaOf(name, grantedQuotas), standard, counts]);
    }
    process.stdout.write(`${table.toString()}\n`);
  } finally {
    await host.close();
  }
}
