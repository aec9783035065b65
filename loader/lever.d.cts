/** A line of JSON that a process writes on exit to the file named by LAB_LEVERS. */
export interface LeverNote {
  lever: string;
  /** Whether it had an effect. No line is written if there was no occasion in this process, or it was skipped. */
  effective: boolean;
}

/**
 * Pulls a lever, unless LAB_WITHOUT skips it; a lever that fails is ignored.
 *
 * @param pull makes the change. It returns a function, called on exit, that says whether the change had an effect, or
 *   undefined if there was no occasion; it changes and returns nothing if what it would change does not exist.
 */
export function lever(name: string, pull: () => (() => boolean | undefined) | undefined): void;
