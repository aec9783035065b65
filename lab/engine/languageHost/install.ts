import { createHash } from "node:crypto";
import { chmod, mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";

import { builtMark, languageHostName } from "../pulumiInstall";

/**
 * Installs the language host into a folder as a standalone program that needs neither this checkout nor its packages.
 * Does nothing if this very version is already there.
 */
export async function installLanguageHost(folder: string): Promise<void> {
  const file = path.join(folder, languageHostName);
  const mark = `// language host ${await digest()}`;
  if ((await secondLine(file)) === mark) return;
  await mkdir(folder, { recursive: true });
  await place(path.join(folder, builtMark), await bundled("end-with-parent.cjs"));
  await place(file, await bundled("executable.ts", `#!/usr/bin/env node\n${mark}`));
}

/** Bundles a file of this folder with everything it imports. */
async function bundled(name: string, firstLines = ""): Promise<Uint8Array> {
  const { build } = require("esbuild") as typeof import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [path.join(__dirname, name)],
    bundle: true,
    platform: "node",
    target: "node20",
    minifySyntax: true,
    banner: { js: firstLines },
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

/** Writes atomically: another lab may be starting the program. */
async function place(file: string, contents: Uint8Array): Promise<void> {
  const unfinished = `${file}.${process.pid}`;
  try {
    await writeFile(unfinished, contents);
    await chmod(unfinished, 0o755);
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** What of the host stands elsewhere. */
const elsewhere = [
  path.join("..", "internals", "sdkRunners.ts"),
  ...["grpcPort.ts", "guard-ports.cjs", "messageOf.ts", "ownPeers.cjs"].map((name) =>
    path.join("..", "..", "shared", name),
  ),
];

/** Changes with every line of the host's source, so that an older host is replaced. */
async function digest(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of [...(await readdir(__dirname)).sort(), ...elsewhere]) {
    hash.update(name).update(await readFile(path.join(__dirname, name)));
  }
  return hash.digest("hex").slice(0, 16);
}

async function secondLine(file: string): Promise<string | undefined> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return undefined;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(200), 0, 200, 0);
    return buffer.toString("utf8", 0, bytesRead).split("\n")[1];
  } finally {
    await handle.close();
  }
}
