// Preloaded into whatever a language host starts. It ends the process when its host is gone, since a host that was
// killed cannot do so; and it limits the ports it listens on (a pack for the engine, a program for callbacks) to the
// host's user.
require("../../shared/guard-ports.cjs");

const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.exit(1);
}, 500).unref();
