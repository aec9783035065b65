// `npm run test:unit`: the tests that need neither Pulumi's engine nor a browser, two files at a time.
const { unit } = require("./files.cjs");

// A file that needs one all the same says so, instead of being slow: see tests/files.cjs.
process.env.ECS_HANDSON_UNIT_TESTS = "1";

module.exports = {
  ...require("../.mocharc.json"),
  parallel: true,
  jobs: 2,
  spec: unit,
};
