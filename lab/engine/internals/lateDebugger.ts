import type { Session } from "node:inspector";
import { createRequire } from "node:module";
import * as path from "node:path";
import { promisify } from "node:util";

import { lever } from "ecs-handson-loader/lever.cjs";

// Loaded before a program. The SDK's runner attaches Node.js's debugger to every program, and waits until the debugger
// has reported every script, because the SDK needs their positions to serialize functions. Here the debugger is
// attached only when a function is serialized.
//
// Relies on: @pulumi/pulumi calling `isInitializedAsync` (its runner) and `getSessionAsync` (what serializes functions,
// before anything else) as properties of runtime/closure/v8Hooks; the debugger reporting all loaded scripts each time
// it is enabled. Without it: a program starts a tenth of a second later, and each script takes longer to load. Proof:
// counts the calls that did not wait for the debugger.

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
