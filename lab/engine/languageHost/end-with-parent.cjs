// Loaded before what a language host starts: one that was killed cannot end its processes any more, and what they
// listen on (a pack for the engine, a program for its callbacks) is for the host's user alone.
require("../../shared/guard-ports.cjs");

const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.exit(1);
}, 500).unref();
