// A lever is an undocumented change that the loader or the lab makes to a package or to Node.js. One that has no effect
// costs only time, or the line numbers of findings.
const { appendFileSync } = require("node:fs");

/** Names of levers to skip, separated by commas, to measure the benefit of each. */
const leftOut = new Set((process.env.LAB_WITHOUT ?? "").split(","));

module.exports.lever = (name, pull) => {
  if (leftOut.has(name)) return;
  let isEffective;
  try {
    isEffective = pull();
  } catch {
    // What it changes does not exist, or cannot be changed.
  }
  const file = process.env.LAB_LEVERS;
  if (file === undefined) return;
  process.on("exit", () => {
    const effective = isEffective === undefined ? false : isEffective();
    if (effective === undefined) return;
    try {
      appendFileSync(file, `${JSON.stringify({ lever: name, effective })}\n`);
    } catch {
      // The reader is gone.
    }
  });
};
