import type { ServerResponse } from "node:http";

import { EarliestTimer } from "../../runtime/controlplane/earliestTimer";
import type { DashboardSnapshot } from "./snapshot";

/** How long changes are collected, in milliseconds. */
const collectMs = 100;
/** Time between the comments that keep a connection alive, in milliseconds. The page does not see them. */
const heartbeatMs = 20_000;
/** A reader that is this many bytes behind is disconnected; it reconnects and gets a new snapshot. */
const mostBytesBehind = 4 * 1024 * 1024;
/** How long a page waits before it reconnects, in milliseconds. */
const retryMs = 1000;

/**
 * Server-sent events: a new reader first gets `snapshot` with everything, then `change` with the sections that have
 * changed, where `events` has only the new ones. Nothing is sent while nothing changes.
 */
export class Feed {
  private readonly readers = new Set<ServerResponse>();
  private heartbeat: NodeJS.Timeout | undefined;
  private last: DashboardSnapshot | undefined;
  private readonly timer = new EarliestTimer(() => {
    // Readers that reconnect get the error as their response.
    this.send().catch(() => {
      this.close();
    });
  });

  /** @param take takes a snapshot of the present state */
  constructor(private readonly take: () => Promise<DashboardSnapshot>) {}

  /** Call when something may have changed. */
  poke(): void {
    if (this.readers.size > 0) this.timer.set(collectMs);
  }

  /** Sends events until the reader or the feed is closed. */
  async add(response: ServerResponse): Promise<void> {
    const now = await this.send();
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`retry: ${retryMs}\n${eventOf("snapshot", now)}`);
    this.readers.add(response);
    this.heartbeat ??= setInterval(() => {
      for (const reader of this.readers) reader.write(":\n\n");
    }, heartbeatMs);
    response.once("close", () => {
      this.readers.delete(response);
      if (this.readers.size === 0) this.rest();
    });
  }

  close(): void {
    for (const reader of this.readers) reader.end();
    this.readers.clear();
    this.rest();
  }

  private rest(): void {
    clearInterval(this.heartbeat);
    this.heartbeat = undefined;
    this.timer.clear();
  }

  private async send(): Promise<DashboardSnapshot> {
    const now = await this.take();
    const change = this.last && changeBetween(this.last, now);
    this.last = now;
    if (change === undefined) return now;
    for (const reader of this.readers) {
      if (reader.writableLength > mostBytesBehind) reader.destroy();
      else reader.write(eventOf("change", change));
    }
    return now;
  }
}

/** The sections that differ, with only the new ones in `events`; undefined if nothing differs. */
function changeBetween(
  before: DashboardSnapshot,
  now: DashboardSnapshot,
): Partial<DashboardSnapshot> | undefined {
  const lastId = before.events.at(-1)?.id ?? 0;
  const { events, ...sections } = now;
  const changed: [string, unknown][] = Object.entries(sections).filter(
    ([name, value]) =>
      JSON.stringify(value) !== JSON.stringify(before[name as keyof DashboardSnapshot]),
  );
  const newer = events.filter(({ id }) => id > lastId);
  if (newer.length > 0) changed.push(["events", newer]);
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

function eventOf(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
