// How Node.js loads TypeScript here, be it the program, its policy pack or the lab: tsx strips the types, which
// `npm run check` has checked, and Node.js itself maps places in stack traces to the source.
require("tsx/cjs");

// Pulumi's runner of programs has another library map them, which takes a quarter of a preview and cannot
// see what tsx compiled: errors and resources would be shown at other lines. It gets an empty module instead.
for (const from of [process.cwd(), __dirname]) {
  try {
    const sdk = require.resolve("@pulumi/pulumi/package.json", { paths: [from] });
    const id = require.resolve("source-map-support/register", { paths: [sdk] });
    require.cache[id] ??= { id, filename: id, loaded: true, exports: {} };
  } catch {
    // There is no SDK, or one without that library.
  }
}
