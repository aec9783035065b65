// Runs a shell and ends it, with all that it started, when the lab is gone: `node buildShell.mjs sh`.
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
  // The whole group, of which this process is the leader. As the first process of a namespace it is process 1:
  // then this is everybody else, and its own end is that of the namespace.
  process.kill(-process.pid, "SIGKILL");
  process.exit(1);
});
