// Turns off debugging aids of Pulumi's SDK, which take up to half of a program's time: for each resource it sends the
// engine several messages, one after the other, which only --debug shows; and it records where each promise was
// created, to track down leaked promises.
//
// Relies on: @pulumi/pulumi calling `debug` of its log module, and `debuggablePromise` of runtime/debuggable, as
// properties of those modules.
// Check: counts the messages and stack traces that were skipped.
// Otherwise: the program does the same, but takes up to twice as long.

import { lever } from "ecs-handson-loader/lever.cjs";

type Call = (...args: unknown[]) => unknown;

interface Log {
  debug?: () => Promise<void>;
}

interface Debuggable {
  debuggablePromise?: Call;
  debugPromiseLeaks?: boolean;
}

/** @param require resolves the SDK to quiet. */
export function quietSdk(require: (name: string) => unknown): void {
  lever("no-debug-messages", () => {
    const log = require("@pulumi/pulumi/log") as Log;
    if (process.env.PULUMI_OPTION_DEBUG || typeof log.debug !== "function") return;
    let spared = 0;
    log.debug = () => {
      spared += 1;
      return Promise.resolve();
    };
    return () => spared > 0;
  });

  lever("no-promise-traces", () => {
    const debuggable = require("@pulumi/pulumi/runtime/debuggable") as Debuggable;
    const { debuggablePromise, debugPromiseLeaks } = debuggable;
    if (debugPromiseLeaks || typeof debuggablePromise !== "function") return;
    let spared = 0;
    debuggable.debuggablePromise = (...args) => {
      const limit = Error.stackTraceLimit;
      spared += 1;
      Error.stackTraceLimit = 0;
      try {
        return debuggablePromise(...args);
      } finally {
        Error.stackTraceLimit = limit;
      }
    };
    return () => spared > 0;
  });
}
