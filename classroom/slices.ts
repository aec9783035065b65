import { networkStackOf, type Roster } from "./roster";

/** A class in parts, each for a separate runner. */
export interface Slices {
  class: string;
  /** Stack of the shared network, which is deployed before all others; null if each stack has its own. */
  network: string | null;
  slices: {
    /** From 1. */
    slice: number;
    /** Names of its stacks, separated by spaces, for `--only`. */
    stacks: string;
  }[];
}

/**
 * Divides the learners' stacks into as few slices as possible, all of about the same size.
 *
 * @param size maximum number of stacks in a slice, at least 1.
 */
export function slicesOf(roster: Roster, size: number): Slices {
  const stacks = roster.learners.map(({ stack }) => stack);
  const count = Math.ceil(stacks.length / size);
  const from = (i: number) => Math.round((i * stacks.length) / count);
  return {
    class: roster.class,
    network: roster.network === "shared" ? networkStackOf(roster) : null,
    slices: Array.from({ length: count }, (_, i) => ({
      slice: i + 1,
      stacks: stacks.slice(from(i), from(i + 1)).join(" "),
    })),
  };
}
