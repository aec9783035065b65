import { isDeepStrictEqual } from "node:util";
import type { LiveAccount, ResourceRecord } from "../../../account/record";
import { ELB_TYPES, type RuleAction } from "../../dataplane/alb/elb";
import { forwardedTo } from "../../dataplane/alb/rules";
import type { Service } from "../ecs/ecs";
import { weightsOf } from "./shiftPlan";

/** A rule or default action that forwards requests to one of two target groups. */
export interface TrafficRoute {
  readonly type: string;
  readonly id: string;
}

/** Two target groups between which a deployment moves requests. All by ARN. */
export interface TargetGroupPair {
  /** Of the old tasks. */
  readonly blue: string;
  /** Of the new tasks. */
  readonly green: string;
  readonly production: readonly TrafficRoute[];
  readonly test: readonly TrafficRoute[];
}

/** An action as in a rule's inputs. */
type ActionInputs = Partial<RuleAction> & Pick<RuleAction, "type">;

/**
 * Changes where rules forward to, in the account's records, as ECS does on AWS: a refresh of the stack shows it, and it
 * outlives the lab.
 */
export class TrafficRoutes {
  private queue: Promise<void> = Promise.resolve();

  /** @param taken resolves when the load balancers have applied the account's state */
  constructor(
    private readonly account: LiveAccount,
    private readonly taken: () => Promise<void>,
  ) {}

  /**
   * Sends `percent` of the requests to the green target groups and the rest to the blue ones. Resolves when the load
   * balancers do so. Calls are executed one after another, in order.
   * @throws {Error} if a rule cannot be changed
   */
  shift(
    pairs: readonly TargetGroupPair[],
    which: "production" | "test",
    percent: number,
  ): Promise<void> {
    const done = this.queue.then(async () => {
      for (const pair of pairs) {
        for (const route of pair[which]) await this.change(route, pair, percent);
      }
      await this.taken();
    });
    this.queue = done.catch(() => undefined);
    return done;
  }

  /** The target group pairs of a service with one of ECS's own strategies; undefined if a load balancer has none. */
  pairsOf(service: Service, serving: readonly string[] | undefined): TargetGroupPair[] | undefined {
    const pairs = service.loadBalancers.map(({ targetGroupArn, advancedConfiguration }, index) => {
      if (!advancedConfiguration) return undefined;
      const { alternateTargetGroupArn, productionListenerRule, testListenerRule } =
        advancedConfiguration;
      const blue = serving?.[index] ?? this.most(productionListenerRule) ?? targetGroupArn;
      return {
        blue,
        green: blue === targetGroupArn ? alternateTargetGroupArn : targetGroupArn,
        production: [{ type: ELB_TYPES.listenerRule, id: productionListenerRule }],
        test: testListenerRule ? [{ type: ELB_TYPES.listenerRule, id: testListenerRule }] : [],
      };
    });
    const complete = pairs.flatMap((pair) => pair ?? []);
    return complete.length === pairs.length ? complete : undefined;
  }

  /** Everything on a listener that forwards to one of two target groups, found as CodeDeploy does. */
  routesOn(listenerArn: string, groups: readonly string[]): TrafficRoute[] {
    return this.routesWith(listenerArn, ({ arn }) => groups.includes(arn));
  }

  /** Everything on a listener that sends some requests to one of these target groups. */
  routesTo(listenerArn: string, groups: readonly string[]): TrafficRoute[] {
    return this.routesWith(listenerArn, ({ arn, weight }) => groups.includes(arn) && weight > 0);
  }

  private routesWith(
    listenerArn: string,
    is: (forwarded: ReturnType<typeof forwardedTo>[number]) => boolean,
  ): TrafficRoute[] {
    const places = [
      ...this.account.list(ELB_TYPES.listener).filter(({ id }) => id === listenerArn),
      ...this.account
        .list(ELB_TYPES.listenerRule)
        .filter(({ outputs }) => outputs.listenerArn === listenerArn),
    ];
    return places
      .filter((record) => actionsOf(record).some((action) => forwardedTo(action).some(is)))
      .map(({ type, id }) => ({ type, id }));
  }

  /** The target group that gets the most of a rule's requests. */
  private most(ruleArn: string): string | undefined {
    const rule = this.account.get(ELB_TYPES.listenerRule, ruleArn);
    const groups = (rule ? actionsOf(rule) : []).flatMap(forwardedTo);
    return [...groups].sort((one, other) => other.weight - one.weight)[0]?.arn;
  }

  private async change(
    { type, id }: TrafficRoute,
    { blue, green }: TargetGroupPair,
    percent: number,
  ): Promise<void> {
    const record = this.account.get(type, id);
    if (record === undefined) throw new Error(`there is no ${id}`);
    const weights = weightsOf(percent);
    const targetGroups = [
      { arn: blue, weight: weights.blue },
      { arn: green, weight: weights.green },
    ];
    const actions = actionsOf(record).map(({ targetGroupArn, ...action }) =>
      action.type === "forward"
        ? { ...action, forward: { ...action.forward, targetGroups } }
        : { ...action, ...(targetGroupArn === undefined ? {} : { targetGroupArn }) },
    );
    if (isDeepStrictEqual(actions, actionsOf(record))) return;
    await this.account.modify(type, id, { [propertyOf(type)]: actions });
  }
}

const propertyOf = (type: string) => (type === ELB_TYPES.listener ? "defaultActions" : "actions");

function actionsOf(record: ResourceRecord): ActionInputs[] {
  return (record.inputs[propertyOf(record.type)] ?? []) as ActionInputs[];
}
