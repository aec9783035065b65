// What the loader and the lab change in packages and in Node.js, beyond their documentation, is a lever each. What has no
// effect costs time, or findings their lines, and nothing else.
const { appendFileSync } = require("node:fs");

/** Names of levers, separated by commas, that are left out: to measure what each is worth. */
const leftOut = new Set((process.env.LAB_WITHOUT ?? "").split(","));

module.exports.lever = (name, pull) => {
  if (leftOut.has(name)) return;
  let isEffective;
  try {
    isEffective = pull();
  } catch {
    // It is not there, or cannot be changed.
  }
  const file = process.env.LAB_LEVERS;
  if (file === undefined) return;
  process.on("exit", () => {
    const effective = isEffective === undefined ? false : isEffective();
    if (effective === undefined) return;
    try {
      appendFileSync(file, `${JSON.stringify({ lever: name, effective })}\n`);
    } catch {
      // Whoever asked is gone.
    }
  });
};
