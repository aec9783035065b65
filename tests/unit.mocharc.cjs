// `npm run test:unit`: the tests that need no other process, so neither Pulumi's engine nor a browser, three files at a
// time: on two cores, for a quarter of the time a file waits for what it tests.
const { unit } = require("./files.cjs");

// See tests/noProcesses.cjs.
process.env.ECS_HANDSON_UNIT_TESTS = "1";

module.exports = {
  ...require("../.mocharc.json"),
  parallel: true,
  jobs: 3,
  // The workers have the cores: threads that collect garbage for one would wait for another. And most of what a test makes
  // is gone by its end, which is cheap to collect if it all is still new, so this is kept in 64 MiB.
  "node-option": ["single-threaded-gc", "max-semi-space-size=64"],
  spec: unit,
};
