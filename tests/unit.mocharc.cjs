// `npm run test:unit`: the tests that need no other process, so neither Pulumi's engine nor a browser, three files at a
// time, on two cores, as a file waits for a quarter of its time.
const { unit } = require("./files.cjs");

// See tests/noProcesses.cjs.
process.env.ECS_HANDSON_UNIT_TESTS = "1";

module.exports = {
  ...require("../.mocharc.json"),
  parallel: true,
  jobs: 3,
  // The workers occupy the cores: threads that collect garbage for one would wait for another. Most of what a test allocates
  // is unused by its end, which is cheap to collect while it is in the young generation, hence its 64 MiB.
  "node-option": ["single-threaded-gc", "max-semi-space-size=64"],
  spec: unit,
};
