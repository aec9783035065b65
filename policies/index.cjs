// What an organisation's own pack imports: see index.ts.
module.exports = require("./source.cjs")("index");
