// Halves the time that the lab and its policy pack take to load modules, which is most of their start: packages skip a
// parse that they do not need, and rarely used parts of them load on first use.
//
// Relies on: Module._extensions, _load and _compile of node:module, which tsx also loads modules with.
// Check: functions that do not exist are not replaced; each shortcut counts the modules that it applied to.
// Otherwise: everything loads as usual, more slowly.
const { readFileSync } = require("node:fs");
const Module = require("node:module");

require("ecs-handson-loader");
const { lever } = require("ecs-handson-loader/lever.cjs");
const { standIn } = require("./standIn.ts");

// tsx parses each file for ES module syntax; packages known to contain none skip that. Node.js also reads the source
// map that a file names, for stack traces; for packages, positions in the compiled files are enough.
const commonJs =
  /[\\/]node_modules[\\/](@grpc|@opentelemetry|@pulumi|commander|google-protobuf|js-yaml|semver|yaml|zod)[\\/].*\.c?js$/;
const esSyntax = /(?:^|[;}])[ \t]*(?:import|export)\b[ {*"']/m;

lever("unparsed", () => {
  const transform = Module._extensions[".js"];
  if (typeof transform !== "function" || typeof Module.prototype._compile !== "function") return;
  let files = 0;
  Module._extensions[".js"] = (module, file) => {
    const text = commonJs.test(file) ? readFileSync(file, "utf8") : undefined;
    if (text === undefined || esSyntax.test(text)) return transform(module, file);
    files += 1;
    module._compile(withoutMap(text), file);
  };
  return () => files > 0;
});

function withoutMap(text) {
  const at = text.lastIndexOf("\n//# sourceMappingURL=");
  return at !== -1 && /^\n\S+ \S+\s*$/.test(text.slice(at)) ? text.slice(0, at) : text;
}

// Most of the time goes into parts of libraries that are not used here: the Automation API; the TypeScript compiler and
// npm's package tree, which @pulumi/pulumi needs only to serialize functions; each of AWS's 220 services; zod's
// messages in all languages. Each of these loads on first use.
const lazy = [
  { by: /[\\/]@pulumi[\\/]pulumi[\\/]index\.js$/, what: /^\.\/automation$/ },
  {
    by: /[\\/]@pulumi[\\/]pulumi[\\/]/,
    what: /^(typescript|@npmcli\/arborist|normalize-package-data|fdir|picomatch|semver)$/,
  },
  {
    by: /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run[\\/]tracing\.js$/,
    what: /^@opentelemetry\/(?!api$)/,
  },
  {
    by: /[\\/]@pulumi[\\/]aws[\\/]index\.js$/,
    // Except the services whose resources awsx's components return: their classes must be registered by then.
    what: /^\.\/(?!(ec2|ecr|utilities|provider|types)$)\w+$/,
  },
  { by: /[\\/]zod[\\/]v4[\\/]/, what: /^\.\.\/locales\/index\.cjs$/ },
];

lever("when-used", () => {
  const load = Module._load;
  if (typeof load !== "function") return;
  let modules = 0;
  Module._load = function (request, parent, ...rest) {
    const importer = parent?.filename ?? "";
    if (!lazy.some(({ by, what }) => what.test(request) && by.test(importer))) {
      return load.call(this, request, parent, ...rest);
    }
    modules += 1;
    return standIn(() => load.call(this, request, parent, ...rest));
  };
  return () => modules > 0;
});
