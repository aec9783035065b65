// If a process may open only a few files, loading some module fails, and Node.js prints a stack trace. This prints a
// clear error instead.
const { closeSync, openSync } = require("node:fs");

/**
 * How many files this process must be able to open in addition to those Node.js has open. Modules are read one after
 * another; the rest is for what the lab then opens, for which it would otherwise wait forever.
 */
const NEEDED = 16;

/** Ends the process with a one-line error if it may open too few files. */
module.exports = () => {
  const opened = [];
  try {
    while (opened.length < NEEDED) opened.push(openSync(module.filename));
  } catch (error) {
    if (error.code !== "EMFILE" && error.code !== "ENFILE") throw error;
    process.stderr.write(
      "error: this process may open too few files; raise the limit, e.g. with ulimit -n 1024\n",
    );
    process.exit(1);
  } finally {
    for (const file of opened) closeSync(file);
  }
};
