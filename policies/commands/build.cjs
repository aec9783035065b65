// What `npm pack` does before and after: the pack is packed as JavaScript, and a checkout is left as it was.
// It prints nothing, for `pulumi policy publish` takes all that is printed for the name of the packed file.
const { execFileSync } = require("node:child_process");
const { copyFileSync, rmSync } = require("node:fs");
const { join } = require("node:path");

const pack = join(__dirname, "..");
const license = join(pack, "LICENSE");

if (process.argv[2] === "clean") {
  for (const made of [license, join(pack, "dist")]) rmSync(made, { recursive: true, force: true });
} else {
  const compiler = require.resolve("typescript/bin/tsc");
  const project = join(pack, "tsconfig.build.json");
  execFileSync(process.execPath, [compiler, "--project", project], {
    stdio: ["ignore", process.stderr, process.stderr],
  });
  copyFileSync(join(pack, "..", "LICENSE"), license);
}
