// What a pack of an organisation imports: see index.ts.
module.exports = require("./source.cjs")("index");
