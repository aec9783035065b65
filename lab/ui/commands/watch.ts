import logUpdate from "log-update";

import type { LabStatus } from "../../host/host";
import { followStatus } from "../../host/openHost";
import { canRedraw } from "../../shared/liveLine";
import { describeShortly } from "./shortStatus";

/** How often countdowns are updated, in milliseconds. */
const tickMs = 1000;

export interface WatchOptions {
  /** The lab's state folder. */
  state: string;
  /** Whether to print each status as a line of JSON. */
  json?: boolean;
  /** Stops watching. */
  signal: AbortSignal;
}

/**
 * Shows the status of the lab that another process is serving, on every change, until that process ends or `signal` is
 * aborted. A terminal is redrawn in place; elsewhere each status is printed below the last.
 * @throws Error if nothing is being served, or the process no longer answers.
 */
export async function watch({ state, json, signal }: WatchOptions): Promise<void> {
  let last = "";
  let status: LabStatus | undefined;
  const redraws = !json && canRedraw(process.stdout);
  const show = () => {
    if (status === undefined) return;
    const shown = json ? `${JSON.stringify(status)}\n` : describeShortly(status);
    // Not every change of the status is visible in what is shown.
    if (shown === last) return;
    last = shown;
    if (redraws) logUpdate(shown);
    else process.stdout.write(json ? shown : `${shown}\n`);
  };
  // Countdowns go on while nothing else changes.
  const ticking = redraws ? setInterval(show, tickMs) : undefined;
  try {
    for await (status of followStatus(state, signal)) show();
  } finally {
    clearInterval(ticking);
    if (redraws) logUpdate.done();
  }
  if (!signal.aborted && !json) process.stdout.write("The lab has stopped.\n");
}
