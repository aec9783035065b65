import { describeParts, prices } from "./estimate";
import type { StackPlan } from "./plan";

/** The cost of each stack and of all together, to show before anything is created. */
export function describeCosts(
  network: StackPlan | undefined,
  learners: readonly StackPlan[],
  totalBudget: number | undefined,
): string {
  const all = [...(network ? [network] : []), ...learners];
  const lines = grouped(all).map(({ stacks, cost, monthlyUsd, budget }) => {
    const over =
      budget !== undefined && monthlyUsd > budget ? `, over the budget of ${budget}` : "";
    const who = stacks.length > 4 ? `${stacks.length} stacks` : stacks.join(", ");
    return `  ${who}: about ${monthlyUsd.toFixed(0)} USD a month each${over} (${describeParts(cost)})`;
  });
  const sum = all.reduce((total, { monthlyUsd }) => total + monthlyUsd, 0);
  const hour = (sum / prices.hoursPerMonth).toFixed(2);
  const limit = totalBudget === undefined ? "" : ` of ${totalBudget}`;
  return (
    `${lines.join("\n")}\n` +
    `The class: about ${sum.toFixed(0)} USD a month${limit}, ${hour} an hour, before traffic and tax.\n`
  );
}

/** Groups stacks with the same cost. */
function grouped(plans: readonly StackPlan[]) {
  const groups = new Map<string, StackPlan & { stacks: string[] }>();
  for (const plan of plans) {
    const key = `${describeParts(plan.cost)} ${plan.budget ?? ""}`;
    const group = groups.get(key) ?? { ...plan, stacks: [] };
    group.stacks.push(plan.learner);
    groups.set(key, group);
  }
  return [...groups.values()];
}
