/**
 * Takes turns in proportion to weights, as evenly as possible: weights 2 and 1 give a b a, a b a … (smooth weighted
 * round robin: each entry gains its weight per turn; the highest is chosen and pays the sum).
 */
export class WeightedTurn {
  private readonly credit = new Map<string, number>();

  /**
   * @param entries weights are integers from 0 to 999; 0 never gets a turn
   * @returns the key whose turn it is; undefined if no weight is above 0
   */
  next(entries: readonly { readonly key: string; readonly weight: number }[]): string | undefined {
    const total = entries.reduce((sum, { weight }) => sum + weight, 0);
    let richest: { key: string; credit: number } | undefined;
    for (const { key, weight } of entries) {
      if (weight <= 0) continue;
      const credit = (this.credit.get(key) ?? 0) + weight;
      this.credit.set(key, credit);
      if (richest === undefined || credit > richest.credit) richest = { key, credit };
    }
    if (richest === undefined) return undefined;
    this.credit.set(richest.key, richest.credit - total);
    return richest.key;
  }
}
