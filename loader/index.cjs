// How Node.js loads TypeScript here, be it the program, its policy pack or the lab: tsx strips the types, which
// `npm run check` has checked, and Node.js itself maps places in stack traces to the source.
require("tsx/cjs");

// Pulumi's runner of programs has another library map them, which takes a quarter of a preview and cannot
// see what tsx compiled: errors and resources would be shown at other lines. It gets an empty module instead.
//
// Relies on: the runner (cmd/run of @pulumi/pulumi 3.248.0) loading `source-map-support/register` as the SDK's own
// dependency, and on require.cache. Without it: errors are shown at other lines, and a preview takes a quarter more.
for (const from of [process.cwd(), __dirname]) {
  try {
    const sdk = require.resolve("@pulumi/pulumi/package.json", { paths: [from] });
    const id = require.resolve("source-map-support/register", { paths: [sdk] });
    require.cache[id] ??= { id, filename: id, loaded: true, exports: {} };
  } catch {
    // There is no SDK, or one without that library.
  }
}
