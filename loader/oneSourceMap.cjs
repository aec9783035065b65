// Pulumi's runner of programs has another library map places in stack traces to the source, which takes a quarter of a
// preview and cannot see what tsx compiled: errors and resources would be shown at other lines. It gets an empty module
// instead.
//
// Relies on: the runner (cmd/run of @pulumi/pulumi 3.248.0) loading `source-map-support/register` as the SDK's own
// dependency, and on require.cache.
// Without it: errors are shown at other lines, and a preview takes a quarter more.
// Proof: in a process that the runner runs in, counts how often the empty module was loaded.
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
      // There is no SDK, or one without that library.
    }
  }
  return () => (runnerModule("index.js") ? loads > 0 : undefined);
});
