// Loaded before a policy pack: an engine that was killed cannot stop the pack that it started.
const engine = process.ppid;
setInterval(() => {
  if (process.ppid !== engine) process.exit(1);
}, 500).unref();
