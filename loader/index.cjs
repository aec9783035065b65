// How Node.js loads TypeScript here, for the program, its policy pack and the lab: tsx strips the types, which
// `npm run check` has checked, and Node.js itself maps stack traces to the source.

// First, since every other module has to be opened too.
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
