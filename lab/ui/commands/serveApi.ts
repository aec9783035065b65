import * as path from "node:path";

import type { Account } from "../../account/account";
import { ensureAccessKey } from "../../api/accessKey";
import { ApiServer } from "../../api/apiServer";
import { Registry } from "../../delivery/images/registry";
import type { Delivery } from "../../delivery/pipeline/delivery";
import type { AwsApi } from "../../protocol/status";
import type { ControlPlane } from "../../runtime/controlplane/controlPlane";
import { LogStore, logFolder } from "../../runtime/dataplane/tasks/logStore";

/** The region of an empty account: the tutorial's. */
const FIRST_REGION = "ap-northeast-1";

export interface ServeApiOptions {
  readonly account: Account;
  readonly plane: ControlPlane;
  readonly delivery: Delivery;
  /** The lab's state folder. */
  readonly state: string;
  /** Folder for the files of running tasks. */
  readonly workDir: string;
  /** First port to try on 127.0.0.1. @default 8060 */
  readonly port?: number;
}

/** AWS's API of an account that is being served. */
export interface ServedApi {
  /** How to reach it, as of now. */
  readonly status: () => AwsApi;
  readonly close: () => Promise<void>;
}

/** Serves AWS's API to clients that have the lab's access key. */
export async function serveApi(options: ServeApiOptions): Promise<ServedApi> {
  const { account, plane, delivery, port, state, workDir } = options;
  const key = await ensureAccessKey(path.resolve(state));
  const logs = new LogStore(logFolder(workDir));
  const registry = new Registry(account, path.resolve(state));
  const targets = { account, plane, delivery, logs, registry };
  const server = await ApiServer.start({ key, port, targets });
  return {
    status: () => ({ endpoint: server.url, region: regionOf(account) }),
    close: () => server.close(),
  };
}

/** The region that most of the account's resources are in. */
function regionOf(account: Account): string {
  const counts = new Map<string, number>();
  for (const { outputs } of account.list()) {
    if (typeof outputs.region !== "string") continue;
    counts.set(outputs.region, (counts.get(outputs.region) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, one], [, other]) => other - one);
  return most?.[0] ?? FIRST_REGION;
}
