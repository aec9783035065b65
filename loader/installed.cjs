// Loaded before the rest of the project, to state clearly what is missing: Node.js itself would print a stack trace of
// its module loader.
const { resolve } = require("node:path");

/** The oldest Node.js that the packages run on: `engines` of package.json. */
const oldest = [20, 19];

/** Ends the process with a one-line error if Node.js is too old or the packages are not installed. */
module.exports = (version = process.versions.node, find = () => require.resolve("tsx/cjs")) => {
  const why = problem(version, find);
  if (why === undefined) return;
  process.stderr.write(`error: ${why}\n`);
  process.exit(1);
};

function problem(version, find) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    return `Node.js ${oldest.join(".")} or newer is needed, but this is ${version}; get it from https://nodejs.org`;
  }
  try {
    find();
  } catch {
    return `the packages are not installed yet; run npm ci in ${resolve(__dirname, "..")} first`;
  }
}
