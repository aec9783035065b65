import { Account } from "../../../lab/account/account";
import type { Properties } from "../../../lab/account/resourceType";
import { type ProviderServer, serveProviders } from "../../../lab/provider/server";
import type { Settle } from "../../../lab/provider/settling";
import { REGION } from "../account/fixtures";
import { Engine } from "./client";

/** Providers with an account of their own, created anew for each test of a suite. */
interface Served {
  account: Account;
  server: ProviderServer;
  /** Connected with the tests' region. */
  engine: Engine;
  /** What the providers wait for after a change. */
  settle: Settle;
  /** Connects another engine, with another configuration. */
  connect: (configuration: Properties) => Promise<Engine>;
  /** An engine that has not configured the providers. */
  stranger: () => Engine;
}

export function providersForEachTest(): Served {
  const served = {} as Served;
  const engines: Engine[] = [];

  served.stranger = () => {
    const one = new Engine(served.server.port);
    engines.push(one);
    return one;
  };
  served.connect = async (configuration) => {
    const one = served.stranger();
    await one.configure(configuration);
    return one;
  };

  beforeEach(async () => {
    served.account = Account.inMemory();
    served.settle = () => Promise.resolve();
    served.server = await serveProviders(served.account, {
      settle: (record, wait) => served.settle(record, wait),
    });
    served.engine = await served.connect({ region: REGION });
  });

  afterEach(async () => {
    for (const one of engines.splice(0)) one.close();
    await served.server.close();
  });

  return served;
}
