// Runs before and after `npm pack`: compiles the components to JavaScript, and cleans up the checkout.
const { execFileSync } = require("node:child_process");
const { copyFileSync, rmSync } = require("node:fs");
const { join } = require("node:path");

const folder = join(__dirname, "..");
const license = join(folder, "LICENSE");

if (process.argv[2] === "clean") {
  for (const made of [license, join(folder, "dist")])
    rmSync(made, { recursive: true, force: true });
} else {
  const compiler = require.resolve("typescript/bin/tsc");
  const project = join(folder, "tsconfig.build.json");
  execFileSync(process.execPath, [compiler, "--project", project], {
    stdio: ["ignore", process.stderr, process.stderr],
  });
  copyFileSync(join(folder, "..", "LICENSE"), license);
}
