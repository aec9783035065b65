/** Random numbers from a seed, so that a run can be reproduced. */
export class Random {
  /** @param seed a whole number */
  constructor(private seed: number) {}

  /** At least 0, less than 1. Source: "mulberry32", a generator of 32 bits in the public domain. */
  next(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** @throws Error if there is nothing to choose from */
  of<T>(things: readonly T[]): T {
    const chosen = things[Math.floor(this.next() * things.length)];
    if (chosen === undefined) throw new Error("nothing to choose from");
    return chosen;
  }
}
