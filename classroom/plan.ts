import { cidrOf } from "./allocation";
import { type CostPart, estimateCost, monthlyUsd } from "./estimate";
import { type Learner, networkStackOf, type Roster } from "./roster";
import { type Config, type Defaults, settingsOf } from "./stackSettings";

/** Everything that defines a stack of the class. */
export interface StackPlan {
  stack: string;
  /** The learner's name; the class's for the stack of the shared network. */
  learner: string;
  /** Last day, `YYYY-MM-DD`, or `never`. */
  expires: string;
  /** Configuration of the stack. */
  config: Config;
  /** Settings of the policy pack by rule, beyond those of dev stacks. */
  policies: Readonly<Record<string, object>>;
  /** The cost estimated from its settings. */
  cost: readonly CostPart[];
  monthlyUsd: number;
  /** USD a month, if there is a limit. */
  budget?: number;
}

/** The rule whose settings must describe a shared network. */
export const vpcOnly = "ecs-service-security-group-vpc-only";

/** Addresses of the class's shared network. */
const sharedCidr = cidrOf(0);

/** The plan of a learner's stack in its place in the class. */
export function planLearner(
  learner: Learner,
  slot: number,
  roster: Roster,
  defaults: Defaults,
): StackPlan {
  const { name, stack, chapters, expires, budget } = learner;
  const shared = roster.network === "shared";
  const network = `${roster.organization}/${defaults.project}/${networkStackOf(roster)}`;
  const config = {
    ...learner.config,
    learner: name,
    class: roster.class,
    expires,
    chapters,
    vpcCidrBlock: shared ? sharedCidr : cidrOf(slot),
    ...(shared ? { sharedNetwork: network, listenerSlot: slot } : {}),
  };
  return {
    stack,
    learner: name,
    expires,
    config,
    policies: {
      ...(budget === undefined ? {} : { "stack-within-budget": mandatory({ monthlyUsd: budget }) }),
      // The VPC is in another stack, so the rule's settings must name its addresses.
      ...(shared && {
        [vpcOnly]: mandatory({ vpcCidrBlocks: [sharedCidr] }),
      }),
    },
    ...costOf(stack, config, defaults),
    ...(budget === undefined ? {} : { budget }),
  };
}

/** The plan of the network and load balancer that a class shares; undefined if it shares none. */
export function planNetwork(roster: Roster, defaults: Defaults): StackPlan | undefined {
  if (roster.network === "own") return undefined;
  const stack = networkStackOf(roster);
  const config = {
    ...roster.config,
    learner: roster.class,
    class: roster.class,
    expires: latest(roster.learners.map(({ expires }) => expires)),
    chapters: ["network"],
    vpcCidrBlock: sharedCidr,
  };
  return {
    stack,
    learner: roster.class,
    expires: config.expires,
    config,
    policies: {},
    ...costOf(stack, config, defaults),
  };
}

const mandatory = (settings: object) => ({ enforcementLevel: "mandatory", ...settings });

function costOf(stack: string, config: Config, defaults: Defaults) {
  const cost = estimateCost(settingsOf(stack, config, defaults));
  return { cost, monthlyUsd: monthlyUsd(cost) };
}

/** The last of some days; `never` comes after all others. */
function latest(days: readonly string[]): string {
  return days.includes("never") ? "never" : ([...days].sort().at(-1) ?? "never");
}

/** Whether a stack's last day has passed. @param today in UTC, `YYYY-MM-DD`. */
export function isExpired({ expires }: { expires: string }, today: string): boolean {
  return expires !== "never" && expires < today;
}
