// Loads modules as quickly as the lab and its policy pack, which both wait for little else at their start,
// can have them.
const { readFileSync } = require("node:fs");
const Module = require("node:module");

require("ecs-handson-loader");

// tsx parses each file for ES module syntax; what is known to have none need not wait for that.
const commonJs =
  /[\\/]node_modules[\\/](@grpc|@opentelemetry|@pulumi|google-protobuf|yaml)[\\/].*\.js$/;
const transform = Module._extensions[".js"];

Module._extensions[".js"] = (module, file) => {
  if (commonJs.test(file)) module._compile(readFileSync(file, "utf8"), file);
  else transform(module, file);
};

// Libraries load more than is used here, most of what they take: the TypeScript compiler and npm's tree
// of packages, which @pulumi/pulumi needs to serialize functions; each of the 220 services of AWS; zod's
// messages in all languages. Each of these loads when it is first used.
const lazy = [
  {
    by: /[\\/]@pulumi[\\/]pulumi[\\/]/,
    what: /^(typescript|@npmcli\/arborist|normalize-package-data)$/,
  },
  {
    by: /[\\/]@pulumi[\\/]aws[\\/]index\.js$/,
    // The services whose resources components of awsx give: their classes must be known by then.
    what: /^\.\/(?!(ec2|ecr|utilities|provider|types)$)\w+$/,
  },
  { by: /[\\/]zod[\\/]v4[\\/]/, what: /^\.\.\/locales\/index\.cjs$/ },
];
const load = Module._load;

Module._load = function (request, parent, ...rest) {
  const importer = parent?.filename ?? "";
  if (!lazy.some(({ by, what }) => what.test(request) && by.test(importer))) {
    return load.call(this, request, parent, ...rest);
  }
  let loaded;
  return new Proxy(
    {},
    {
      get: (_, key) => {
        // Asked at once by the code that imports it; either answer suits it.
        if (key === "__esModule") return true;
        loaded ??= load.call(this, request, parent, ...rest);
        return key === "default" ? (loaded.default ?? loaded) : loaded[key];
      },
    },
  );
};
