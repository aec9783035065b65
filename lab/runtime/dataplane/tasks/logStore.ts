import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  type WriteStream,
} from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

/** The stream that a container's output goes to. */
export interface LogStream {
  readonly cluster: string;
  /** The service, or `family:NAME` of a task without one. */
  readonly group: string;
  readonly container: string;
  readonly taskId: string;
  /** The prefix of awslogs. Without one, nothing would reach CloudWatch, but the lab keeps the output. */
  readonly prefix?: string | undefined;
}

/** A line of a log. */
export interface LogLine {
  /** ISO 8601. */
  readonly at: string;
  /** `PREFIX/CONTAINER/TASK-ID`, as CloudWatch names it. */
  readonly stream: string;
  readonly container: string;
  readonly message: string;
}

/** Which lines to return. */
export interface LogQuery {
  /** @default all */
  readonly cluster?: string | undefined;
  readonly group: string;
  /** @default all */
  readonly container?: string | undefined;
  /** The beginning of the task's ID. @default all */
  readonly task?: string | undefined;
}

/** Folder of the logs in a work folder. */
export const logFolder = (workDir: string): string => join(workDir, "logs");

const MOST_BYTES = 4 * 1024 * 1024;
/** Number of streams kept per container, the newest. */
const STREAMS_KEPT = 20;
/** Time between two checks for new lines, in ms. */
const LOOK_MS = 200;

/**
 * The containers' output, a file for each log stream. It remains available after containers have ended, and to
 * processes other than the serving one. A stream keeps its last 4 to 8 MB.
 */
export class LogStore {
  /** @param folder need not exist */
  constructor(private readonly folder: string) {}

  /** Opens a stream. Returns functions that write a line, and that close it. */
  open(stream: LogStream): { write: (line: string) => void; close: () => void } {
    const folder = join(this.folder, ...[stream.cluster, stream.group, stream.container].map(enc));
    mkdirSync(folder, { recursive: true });
    forgetOld(folder);
    const name = `${enc(stream.prefix ?? "")}~${stream.taskId}.log`;
    const file = join(folder, name);
    let out: WriteStream | undefined;
    let bytes = 0;
    return {
      write: (line) => {
        const text = `${new Date().toISOString()} ${line}\n`;
        if (bytes > MOST_BYTES) {
          out?.end();
          out = undefined;
          bytes = 0;
          if (existsSync(file)) renameSync(file, `${file}.old`);
        }
        bytes += Buffer.byteLength(text);
        out ??= createWriteStream(file, { flags: "a" }).on("error", () => undefined);
        out.write(text);
      },
      close: () => out?.end(),
    };
  }

  /** The groups that have logs, as in {@link LogStream.group}. */
  groups(): string[] {
    return [...new Set(list(this.folder).flatMap((cluster) => list(join(this.folder, cluster))))]
      .map(decodeURIComponent)
      .sort();
  }

  /** Names of the containers of a group. */
  containers(group: string): string[] {
    const folders = list(this.folder).map((cluster) => join(this.folder, cluster, enc(group)));
    return [...new Set(folders.flatMap(list))].map(decodeURIComponent).sort();
  }

  /** All lines so far, oldest first. */
  async read(query: LogQuery): Promise<LogLine[]> {
    const lines = await Promise.all(this.files(query).map((file) => readFrom(file, 0)));
    return byTime(lines.flatMap((one) => one.lines));
  }

  /** Existing lines, then new ones, until `signal` is aborted. */
  async *follow(query: LogQuery, signal: AbortSignal): AsyncGenerator<LogLine> {
    const read = new Map<string, number>();
    while (!signal.aborted) {
      const news: LogLine[] = [];
      for (const file of this.files(query)) {
        const { lines, end } = await readFrom(file, read.get(file.path) ?? 0);
        read.set(file.path, end);
        news.push(...lines);
      }
      yield* byTime(news);
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private files({ cluster, container, group, task = "" }: LogQuery): StreamFile[] {
    const clusters = cluster === undefined ? list(this.folder) : [enc(cluster)];
    return clusters.flatMap((one) => {
      const ofGroup = join(this.folder, one, enc(group));
      const containers = container === undefined ? list(ofGroup) : [enc(container)];
      return containers.flatMap((name) =>
        list(join(ofGroup, name)).flatMap((file) => {
          const [, prefix = "", taskId = ""] = /^(.*)~(\w+)\.log$/.exec(file) ?? [];
          if (taskId === "" || !taskId.startsWith(task)) return [];
          const parts = [prefix, name].map(decodeURIComponent);
          const stream = [...parts, taskId].filter((part) => part !== "").join("/");
          return [{ path: join(ofGroup, name, file), stream, container: parts[1] ?? "" }];
        }),
      );
    });
  }
}

interface StreamFile {
  readonly path: string;
  readonly stream: string;
  readonly container: string;
}

/** Reads complete lines only; an incomplete one is read the next time. */
async function readFrom(
  { container, path, stream }: StreamFile,
  from: number,
): Promise<{ lines: LogLine[]; end: number }> {
  const size = existsSync(path) ? statSync(path).size : 0;
  const start = size < from ? 0 : from; // the file has started over
  if (size === start) return { lines: [], end: start };
  let end = start;
  const lines: LogLine[] = [];
  const input = createReadStream(path, { start, end: size - 1 });
  const isWhole = await endsWithNewline(path, size);
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    const bytes = Buffer.byteLength(text) + 1;
    if (!isWhole && end + bytes > size) break;
    end += bytes;
    const blank = text.indexOf(" ");
    lines.push({ at: text.slice(0, blank), stream, container, message: text.slice(blank + 1) });
  }
  return { lines, end };
}

async function endsWithNewline(path: string, size: number): Promise<boolean> {
  for await (const last of createReadStream(path, { start: size - 1, end: size - 1 })) {
    return String(last) === "\n";
  }
  return false;
}

const byTime = (lines: LogLine[]): LogLine[] =>
  lines.sort((one, other) => (one.at < other.at ? -1 : Number(one.at > other.at)));

const enc = (name: string): string => encodeURIComponent(name);

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function forgetOld(folder: string): void {
  const files = list(folder)
    .map((name) => join(folder, name))
    .sort((one, other) => statSync(one).mtimeMs - statSync(other).mtimeMs);
  for (const file of files.slice(0, Math.max(0, files.length - STREAMS_KEPT + 1))) rmSync(file);
}
