// How Node.js loads TypeScript here, be it the program, its policy pack or the lab: tsx strips the types, which
// `npm run check` has checked, and Node.js itself maps places in stack traces to the source.

// First, since each other module is a file to open.
require("./openFileLimit.cjs")();
require("./installed.cjs")();
loadTsx(require("./privateCache.cjs")("cjs"));
require("./oneSourceMap.cjs");
require("./errorsAtOnce.cjs");

function loadTsx(cache) {
  require("tsx/cjs");
  const file = cache.loaded();
  if (file === undefined) return;
  require(file);
  cache.compiled();
}
