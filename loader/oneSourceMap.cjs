// Gives Pulumi's runner of programs an empty module in place of the library that it has map stack traces to the source.
// That library takes a quarter of a preview's time, and does not know what tsx compiled, so errors and resources would
// be shown at wrong lines.
//
// Relies on: the runner (cmd/run of @pulumi/pulumi 3.248.0) loading `source-map-support/register`, a dependency of the
// SDK; require.cache.
// Check: in processes with the runner, counts how often the empty module was loaded.
// Otherwise: errors are shown at wrong lines, and a preview takes a quarter longer.
const { lever } = require("./lever.cjs");
const runnerModule = require("./runner.cjs");

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
      // There is no SDK, or it does not have that library.
    }
  }
  return () => (runnerModule("index.js") ? loads > 0 : undefined);
});
