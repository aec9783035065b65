/** What a process reports at its end, as a line of JSON in the file that LAB_LEVERS names. */
export interface LeverNote {
  lever: string;
  /** Whether it had an effect. Absent if there was no occasion in this process, or it was skipped. */
  effective: boolean;
}

/**
 * Pulls a lever, unless LAB_WITHOUT skips it; a lever that fails is ignored.
 *
 * @param pull makes the change and returns whether it has had an effect, asked at the process's end, undefined where
 * there was no occasion; it leaves everything as it is, and returns nothing, if what it changes is not there.
 */
export function lever(name: string, pull: () => (() => boolean | undefined) | undefined): void;
