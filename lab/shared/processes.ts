/** The reason of an abort by Ctrl-C: in a terminal, child processes got the signal too. */
export class Interrupted extends Error {
  constructor() {
    super("stopped");
  }
}
