// Keeps `npm run test:unit` quick: a unit test runs in its own process, and one that starts another fails.
const childProcess = require("node:child_process");

const { ECS_HANDSON_UNIT_TESTS: isAsked, MOCHA_WORKER_ID: worker } = process.env;

// mocha itself, which is not a worker, starts the workers.
if (isAsked !== undefined && worker !== undefined) {
  for (const name of [
    "exec",
    "execFile",
    "execFileSync",
    "execSync",
    "fork",
    "spawn",
    "spawnSync",
  ]) {
    const start = childProcess[name];
    childProcess[name] = function (command, ...rest) {
      // esbuild compiles what mocha loads.
      if (String(command).includes("esbuild")) return start.call(this, command, ...rest);
      throw new Error(
        `a test that starts a process (${command}) is not a unit test: list its file in tests/files.cjs`,
      );
    };
  }
}
