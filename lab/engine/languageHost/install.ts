import { createHash } from "node:crypto";
import {
  chmod,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import * as path from "node:path";

import { builtMark, languageHostName } from "../pulumiInstall";

/**
 * Puts the language host into a folder as a program of its own, that needs neither this checkout nor its
 * packages, unless just this one is there already.
 */
export async function installLanguageHost(folder: string): Promise<void> {
  const file = path.join(folder, languageHostName);
  const mark = `// language host ${await digest()}`;
  if ((await secondLine(file)) === mark) return;
  await mkdir(folder, { recursive: true });
  const { build } = require("esbuild") as typeof import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [path.join(__dirname, "executable.ts")],
    bundle: true,
    platform: "node",
    target: "node20",
    minifySyntax: true,
    banner: { js: `#!/usr/bin/env node\n${mark}` },
    write: false,
    logLevel: "silent",
  });
  await copyFile(path.join(__dirname, "end-with-parent.cjs"), path.join(folder, builtMark));
  // Whole or not at all: another lab may start it meanwhile.
  const unfinished = `${file}.${process.pid}`;
  try {
    await writeFile(unfinished, outputFiles[0]?.contents ?? "");
    await chmod(unfinished, 0o755);
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Changes with every line of this folder, so that an older host is replaced. */
async function digest(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await readdir(__dirname)).sort()) {
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
