// `npm test`: every test, two files at a time.
const { long, processes, unit } = require("./files.cjs");

module.exports = {
  ...require("../.mocharc.json"),
  parallel: true,
  jobs: 2,
  spec: [...long, ...processes, ...unit],
};
