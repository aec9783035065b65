// What Pulumi's SDK does for somebody who debugs it takes half of a program's time: it sends the engine
// several messages for each resource, one after the other, which the engine shows with --debug only; and
// it writes down where each of its promises was made, for whoever looks for promises that leak.
const log = require("@pulumi/pulumi/log");
const debuggable = require("@pulumi/pulumi/runtime/debuggable");

if (!process.env.PULUMI_OPTION_DEBUG) {
  log.debug = () => Promise.resolve();
}

const { debuggablePromise, debugPromiseLeaks } = debuggable;

if (!debugPromiseLeaks) {
  debuggable.debuggablePromise = (...args) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}
