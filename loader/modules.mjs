// The loader for programs that are ES modules: `node --import`.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
require("./installed.cjs")();
const cache = require("./privateCache.cjs")("esm");
await import("tsx");
const file = cache.loaded();
if (file !== undefined) {
  await import(pathToFileURL(file).href);
  cache.compiled();
}
