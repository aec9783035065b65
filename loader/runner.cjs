const { join } = require("node:path");

/** A module of Pulumi's runner of programs; undefined unless it runs in this process. */
module.exports = (name) => {
  const end = join("@pulumi", "pulumi", "cmd", "run", name);
  return require.cache[Object.keys(require.cache).find((file) => file.endsWith(end))];
};
