// `npm run test:unit`: the tests that need no other process, so neither Pulumi's engine nor a browser, two files at a time.
const { unit } = require("./files.cjs");

// See tests/noProcesses.cjs.
process.env.ECS_HANDSON_UNIT_TESTS = "1";

module.exports = {
  ...require("../.mocharc.json"),
  parallel: true,
  jobs: 2,
  spec: unit,
};
