// Loaded before something that hooks into a package: has the package's modules say other names, as a later
// version of it might. RENAMED is a JSON list of the file's end, and what is replaced by what, everywhere.
const Module = require("node:module");

const renamed = JSON.parse(process.env.RENAMED ?? "[]");
const compile = Module.prototype._compile;

Module.prototype._compile = function (code, file, ...rest) {
  let text = code;
  for (const [end, from, to] of renamed) if (file.endsWith(end)) text = text.replaceAll(from, to);
  return compile.call(this, text, file, ...rest);
};
