import { createReadStream } from "node:fs";
import { posix } from "node:path";
import { pipeline } from "node:stream/promises";
import { Writable } from "node:stream";

import { Parser, type ReadEntry } from "tar";

import { AwsError } from "../../account/errors";

const HTML = "usr/share/nginx/html";
const CONF = "etc/nginx/conf.d/default.conf";
/** Name prefixes of files that say what a layer hides (whiteouts). */
const [WHITEOUT, OPAQUE] = [".wh.", ".wh..wh..opq"];

/** Maximum total size and number of the pages; a tutorial's site has less. */
const [MOST_BYTES, MOST_FILES] = [64 * 1024 * 1024, 10_000];

/** nginx's default site configuration, for an image without one. */
const PLAIN_CONF = `server {
    listen 80;
    location / {
        root /${HTML};
        index index.html;
    }
}
`;

/** What an image with nginx serves. */
export interface LayerSite {
  /** Pages by their path relative to `/usr/share/nginx/html`. */
  readonly pages: ReadonlyMap<string, Buffer>;
  /** `/etc/nginx/conf.d/default.conf`. */
  readonly conf: string;
}

/**
 * Reads from an image's layers the pages that its nginx serves; undefined if there are none. Only these files are read:
 * nothing is unpacked, and links are skipped.
 *
 * Source: OCI image specification, "Image Layer Filesystem Changeset", also on whiteouts.
 *
 * @param layers files, the lowest first
 * @throws AwsError `InvalidLayerException` if a layer is not an archive, or has paths that lead out of it, or more
 * pages than the lab keeps
 */
export async function siteOfLayers(layers: readonly string[]): Promise<LayerSite | undefined> {
  let files = new Map<string, Buffer>();
  for (const layer of layers) {
    const { added, hidden } = await readLayer(layer);
    const kept = [...files].filter(([name]) => !isHidden(name, hidden));
    files = new Map([...kept, ...added]);
  }
  checkSiteSize(files.size, sizeOf(files.values()));
  const pages = [...files].filter(([name]) => name !== CONF);
  if (pages.length === 0) return undefined;
  return {
    pages: new Map(pages.map(([name, content]) => [posix.relative(HTML, name), content])),
    conf: files.get(CONF)?.toString() ?? PLAIN_CONF,
  };
}

/** A layer's changes to those below. */
interface Changes {
  readonly added: Map<string, Buffer>;
  /** Files and folders that it hides or replaces; a trailing slash means a folder's contents. */
  readonly hidden: Set<string>;
}

async function readLayer(file: string): Promise<Changes> {
  const changes: Changes = { added: new Map(), hidden: new Set() };
  let problem: unknown;
  let bytes = 0;
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      try {
        if (isPage(entry)) bytes += entry.size;
        checkSiteSize(changes.added.size, bytes);
        readEntry(entry, changes);
      } catch (error) {
        problem ??= error;
        entry.resume();
      }
    },
  });
  const ended = new Promise<void>((resolve, reject) => {
    parser.on("end", resolve).on("error", reject);
  });
  const into = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (problem !== undefined || parser.write(chunk)) done(problem as Error | undefined);
      else {
        parser.once("drain", () => {
          done();
        });
      }
    },
    final: (done) => {
      parser.end();
      done();
    },
  });
  try {
    await Promise.all([pipeline(createReadStream(file), into), ended]);
  } catch (error) {
    throw error instanceof AwsError ? error : invalid("it is not an archive that the lab can read");
  }
  if (problem !== undefined) throw problem as Error;
  return changes;
}

function readEntry(entry: ReadEntry, { added, hidden }: Changes): void {
  const name = nameOf(entry);
  const [folder, base] = [posix.dirname(name), posix.basename(name)];
  if (base === OPAQUE) hidden.add(`${folder}/`);
  else if (base.startsWith(WHITEOUT)) hidden.add(posix.join(folder, base.slice(WHITEOUT.length)));
  // What replaces a folder or file hides it.
  else if (entry.type !== "Directory") hidden.add(name);
  if (!isPage(entry)) {
    entry.resume();
    return;
  }
  const parts: Buffer[] = [];
  entry.on("data", (part) => parts.push(part));
  entry.on("end", () => added.set(name, Buffer.concat(parts)));
}

/** @throws AwsError for a path that leads out of the image */
function nameOf({ path }: ReadEntry): string {
  const name = posix.normalize(path).replace(/\/$/, "");
  if (!name.startsWith("/") && name !== ".." && !name.startsWith("../")) return name;
  throw invalid(`${path} leads out of it`);
}

function isPage(entry: ReadEntry): boolean {
  const name = nameOf(entry);
  const isFile = entry.type === "File" || entry.type === "OldFile";
  return (
    isFile &&
    !posix.basename(name).startsWith(WHITEOUT) &&
    (name === CONF || name.startsWith(`${HTML}/`))
  );
}

function isHidden(name: string, hidden: ReadonlySet<string>): boolean {
  if (hidden.has(name)) return true;
  const folder = posix.dirname(name);
  return folder !== "." && (hidden.has(`${folder}/`) || isHidden(folder, hidden));
}

function sizeOf(contents: Iterable<Buffer>): number {
  return [...contents].reduce((sum, { length }) => sum + length, 0);
}

function checkSiteSize(files: number, bytes: number): void {
  if (bytes <= MOST_BYTES && files <= MOST_FILES) return;
  throw invalid("its nginx has more pages than the lab keeps, which is 64 MiB in 10,000 files");
}

const invalid = (why: string) =>
  new AwsError("InvalidLayerException", `A layer of the image is not valid: ${why}.`);
