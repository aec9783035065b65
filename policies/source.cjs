const { existsSync } = require("node:fs");
const { join } = require("node:path");

/**
 * Loads a module of the pack: compiled in an npm package, since Node.js strips no types below `node_modules`, and from
 * its source in a checkout. Pulumi's own loader would spend seconds at each start on checking types; here CI checks them,
 * and the loader only strips them.
 */
module.exports = (name) => {
  const source = join(__dirname, `${name}.ts`);
  if (!existsSync(source)) return require(join(__dirname, "dist", name));
  require("ecs-handson-loader");
  return require(source);
};
