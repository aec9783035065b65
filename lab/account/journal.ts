import { constants } from "node:fs";
import { mkdir, open, readFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import writeFileAtomic from "write-file-atomic";

import { mustKnowVersion } from "../protocol/storedVersion";

/** What the files held when they were opened. */
export interface Recovered<State, Entry> {
  /** The last snapshot, if one was ever written. */
  readonly snapshot?: State;
  /** Everything acknowledged after it, oldest first. */
  readonly entries: readonly Entry[];
  /** Whether the files are of an earlier version, so that a snapshot should replace them. */
  readonly isOld: boolean;
}

interface Pending<Entry> {
  readonly entries: readonly Entry[];
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

interface Batch<Entry> {
  readonly sequence: number;
  readonly entries: readonly Entry[];
}

interface Snapshot<State> {
  /** Of the snapshot and the journal beside it. Absent in those from before versions were noted. */
  readonly version?: number;
  readonly sequence: number;
  readonly state: State;
}

const JOURNAL_FILE = "journal.jsonl";
const SNAPSHOT_FILE = "account.json";
/** Counts up when the form of the files changes; what an earlier one had is then read as well. */
const FILES_VERSION = 1;

/**
 * An append-only file of changes beside a snapshot of everything before them.
 *
 * A batch is one line with a checksum, so that a write cut short by a crash is seen and dropped as a
 * whole. Batches are numbered and the snapshot carries the last number it contains: a crash between
 * writing the snapshot and emptying the journal replays nothing twice.
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
   * @param dir Folder of the two files; created when it is missing.
   * @param stateNow Returns the state to snapshot. Called only when nothing waits to be written.
   * @param snapshotAfterBytes Size of the journal, in bytes, from which a snapshot replaces it.
   * @throws Error when a line that is not the last is damaged: that is no crash, so nothing is dropped;
   * and when a newer lab wrote the files.
   */
  static async open<State, Entry>(
    dir: string,
    stateNow: () => State,
    snapshotAfterBytes: number,
  ): Promise<{ journal: Journal<State, Entry>; recovered: Recovered<State, Entry> }> {
    await mkdir(dir, { recursive: true });
    const snapshot = parseSnapshot<State>(dir, await readIfThere(join(dir, SNAPSHOT_FILE)));
    const path = join(dir, JOURNAL_FILE);
    const { batches, goodBytes } = parseJournal<Entry>(path, await readIfThere(path));

    const file = await open(path, constants.O_CREAT | constants.O_RDWR | constants.O_APPEND, 0o600);
    await file.truncate(goodBytes);
    await file.sync();
    await syncDirectory(dir);

    const after = snapshot?.sequence ?? 0;
    const news = batches.filter((batch) => batch.sequence > after);
    const sequence = news.at(-1)?.sequence ?? after;
    return {
      journal: new Journal(dir, file, stateNow, snapshotAfterBytes, sequence, goodBytes),
      recovered: {
        ...(snapshot && { snapshot: snapshot.state }),
        entries: news.flatMap((batch) => batch.entries),
        isOld: snapshot?.version !== FILES_VERSION,
      },
    };
  }

  /** Resolves once `entries` are on the disk. Concurrent calls share one write and one sync. */
  append(entries: readonly Entry[]): Promise<void> {
    if (this.broken) return Promise.reject(this.broken);
    if (this.closed) return Promise.reject(new Error("the offline account is closed"));
    return new Promise((resolve, reject) => {
      this.queue.push({ entries, resolve, reject });
      this.flushing ??= this.flush();
    });
  }

  /** Refuses everything from now on, e.g. because another process took the account over. */
  fail(reason: Error): void {
    this.broken ??= reason;
  }

  /** Waits for what is under way, writes a snapshot and closes the file. */
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
    // Leave the current turn first, so that changes made together are written together.
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
    // In the same turn as the last look at the queue: a later append must start a new flush.
    this.flushing = undefined;
  }

  /** Only then is the state in memory exactly the state on the disk. */
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

  /** Replaces the journal by a snapshot of the state now. Not to be called while anything waits. */
  async writeSnapshot(): Promise<void> {
    const snapshot: Snapshot<State> = {
      version: FILES_VERSION,
      sequence: this.sequence,
      state: this.stateNow(),
    };
    await writeFileAtomic(join(this.dir, SNAPSHOT_FILE), JSON.stringify(snapshot), { mode: 0o600 });
    await syncDirectory(this.dir);
    await this.file.truncate(0);
    await this.file.sync();
    this.bytes = 0;
  }
}

function encodeLine(json: string): string {
  return `${checksum(json)} ${json}\n`;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}

function parseSnapshot<State>(dir: string, bytes: Buffer): Snapshot<State> | undefined {
  if (bytes.length === 0) return undefined;
  const path = join(dir, SNAPSHOT_FILE);
  let snapshot: Snapshot<State>;
  try {
    snapshot = JSON.parse(bytes.toString()) as Snapshot<State>;
  } catch (error) {
    throw new Error(`${path} is damaged: ${String(error)}`, { cause: error });
  }
  const remedy = "remove its folder to start with an empty account";
  mustKnowVersion(path, snapshot.version, FILES_VERSION, remedy);
  return snapshot;
}

function parseJournal<Entry>(
  path: string,
  bytes: Buffer,
): { batches: Batch<Entry>[]; goodBytes: number } {
  const batches: Batch<Entry>[] = [];
  let goodBytes = 0;
  let damagedLine: number | undefined;
  let start = 0;
  for (let line = 1; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start);
    const batch = end < 0 ? undefined : decodeLine<Entry>(bytes.toString("utf8", start, end));
    start = end < 0 ? bytes.length : end + 1;
    if (!batch) {
      damagedLine ??= line;
      continue;
    }
    if (damagedLine !== undefined) {
      throw new Error(
        `${path} is damaged at line ${damagedLine}, with good lines after it; ` +
          "restore the file from a copy, or remove its folder to start with an empty account",
      );
    }
    batches.push(batch);
    goodBytes = start;
  }
  return { batches, goodBytes };
}

function decodeLine<Entry>(line: string): Batch<Entry> | undefined {
  const json = line.slice(9);
  if (line.slice(0, 9) !== `${checksum(json)} `) return undefined;
  return JSON.parse(json) as Batch<Entry>;
}

async function readIfThere(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}

/** Makes a file's name as durable as its content. Windows cannot sync a folder and needs no sync. */
async function syncDirectory(dir: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
