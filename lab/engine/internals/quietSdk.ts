import { lever } from "ecs-handson-loader/lever.cjs";

// What Pulumi's SDK does for somebody who debugs it takes half of a program's time: it sends the engine
// several messages for each resource, one after the other, which the engine shows with --debug only; and
// it writes down where each of its promises was made, for whoever looks for promises that leak.
//
// Relies on: @pulumi/pulumi calling `debug` of its log module, and `debuggablePromise` of
// runtime/debuggable, as properties of those modules.
// Without it: the program takes up to twice as long, and does the same.
// Proof: counts the messages and the stack traces that were spared.

type Call = (...args: unknown[]) => unknown;

interface Log {
  debug?: () => Promise<void>;
}

interface Debuggable {
  debuggablePromise?: Call;
  debugPromiseLeaks?: boolean;
}

/** @param require finds the SDK that is to be quiet. */
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
