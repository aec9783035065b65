// Loaded before a program. Attaches Node.js's debugger only when a function is serialized, which saves a tenth of a
// second at start and makes scripts load faster. The SDK's runner attaches it to every program, and waits until it has
// reported every script, because the SDK needs their positions to serialize functions.
//
// Relies on: @pulumi/pulumi calling `isInitializedAsync` (in its runner) and `getSessionAsync` (first, wherever it
// serializes functions) as properties of runtime/closure/v8Hooks; the debugger reporting all loaded scripts each time
// it is enabled.
// Check: counts the calls that did not wait for the debugger.
// Otherwise: the program starts later, as with the SDK alone.

import type { Session } from "node:inspector";
import { createRequire } from "node:module";
import * as path from "node:path";
import { promisify } from "node:util";

import { lever } from "ecs-handson-loader/lever.cjs";

interface Hooks {
  isInitializedAsync?: () => Promise<void>;
  getSessionAsync?: () => Promise<Session>;
}

lever("late-debugger", () => {
  const require = createRequire(path.join(process.cwd(), "package.json"));
  const hooks = require("@pulumi/pulumi/runtime/closure/v8Hooks") as Hooks;
  const { getSessionAsync, isInitializedAsync } = hooks;
  if (typeof getSessionAsync !== "function" || typeof isInitializedAsync !== "function") return;
  let spared = 0;
  let session: Promise<Session> | undefined;
  hooks.isInitializedAsync = () => {
    spared += 1;
    return Promise.resolve();
  };
  hooks.getSessionAsync = () => (session ??= getSessionAsync().then(withAllScripts));
  return () => spared > 0;
});

/**
 * The SDK starts listening after the debugger has reported the loaded scripts, so this makes the debugger report them
 * again.
 */
async function withAllScripts(session: Session): Promise<Session> {
  const post = promisify<string, unknown>((method, done) => {
    session.post(method, done);
  });
  await post("Debugger.disable");
  await post("Debugger.enable");
  return session;
}
