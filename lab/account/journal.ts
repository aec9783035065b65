import { constants } from "node:fs";
import { mkdir, open, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";

import { replaceFile } from "../shared/replaceFile";
import {
  type Batch,
  checksum,
  encodeLine,
  FILES_VERSION,
  JOURNAL_FILE,
  parseJournal,
  PREVIOUS_JOURNAL_FILE,
  PREVIOUS_SNAPSHOT_FILE,
  readIfThere,
  readSnapshot,
  SNAPSHOT_FILE,
  syncDirectory,
} from "./journalFiles";

/** What the files held when they were opened. */
export interface Recovered<State, Entry> {
  /** The last snapshot, if one was ever written. */
  readonly snapshot?: State;
  /** Everything acknowledged since, oldest first. */
  readonly entries: readonly Entry[];
  /** Whether the files have an earlier version, so that a snapshot should replace them. */
  readonly isOld: boolean;
  /**
   * What was wrong with the last snapshot, if this was read from the previous one: a new snapshot should replace it.
   */
  readonly damage?: string;
}

interface Pending<Entry> {
  readonly entries: readonly Entry[];
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * An append-only file of changes, with a snapshot of everything before them.
 *
 * A batch is one line with a checksum, so that a write truncated by a crash is detected and dropped as a whole. Batches
 * are numbered, and the snapshot has the number of the last one it contains, so that a crash between writing the
 * snapshot and emptying the journal replays nothing twice. The snapshot has a checksum too, and the previous one is
 * kept with its journal, so that a damaged snapshot can be rebuilt without loss.
 */
export class Journal<State, Entry> {
  private queue: Pending<Entry>[] = [];
  private flushing: Promise<void> | undefined;
  private broken: Error | undefined;
  private closed = false;

  private constructor(
    private readonly dir: string,
    private readonly file: FileHandle,
    private readonly stateNow: () => State,
    private readonly snapshotAfterBytes: number,
    private sequence: number,
    private bytes: number,
  ) {}

  /**
   * Opens or creates the files in `dir` and repairs a torn last line.
   *
   * @param dir Folder of the two files; created if missing.
   * @param stateNow Returns the state to snapshot. Only called when nothing is waiting to be written.
   * @param snapshotAfterBytes Size of the journal, in bytes, at which a snapshot replaces it.
   * @throws Error if a line other than the last is damaged, which no crash does, so nothing is dropped; and if a newer
   * lab wrote the files.
   */
  static async open<State, Entry>(
    dir: string,
    stateNow: () => State,
    snapshotAfterBytes: number,
  ): Promise<{ journal: Journal<State, Entry>; recovered: Recovered<State, Entry> }> {
    await mkdir(dir, { recursive: true });
    const path = join(dir, JOURNAL_FILE);
    const { batches, goodBytes } = parseJournal<Entry>(path, await readIfThere(path));
    const { snapshot, earlier, damage } = await readSnapshot<State, Entry>(dir, batches);

    const file = await open(path, constants.O_CREAT | constants.O_RDWR | constants.O_APPEND, 0o600);
    await file.truncate(goodBytes);
    await file.sync();
    await syncDirectory(dir);

    const after = snapshot?.sequence ?? 0;
    const news = [...earlier, ...batches].filter((batch) => batch.sequence > after);
    const sequence = news.at(-1)?.sequence ?? after;
    return {
      journal: new Journal(dir, file, stateNow, snapshotAfterBytes, sequence, goodBytes),
      recovered: {
        ...(snapshot && { snapshot: snapshot.state }),
        entries: news.flatMap((batch) => batch.entries),
        isOld: snapshot?.version !== FILES_VERSION,
        ...(damage === undefined ? {} : { damage }),
      },
    };
  }

  /** Resolves once `entries` are on disk. Concurrent calls share one write and one sync. */
  append(entries: readonly Entry[]): Promise<void> {
    if (this.broken) return Promise.reject(this.broken);
    if (this.closed) return Promise.reject(new Error("the offline account is closed"));
    return new Promise((resolve, reject) => {
      this.queue.push({ entries, resolve, reject });
      this.flushing ??= this.flush();
    });
  }

  /** Rejects everything from now on, e.g. because another process has taken over the account. */
  fail(reason: Error): void {
    this.broken ??= reason;
  }

  /** Waits for writes in progress, writes a snapshot and closes the file. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.flushing;
    try {
      if (!this.broken && this.bytes > 0) await this.writeSnapshot();
    } finally {
      await this.file.close();
    }
  }

  private async flush(): Promise<void> {
    // Yields first, so that changes made together are written together.
    await Promise.resolve();
    while (this.queue.length > 0) {
      const batch = this.queue;
      this.queue = [];
      try {
        await this.write(batch.flatMap((pending) => pending.entries));
      } catch (error) {
        this.fail(new Error(`the offline account could not be written: ${String(error)}`));
      }
      const { broken } = this;
      for (const pending of batch) {
        if (broken) pending.reject(broken);
        else pending.resolve();
      }
      if (!broken && this.bytes > this.snapshotAfterBytes && this.isIdle()) {
        await this.writeSnapshot().catch((error: unknown) => {
          this.fail(new Error(`the offline account could not be written: ${String(error)}`));
        });
      }
    }
    // In the same tick as the last check of the queue, so that a later append starts a new flush.
    this.flushing = undefined;
  }

  /** Only if nothing is queued is the state in memory exactly the state on disk. */
  private isIdle(): boolean {
    return this.queue.length === 0;
  }

  private async write(entries: readonly Entry[]): Promise<void> {
    if (this.broken) throw this.broken;
    const batch: Batch<Entry> = { sequence: this.sequence + 1, entries };
    const line = Buffer.from(encodeLine(JSON.stringify(batch)));
    await this.file.appendFile(line);
    await this.file.datasync();
    this.sequence = batch.sequence;
    this.bytes += line.length;
  }

  /** Replaces the journal by a snapshot of the present state. Must not be called while anything is queued. */
  async writeSnapshot(): Promise<void> {
    await this.keep(SNAPSHOT_FILE, PREVIOUS_SNAPSHOT_FILE);
    await this.keep(JOURNAL_FILE, PREVIOUS_JOURNAL_FILE);
    await replaceFile(join(this.dir, SNAPSHOT_FILE), this.snapshotText(), { mode: 0o600 });
    await this.emptyJournal();
  }

  /** The same if the present snapshot is damaged, which must not replace the previous one. */
  async repairSnapshot(): Promise<void> {
    const text = this.snapshotText();
    await replaceFile(join(this.dir, SNAPSHOT_FILE), text, { mode: 0o600 });
    await replaceFile(join(this.dir, PREVIOUS_SNAPSHOT_FILE), text, { mode: 0o600 });
    await rm(join(this.dir, PREVIOUS_JOURNAL_FILE), { force: true });
    await this.emptyJournal();
  }

  private snapshotText(): string {
    const state = JSON.stringify(this.stateNow());
    const head = { version: FILES_VERSION, sequence: this.sequence, checksum: checksum(state) };
    return `${JSON.stringify(head).slice(0, -1)},"state":${state}}`;
  }

  private async emptyJournal(): Promise<void> {
    await syncDirectory(this.dir);
    await this.file.truncate(0);
    await this.file.sync();
    this.bytes = 0;
  }

  private async keep(name: string, previous: string): Promise<void> {
    const content = await readIfThere(join(this.dir, name));
    if (content.length === 0) await rm(join(this.dir, previous), { force: true });
    else await replaceFile(join(this.dir, previous), content, { mode: 0o600 });
  }
}
