// Loads modules as quickly as the lab and its policy pack, which both wait for little else at their start,
// can have them.
//
// Relies on: Module._extensions, _load and _compile of node:module, by which tsx loads modules too.
// Without it: everything loads as it does elsewhere, in up to twice the time.
// Proof: what is not there is not changed, and each lever counts the modules it was quick with. What stands in
// for a module that is not loaded yet becomes that module, whatever is done with it first.
const { readFileSync } = require("node:fs");
const Module = require("node:module");

require("ecs-handson-loader");
const { lever } = require("ecs-handson-loader/lever.cjs");
const { standIn } = require("./standIn.ts");

// tsx parses each file for ES module syntax, which packages that are known to have none can skip. And Node.js reads
// the source map that a file names, to tell places in stack traces: those of packages are told as they are.
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

// Libraries load more than is used here, most of what they take: the Automation API; the TypeScript compiler and
// npm's tree of packages, which @pulumi/pulumi needs to serialize functions; each of the 220 services of AWS;
// zod's messages in all languages. Each of these loads when it is first used.
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
    // The services whose resources components of awsx give: their classes must be known by then.
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
