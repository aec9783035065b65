import { networkStackOf, type Roster } from "./roster";

/** A class in parts, each for a runner of its own. */
export interface Slices {
  class: string;
  /** Stack of the shared network, which goes up before all others; null where each has its own. */
  network: string | null;
  slices: {
    /** From 1. */
    slice: number;
    /** Names of its stacks, with a space between them: for `--only`. */
    stacks: string;
  }[];
}

/**
 * Shares the learners' stacks out among as few slices as there can be, all of about the same size.
 *
 * @param size most stacks of a slice, a whole number from 1.
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
