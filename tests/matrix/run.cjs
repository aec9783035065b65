// `npm run test:matrix -- --shard 1/8`: changes of settings on deployed stacks, on Pulumi's engine. Not part of
// `npm test`, as all of it takes more than an hour. Other arguments go to mocha, such as `--grep cicdDeploy`.
const { spawnSync } = require("node:child_process");

const given = process.argv.slice(2);
const at = given.indexOf("--shard");
// Mocha would mistake the value of an option that it does not know for a file.
const [, shard] = at < 0 ? [] : given.splice(at, 2);

const { status } = spawnSync(
  process.execPath,
  [require.resolve("mocha/bin/mocha.js"), ...given, "tests/matrix/changes.ts"],
  { stdio: "inherit", env: { ...process.env, ...(shard === undefined ? {} : { SHARD: shard }) } },
);
process.exitCode = status ?? 1;
