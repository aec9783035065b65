import * as path from "node:path";

import { Account } from "../../account/account";
import { serveProviders } from "../../provider/server";
import { privateFolder } from "../../shared/ownFiles";
import { removed } from "./removed";

export interface ProviderOptions {
  /** Folder of the account; not the lab's own if another process is serving that. */
  state: string;
  /** Port on 127.0.0.1; 0 picks a free one. */
  port: number;
  /** Stops serving. */
  signal: AbortSignal;
}

/** Serves only the providers, and prints what a Pulumi program needs to use them. */
export async function provider({ state, port, signal }: ProviderOptions): Promise<void> {
  await privateFolder(state, "account");
  const account = await Account.open(path.join(state, "account"));
  try {
    const server = await serveProviders(account, { port });
    process.stdout.write(`PULUMI_DEBUG_PROVIDERS=${server.debugProviders}\n`);
    const end = AbortSignal.any([signal, account.gone]);
    if (!end.aborted) {
      await new Promise((resolve) => {
        end.addEventListener("abort", resolve);
      });
    }
    await server.close();
    if (account.gone.aborted) throw new Error(removed(state));
  } finally {
    await account.close();
  }
}
