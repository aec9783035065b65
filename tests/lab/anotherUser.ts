import { spawnSync, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** A user id that no process of this machine is likely to have, and that is not `nobody`'s. */
const UID = 54_321;

/** Whether this process may start others as another user. */
function canBeAnother(): boolean {
  if (process.getuid?.() !== 0) return false;
  return spawnSync("setpriv", ["--version"]).status === 0;
}

/** `it` for a test that needs another user; where there can be none, the test is skipped and its title says why. */
export const asAnotherUser = canBeAnother()
  ? it
  : (name: string) => it.skip(`${name} (needs root and setpriv)`);

/**
 * Runs a script in Node.js as another user of this machine.
 * @param script CommonJS; `process.argv` from 1 on has `args`
 * @returns what it printed
 */
export async function printedByAnother(script: string, ...args: string[]): Promise<string> {
  return printed(["setpriv", `--reuid=${UID}`, `--regid=${UID}`, "--clear-groups"], script, args);
}

/** As {@link printedByAnother}, as this process's own user. */
export async function printedByOwn(script: string, ...args: string[]): Promise<string> {
  return printed([], script, args);
}

async function printed(before: string[], script: string, args: string[]): Promise<string> {
  const [command = "", ...rest] = [...before, process.execPath, "-e", script, ...args];
  const child = spawn(command, rest, { cwd: "/", stdio: ["ignore", "pipe", "pipe"] });
  const [out, err] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ...(child.exitCode === null ? [once(child, "close")] : []),
  ]);
  return `${out}${err}`.trim();
}

/** Requests an address over HTTP, and prints status and answer, or why there was none. */
export const ASK = `
  fetch(process.argv[1], { headers: { authorization: process.argv[2] ?? "" } }).then(
    async (response) => console.log(response.status, await response.text()),
    (error) => console.log(error.cause?.code ?? String(error)));`;

/**
 * Sends what opens an HTTP/2 connection, as gRPC does, and prints "answered" when the server answers with
 * its own settings, "closed" when it hangs up.
 */
export const OPEN_GRPC = `
  const socket = require("net").connect(Number(process.argv[1]), "127.0.0.1");
  socket.write("PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n" + "\\0\\0\\0\\4\\0\\0\\0\\0\\0");
  const end = (what) => { console.log(what); process.exit(); };
  socket.on("data", () => end("answered")).on("error", () => end("closed")).on("close", () => end("closed"));`;
