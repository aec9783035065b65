// @pulumi/pulumi loads the TypeScript compiler and npm's tree of packages at its start, more than half
// of its loading time, and uses them only to serialize functions, which neither the program nor the
// policy pack does. Here they load when they are first used.
const Module = require("node:module");

const lazy = new Set(["typescript", "@npmcli/arborist"]);
const load = Module._load;

Module._load = function (request, parent, ...rest) {
  const byPulumi = /[\\/]@pulumi[\\/]pulumi[\\/]/.test(parent?.filename ?? "");
  if (!byPulumi || !lazy.has(request)) return load.call(this, request, parent, ...rest);
  let loaded;
  return new Proxy(
    {},
    {
      get: (_, key) => {
        // Asked at once by the code that imports it; either answer suits it.
        if (key === "__esModule") return true;
        loaded ??= load.call(this, request, parent, ...rest);
        return loaded[key];
      },
    },
  );
};
