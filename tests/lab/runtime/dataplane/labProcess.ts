import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { accepts, untilSilent } from "./sockets";

/**
 * Starts a task in a separate process, kills that process with SIGKILL, which it cannot handle, and
 * resolves when the task is gone too.
 * @param args those of `killedLab.ts`
 */
export async function killLab(...args: string[]): Promise<void> {
  const lab = spawn(
    process.execPath,
    ["--import", "tsx", join(__dirname, "killedLab.ts"), ...args],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const address = await new Promise<string>((done) => {
    createInterface({ input: lab.stdout }).once("line", done);
  });
  assert.ok(await accepts(address));
  lab.kill("SIGKILL");
  await untilSilent(address);
}
