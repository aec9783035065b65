// `npm run lab` and `npm start`: lab/cli.ts, compiled. With LAB_UNCOMPILED=1 its source, for traces that name its lines.
require("../loader");
const { compiled } = require("./compiled.cjs");

const run = process.env.LAB_UNCOMPILED === "1" ? Promise.resolve() : compiled("cli");
run.then((start = () => require("./cli.ts")) => start());
