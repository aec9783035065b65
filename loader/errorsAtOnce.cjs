// The SDK's source maps place its files right below its scope, as in node_modules/@pulumi/resource.ts. Over such a
// frame Node.js's util.inspect, asked for colours, goes round in circles until the text is as long as texts can be:
// a minute and more for an error that an asynchronous program throws, also one that the runner shows without its stack.
//
// Relies on: the runner calling util.inspect as a property of the module (cmd/run/error.js).
// Without it: errors are shown after that minute.
// Proof: has the runner put an error into words, and sees whether it asks for it here.
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
    errors.exports.defaultErrorMessage(new Error("shown by nobody"));
    return shown > before;
  };
});
