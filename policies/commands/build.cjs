// Runs before and after `npm pack`: compiles the pack to JavaScript, and cleans up the checkout. It prints nothing, because
// `pulumi policy publish` takes everything that is printed as the name of the packed file.
const { execFileSync } = require("node:child_process");
const { copyFileSync, rmSync } = require("node:fs");
const { join } = require("node:path");

const pack = join(__dirname, "..");
const license = join(pack, "LICENSE");

if (process.argv[2] === "clean") {
  for (const file of [license, join(pack, "dist")]) rmSync(file, { recursive: true, force: true });
} else {
  const compiler = require.resolve("typescript/bin/tsc");
  const project = join(pack, "tsconfig.build.json");
  execFileSync(process.execPath, [compiler, "--project", project], {
    stdio: ["ignore", process.stderr, process.stderr],
  });
  copyFileSync(join(pack, "..", "LICENSE"), license);
}
