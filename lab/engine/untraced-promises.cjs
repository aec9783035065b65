// Pulumi's SDK writes down, for each of its promises, where it was made, in case that somebody looks for
// promises that leak. With source maps that is half of what a program takes; so only for who looks.
const debuggable = require("@pulumi/pulumi/runtime/debuggable");

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
