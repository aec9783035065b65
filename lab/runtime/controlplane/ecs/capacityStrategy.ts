/** One item of a capacity provider strategy. */
export interface CapacityProviderStrategyItem {
  readonly capacityProvider: string;
  /** Share of the tasks beyond the base, 0 to 1000. A provider of weight 0 gets no task at all. */
  readonly weight: number;
  /** Tasks that run here before weights count, 0 to 100000. At most one item has any. */
  readonly base: number;
}

/**
 * How many of `count` tasks each provider gets: the base first, the rest by weight. With weights 1 and 4, every five
 * tasks are split exactly; in between, the provider furthest from its share comes next, so that an additional task
 * never moves another. Source: ECS API reference, "CapacityProviderStrategyItem", which does not specify the rounding.
 * @param count 0 or more
 * @returns tasks in the order of the items; all 0 if every weight is 0
 */
export function splitTasks(
  strategy: readonly CapacityProviderStrategyItem[],
  count: number,
): number[] {
  const byBase = strategy.map(() => 0);
  const byWeight = strategy.map(() => 0);
  if (strategy.every(({ weight }) => weight === 0)) return byBase;
  let left = count;
  for (const [index, { base, weight }] of strategy.entries()) {
    const taken = weight === 0 ? 0 : Math.min(base, left);
    byBase[index] = taken;
    left -= taken;
  }
  for (; left > 0; left--) {
    // Sainte-Laguë: the next task goes where weight / (2 × tasks + 1) is highest.
    const claims = strategy.map(({ weight }, index) => weight / (2 * (byWeight[index] ?? 0) + 1));
    const next = claims.indexOf(Math.max(...claims));
    byWeight[next] = (byWeight[next] ?? 0) + 1;
  }
  return byBase.map((tasks, index) => tasks + (byWeight[index] ?? 0));
}

/**
 * The provider of the next task: the one furthest below its share of one more task.
 * @param running tasks that each provider has, in the order of the items
 * @returns undefined when every weight is 0
 */
export function nextProvider(
  strategy: readonly CapacityProviderStrategyItem[],
  running: readonly number[],
): string | undefined {
  const total = running.reduce((sum, tasks) => sum + tasks, 0);
  const missing = splitTasks(strategy, total + 1).map(
    (wanted, index) => wanted - (running[index] ?? 0),
  );
  const most = Math.max(...missing);
  return most > 0 ? strategy[missing.indexOf(most)]?.capacityProvider : undefined;
}
