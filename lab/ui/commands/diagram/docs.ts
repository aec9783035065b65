import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { messageOf } from "../../../shared/messageOf";
import { replaceFile } from "../../../shared/replaceFile";
import { stopSignal } from "../../../shared/shutdown";
import { drawPictures, picturedChapters, picturesFolder } from "./docsPictures";

// Regenerates the documentation's pictures, each from a fresh stack in a fresh lab.
async function main(): Promise<void> {
  const signal = stopSignal();
  await mkdir(picturesFolder, { recursive: true });
  for (const chapter of picturedChapters) {
    signal.throwIfAborted();
    const state = await mkdtemp(path.join(tmpdir(), "picture-"));
    try {
      for (const [file, svg] of await drawPictures(chapter, state, signal)) {
        await replaceFile(path.join(picturesFolder, file), svg);
        process.stdout.write(`docs/pictures/${file}\n`);
      }
    } finally {
      await rm(state, { recursive: true, force: true });
    }
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exitCode = 1;
});
