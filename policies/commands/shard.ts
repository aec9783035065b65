/** A part of work that is divided among several machines. */
export interface Shard {
  /** Which part, from 1. */
  readonly number: number;
  /** How many parts there are. */
  readonly shards: number;
}

/**
 * Reads `<number>/<shards>`, such as `2/8`.
 * @throws Error for anything else.
 */
export function parseShard(text: string): Shard {
  const [, number = 0, shards = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (number >= 1 && number <= shards) return { number, shards };
  throw new Error(`"${text}" is not a shard such as 1/4`);
}
