// `npm run lab` and `npm start`: lab/cli.ts, compiled. With LAB_UNCOMPILED=1, runs the sources instead, for stack
// traces with their line numbers.
require("../loader");
const { compiled } = require("./compiled.cjs");

const run = process.env.LAB_UNCOMPILED === "1" ? Promise.resolve() : compiled("cli");
run.then((start = () => require("./cli.ts")) => start());
