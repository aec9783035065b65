// The entry point of this folder. A program that imports it gets the components. Pulumi starts a package of components by
// its folder too, and calls the exported function, which serves the components to other languages. In an npm package they
// are compiled, since Node.js strips no types below `node_modules`; in a checkout the loader does.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const isCheckout = existsSync(join(__dirname, "index.ts"));
if (isCheckout) require("ecs-handson-loader");
const load = (name) => require(join(__dirname, isCheckout ? "" : "dist", name));

const components = load("index");
const serve = () => load("provider/serve").serve(components, join(__dirname, "schema.json"));

module.exports = Object.assign(serve, components);
