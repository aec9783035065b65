import Table from "cli-table3";

import { parseQuotas, quotaOf, type QuotaName, quotas } from "../../account/quotas";
import { openHost } from "../../host/openHost";

export interface QuotaOptions {
  /** The lab's state folder. */
  state: string;
  /** Quotas to change, `NAME=NUMBER` each; none only shows them. */
  given: readonly string[];
}

/**
 * Shows the account's quotas, after changing the given ones.
 *
 * @throws Error naming every invalid quota.
 */
export async function quota({ state, given }: QuotaOptions): Promise<void> {
  const granted = parseQuotas(given);
  const host = await openHost(state);
  try {
    const grantedQuotas = await host.grantQuotas(granted);
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
