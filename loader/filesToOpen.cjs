// Where a process may open only a few files, whatever module comes next cannot be read, and Node.js prints a trace of
// its own.
const { closeSync, openSync } = require("node:fs");

/** How many files this process must be able to open beside what Node.js has open: modules are read one after another. */
const NEEDED = 8;

/** Ends the process with one sentence where it may open too few files. */
module.exports = () => {
  const opened = [];
  try {
    while (opened.length < NEEDED) opened.push(openSync(module.filename));
  } catch (error) {
    if (error.code !== "EMFILE" && error.code !== "ENFILE") throw error;
    process.stderr.write(
      "error: this process may open too few files: allow more, e.g. by ulimit -n 1024\n",
    );
    process.exit(1);
  } finally {
    for (const file of opened) closeSync(file);
  }
};
