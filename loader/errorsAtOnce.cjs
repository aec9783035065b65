// Keeps Node.js's util.inspect from taking a minute or more to show an error that an asynchronous program throws. The
// SDK's source maps place its files right below its scope, e.g. node_modules/@pulumi/resource.ts. When util.inspect
// colours such a stack frame, it loops until the text has reached the maximum length of a string, even for errors that
// the runner shows without a stack.
//
// Relies on: the runner calling util.inspect as a property of the module (cmd/run/error.js).
// Check: has the runner format an error, and sees whether it calls this replacement.
// Otherwise: errors are shown after that minute.
const util = require("node:util");
const { lever } = require("./lever.cjs");
const runnerModule = require("./runner.cjs");

const scopedFile = /node_modules[\\/]@[^\\/\n]+[\\/][^\\/\n]+$/m;

lever("errors-at-once", () => {
  let shown = 0;
  util.inspect = new Proxy(util.inspect, {
    apply(inspect, self, [value, options, ...others]) {
      const isColored = options?.colors === true && value instanceof Error;
      if (isColored) shown += 1;
      const isEndless = isColored && scopedFile.test(value.stack ?? "");
      return inspect.call(
        self,
        value,
        isEndless ? { ...options, colors: false } : options,
        ...others,
      );
    },
  });
  return () => {
    const errors = runnerModule("error.js");
    if (errors === undefined) return undefined;
    const before = shown;
    errors.exports.defaultErrorMessage(new Error("never shown"));
    return shown > before;
  };
});
