import type { ResourceRecord } from "../../record";
import type { AccountContext } from "../../resourceType";
import { mustExist } from "../shared";
import { type Action, targetGroupsOf } from "./action";
import { LISTENER, LISTENER_RULE } from "./tokens";

/** Load balancers that send requests to a target group, by way of a listener or a rule. */
export function balancersOf(context: AccountContext, targetGroupArn: string): string[] {
  const forwards = (actions: unknown) =>
    targetGroupsOf(actions as Action[]).includes(targetGroupArn);
  const listeners = context.list(LISTENER).filter((one) => {
    const rules = rulesOf(context, one);
    return (
      forwards(one.outputs.defaultActions) || rules.some(({ outputs }) => forwards(outputs.actions))
    );
  });
  return [...new Set(listeners.map(({ outputs }) => String(outputs.loadBalancerArn)))];
}

export function listenersOf(context: AccountContext, balancerArn: string): ResourceRecord[] {
  return context.list(LISTENER).filter(({ outputs }) => outputs.loadBalancerArn === balancerArn);
}

export function rulesOf(context: AccountContext, { id }: ResourceRecord): ResourceRecord[] {
  return context.list(LISTENER_RULE).filter(({ outputs }) => outputs.listenerArn === id);
}

export function mustHaveListener(context: AccountContext, listenerArn: string): ResourceRecord {
  return mustExist(
    context,
    LISTENER,
    listenerArn,
    "ListenerNotFound",
    `One or more listeners not found: '${listenerArn}'`,
  );
}
