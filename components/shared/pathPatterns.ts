/**
 * Whether some path matches both patterns of listener rules, in which `*` stands for any number of characters,
 * including none, and `?` for exactly one. Case matters.
 *
 * Source: Elastic Load Balancing user guide, "Path conditions".
 */
export function patternsOverlap(one: string, other: string): boolean {
  const known = new Map<number, boolean>();
  const fits = (i: number, j: number): boolean => {
    const key = i * (other.length + 1) + j;
    const before = known.get(key);
    if (before !== undefined) return before;
    const [a, b] = [one[i], other[j]];
    const found =
      a === "*"
        ? fits(i + 1, j) || (b !== undefined && fits(i, j + 1))
        : b === "*"
          ? fits(i, j + 1) || (a !== undefined && fits(i + 1, j))
          : a === undefined || b === undefined
            ? a === b
            : (a === b || a === "?" || b === "?") && fits(i + 1, j + 1);
    known.set(key, found);
    return found;
  };
  return fits(0, 0);
}

/**
 * How specific the patterns of a rule are: the number of fixed characters in its most general one; Infinity if none has
 * a wildcard. Of two rules that match the same path, the more specific comes first.
 */
export function particularity(patterns: readonly string[]): number {
  const general = patterns.filter((pattern) => /[*?]/.test(pattern));
  return Math.min(...general.map((pattern) => pattern.replace(/[*?]/g, "").length));
}
