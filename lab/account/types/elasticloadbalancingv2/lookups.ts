import { AwsError } from "../../errors";
import type { ResourceRecord } from "../../record";
import type { AccountContext } from "../../resourceType";
import { mustExist } from "../shared";
import { type ListenerAction, targetGroupsOf } from "./action";
import {
  LISTENER,
  LISTENER_CERTIFICATE,
  LISTENER_RULE,
  LOAD_BALANCER,
  TARGET_GROUP,
} from "./tokens";

/** Load balancers that forward to a target group, through a listener or a rule. */
export function balancersOf(context: AccountContext, targetGroupArn: string): string[] {
  const forwards = (actions: unknown) =>
    targetGroupsOf(actions as ListenerAction[]).includes(targetGroupArn);
  const listeners = context.list(LISTENER).filter((one) => {
    const rules = rulesOf(context, one);
    return (
      forwards(one.outputs.defaultActions) || rules.some(({ outputs }) => forwards(outputs.actions))
    );
  });
  return [...new Set(listeners.map(({ outputs }) => String(outputs.loadBalancerArn)))];
}

export function listenersOf(
  context: Pick<AccountContext, "list">,
  balancerArn: string,
): ResourceRecord[] {
  return context.list(LISTENER).filter(({ outputs }) => outputs.loadBalancerArn === balancerArn);
}

export function rulesOf(
  context: Pick<AccountContext, "list">,
  { id }: ResourceRecord,
): ResourceRecord[] {
  return context.list(LISTENER_RULE).filter(({ outputs }) => outputs.listenerArn === id);
}

/** What is deleted with a listener: its rules, and the associations of its further certificates. */
export function ofListener(context: AccountContext, listener: ResourceRecord): ResourceRecord[] {
  return [...rulesOf(context, listener), ...furtherCertificatesOf(context, listener.id)];
}

/** The associations of a listener's further certificates. */
export function furtherCertificatesOf(
  context: Pick<AccountContext, "list">,
  listenerArn: string,
): ResourceRecord[] {
  return context
    .list(LISTENER_CERTIFICATE)
    .filter(({ outputs }) => outputs.listenerArn === listenerArn);
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

const named = {
  [LOAD_BALANCER]: ["DuplicateLoadBalancerName", "load balancer"],
  [TARGET_GROUP]: ["DuplicateTargetGroupName", "target group"],
} as const;

/** @throws AwsError if another of that type has the name in the same region. */
export function mustHaveFreeName(
  context: AccountContext,
  token: keyof typeof named,
  name: unknown,
  before: ResourceRecord | undefined,
): void {
  const clash = context
    .list(token)
    .find(
      ({ id, outputs }) =>
        outputs.name === name && outputs.region === context.region && id !== before?.id,
    );
  if (!clash) return;
  const [code, what] = named[token];
  throw new AwsError(
    code,
    `A ${what} with the same name '${String(name)}' exists, but with different settings`,
  );
}
