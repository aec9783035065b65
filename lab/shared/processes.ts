/** Whether a process with this id runs on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Why a signal is aborted that Ctrl-C aborted: at a terminal, child processes got it as well. */
export class Interrupted extends Error {
  constructor() {
    super("stopped");
  }
}
