// Loaded before something that hooks into a package: makes the package's modules use other names, as a later
// version of it might. RENAMED is a JSON list of [end of the file's path, text, replacement of each occurrence].
const Module = require("node:module");

const renamed = JSON.parse(process.env.RENAMED ?? "[]");
const compile = Module.prototype._compile;

Module.prototype._compile = function (code, file, ...rest) {
  let text = code;
  for (const [end, from, to] of renamed) if (file.endsWith(end)) text = text.replaceAll(from, to);
  return compile.call(this, text, file, ...rest);
};
