// How Node.js loads TypeScript here, be it the program, its policy pack or the lab: tsx strips the types, which
// `npm run check` has checked, and Node.js itself maps places in stack traces to the source.
const { join } = require("node:path");
const util = require("node:util");

// Before all else: each of the others is a file to open.
require("./filesToOpen.cjs")();
require("./installed.cjs")();
loadTsx(require("./cacheOfItsUser.cjs")("cjs"));
const { lever } = require("./lever.cjs");

function loadTsx(cache) {
  require("tsx/cjs");
  const file = cache.loaded();
  if (file === undefined) return;
  require(file);
  cache.compiled();
}

const scopedFile = /node_modules[\\/]@[^\\/\n]+[\\/][^\\/\n]+$/m;

/** A module of Pulumi's runner of programs; undefined unless it runs in this process. */
function runnerModule(name) {
  const end = join("@pulumi", "pulumi", "cmd", "run", name);
  return require.cache[Object.keys(require.cache).find((file) => file.endsWith(end))];
}

// Pulumi's runner of programs has another library map them, which takes a quarter of a preview and cannot
// see what tsx compiled: errors and resources would be shown at other lines. It gets an empty module instead.
//
// Relies on: the runner (cmd/run of @pulumi/pulumi 3.248.0) loading `source-map-support/register` as the SDK's own
// dependency, and on require.cache. Without it: errors are shown at other lines, and a preview takes a quarter more.
// Proof: in a process that the runner runs in, counts how often the empty module was loaded.
lever("one-source-map", () => {
  let loads = 0;
  for (const from of [process.cwd(), __dirname]) {
    try {
      const sdk = require.resolve("@pulumi/pulumi/package.json", { paths: [from] });
      const id = require.resolve("source-map-support/register", { paths: [sdk] });
      require.cache[id] ??= {
        ...{ id, filename: id, loaded: true, children: [] },
        get exports() {
          loads += 1;
          return {};
        },
      };
    } catch {
      // There is no SDK, or one without that library.
    }
  }
  return () => (runnerModule("index.js") ? loads > 0 : undefined);
});

// The SDK's source maps place its files right below its scope, as in node_modules/@pulumi/resource.ts. Over such a
// frame Node.js's util.inspect, asked for colours, goes round in circles until the text is as long as texts can be:
// a minute and more for an error that an asynchronous program throws, also one that the runner shows without its stack.
//
// Relies on: the runner calling util.inspect as a property of the module (cmd/run/error.js). Without it: errors are
// shown after that minute.
// Proof: has the runner put an error into words, and sees whether it asks for it here.
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
