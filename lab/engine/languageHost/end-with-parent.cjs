// Loaded before what a language host starts: one that was killed cannot end its processes any more.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.exit(1);
}, 500).unref();
