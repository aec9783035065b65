/** The smallest value: what a run takes when nothing disturbs it. */
export function minimum(values: readonly number[]): number {
  return Math.min(...values);
}

/** The median of some values. @throws Error if there are none */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error("no values to take the median of");
  if (sorted.length % 2 === 1) return middle;
  return (middle + (sorted[sorted.length / 2 - 1] ?? middle)) / 2;
}

/** The smallest value that at least this share of the values, from 0 to 1, does not exceed. @throws Error if there are none */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error("no values to take a quantile of");
  return value;
}
