// What Node.js loads for this folder: the components, as the program imports them in a checkout. Pulumi starts a
// package of components by its folder too, and calls the function that it gets: it serves them to other languages.
// They are compiled, as `npm pack` has them, since Node.js strips no types below `node_modules`; in a checkout the loader does.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const isCheckout = existsSync(join(__dirname, "index.ts"));
if (isCheckout) require("ecs-handson-loader");
const load = (name) => require(join(__dirname, isCheckout ? "" : "dist", name));

const components = load("index");
const serve = () => load("provider/serve").serve(components, join(__dirname, "schema.json"));

module.exports = Object.assign(serve, components);
