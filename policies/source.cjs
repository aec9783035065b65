const { existsSync } = require("node:fs");
const { join } = require("node:path");

/**
 * Loads a module of the pack: compiled, as `npm pack` has it, since Node.js strips no types below `node_modules`;
 * from its source in a checkout. Pulumi's own loader would check the types of a pack each time it starts, for
 * seconds; here they are checked in CI, and the loader only strips them.
 */
module.exports = (name) => {
  const source = join(__dirname, `${name}.ts`);
  if (!existsSync(source)) return require(join(__dirname, "dist", name));
  require("ecs-handson-loader");
  return require(source);
};
