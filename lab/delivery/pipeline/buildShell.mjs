// Runs a shell, and ends it together with everything it started when the lab is gone: `node buildShell.mjs sh`.
import { spawn } from "node:child_process";
import process from "node:process";

const [shell] = process.argv.slice(2);
const child = spawn(shell, { stdio: [0, 1, 2] });
child.on("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.on("exit", (code) => process.exit(code ?? 1));
process.on("disconnect", () => {
  // Kills the whole group, which this process leads. As process 1 of a namespace, it kills all other processes, and its
  // own end ends the namespace.
  process.kill(-process.pid, "SIGKILL");
  process.exit(1);
});
