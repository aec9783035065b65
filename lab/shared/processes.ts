/** Why a signal is aborted that Ctrl-C aborted: at a terminal, child processes got it as well. */
export class Interrupted extends Error {
  constructor() {
    super("stopped");
  }
}
