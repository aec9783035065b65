import { type CostPart, describeParts, monthlyUsd } from "../cost/parts";
import { prices } from "../cost/prices";
import { COST_TYPES, estimateOf } from "../cost/resources";
import { practice } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

interface Settings {
  readonly monthlyUsd: number;
}

export default makeRule<Settings>(
  {
    name: "stack-within-budget",
    description: "A stack costs no more than its budget.",
    level: "mandatory",
    severity: "medium",
    framework: practice("A stack's costs are known before the bill"),
    remediationSteps:
      "Run fewer or smaller tasks and instances, go without NAT gateways (natGateways: none), share a " +
      "network (sharedNetwork), or raise monthlyUsd.",
    url: "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html",
    types: COST_TYPES,
    settings: {
      monthlyUsd: {
        type: "number",
        minimum: 0,
        description:
          `Maximum cost of a stack in a month of ${prices.hoursPerMonth} hours, in USD: its fixed parts and a minute of each run of a schedule, ` +
          `at the list prices of ${prices.region}, ${prices.asOf}.`,
        default: 500,
      },
    },
  },
  {
    stack({ resources, settings }, report) {
      const parts: CostPart[] = [];
      for (const resource of resources) {
        const estimate = estimateOf(resource, resources);
        if (typeof estimate === "string") report.unknown(estimate, resource.urn);
        else parts.push(...estimate);
      }
      const total = monthlyUsd(parts);
      if (total > settings.monthlyUsd) {
        report.fail(
          `The stack costs about ${total.toFixed(0)} USD a month and its budget is ` +
            `${settings.monthlyUsd}: ${describeParts(parts)}.`,
        );
      }
    },
  },
);
