import logUpdate from "log-update";

import type { LabStatus } from "../../host/host";
import { followStatus } from "../../host/openHost";
import { canRedraw } from "../../shared/liveLine";
import { describeShortly } from "./shortStatus";

/** How often countdowns change, in milliseconds. */
const tickMs = 1000;

export interface WatchOptions {
  /** The lab's state folder. */
  state: string;
  /** Prints each status as a line of JSON. */
  json?: boolean;
  /** Ends the watching. */
  signal: AbortSignal;
}

/**
 * Shows the status of the lab that another process serves, again whenever it changes, until that
 * process ends or `signal`: on a terminal in place, elsewhere one below the other.
 * @throws Error if nothing is being served, or that process does not answer any more.
 */
export async function watch({ state, json, signal }: WatchOptions): Promise<void> {
  let last = "";
  let status: LabStatus | undefined;
  const redraws = !json && canRedraw(process.stdout);
  const show = () => {
    if (status === undefined) return;
    const shown = json ? `${JSON.stringify(status)}\n` : describeShortly(status);
    // What is shown is less than the status: a change may not be in it.
    if (shown === last) return;
    last = shown;
    if (redraws) logUpdate(shown);
    else process.stdout.write(json ? shown : `${shown}\n`);
  };
  // What waits counts down, also while nothing changes.
  const ticking = redraws ? setInterval(show, tickMs) : undefined;
  try {
    for await (status of followStatus(state, signal)) show();
  } finally {
    clearInterval(ticking);
    if (redraws) logUpdate.done();
  }
  if (!signal.aborted && !json) process.stdout.write("The lab has stopped.\n");
}
