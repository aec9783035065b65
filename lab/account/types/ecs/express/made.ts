import type { ResourceRecord } from "../../../record";
import type { AccountContext } from "../../../resourceType";
import { METRIC_ALARM } from "../../cloudwatch";
import { LOG_GROUP } from "../../cloudwatchlogs";
import { CERTIFICATE } from "../../acm/tokens";
import { POLICY, TARGET } from "../../appautoscaling/tokens";
import { SECURITY_GROUP } from "../../ec2/tokens";
import { listenersOf, ofListener, rulesOf } from "../../elasticloadbalancingv2/lookups";
import {
  LISTENER,
  LISTENER_CERTIFICATE,
  LISTENER_RULE,
  LOAD_BALANCER,
  TARGET_GROUP,
} from "../../elasticloadbalancingv2/tokens";
import { SERVICE, TASK_DEFINITION } from "../tokens";

/** Types of resources that ECS creates for one service alone. */
const OWN_TYPES = [
  TARGET,
  SERVICE,
  METRIC_ALARM,
  TASK_DEFINITION,
  LISTENER_RULE,
  LISTENER_CERTIFICATE,
  CERTIFICATE,
  TARGET_GROUP,
  SECURITY_GROUP,
  LOG_GROUP,
];

const OWN = "urn:lab:express/";
const SHARED = "urn:lab:express-shared/";

/** URN of a resource that ECS creates for one Express service alone. */
export const ownUrn = ({ id, urn }: ResourceRecord) => `${OWN}${id}/${urn}`;

/** URN of a resource that ECS creates for several Express services to share. */
export const sharedUrn = ({ urn }: ResourceRecord) => `${SHARED}${urn}`;

/** Whether ECS made it for the Express service with that ARN. */
const isMadeFor = (serviceArn: string, { urn }: ResourceRecord) =>
  urn.startsWith(`${OWN}${serviceArn}/`);

/** Whether ECS made it for Express services to share. */
export const isShared = ({ urn }: ResourceRecord) => urn.startsWith(SHARED);

/** Whether ECS made it, for one Express service or for several. */
export const isMadeByExpressMode = ({ urn }: ResourceRecord) =>
  urn.startsWith(OWN) || urn.startsWith(SHARED);

type Lister = Pick<AccountContext, "list">;

/** Resources of a type that ECS created for one Express service, oldest first. */
export const madeFor = (account: Lister, serviceArn: string, type: string) =>
  account.list(type).filter((record) => isMadeFor(serviceArn, record));

/** The rules on all listeners of a load balancer: one for each Express service. */
export const rulesBehind = (context: Lister, balancer: ResourceRecord) =>
  listenersOf(context, balancer.id).flatMap((listener) => rulesOf(context, listener));

/**
 * Resources to delete with an Express service: its own ones, and the load balancer if it is the last service behind it.
 *
 * Source: Amazon ECS API reference, "DeleteExpressGatewayService".
 */
export function deletedWith(context: AccountContext, { id }: ResourceRecord): ResourceRecord[] {
  const own = OWN_TYPES.flatMap((type) => madeFor(context, id, type));
  const balancers = unusedLoadBalancers(context, own);
  const listeners = balancers.flatMap((balancer) => listenersOf(context, balancer.id));
  const certificates = context.list(CERTIFICATE).filter((one) => isDefaultOf(listeners, one));
  // Another service's listener may use this service's certificate as its default.
  const others = context.list(LISTENER).filter((one) => !listeners.includes(one));
  return [
    ...own.flatMap((record) => (record.type === TARGET ? policiesOf(context, record) : [])),
    ...own.filter((record) => !isDefaultOf(others, record)),
    ...listeners.flatMap((listener) => [...ofListener(context, listener), listener]),
    ...balancers,
    ...certificates,
    ...balancers.flatMap((balancer) => groupsOf(context, balancer)),
  ];
}

/** Load balancers whose last rules are among `going`. */
function unusedLoadBalancers(
  context: AccountContext,
  going: readonly ResourceRecord[],
): ResourceRecord[] {
  return context.list(LOAD_BALANCER).filter((balancer) => {
    const rules = rulesBehind(context, balancer);
    return isShared(balancer) && rules.length > 0 && rules.every((rule) => going.includes(rule));
  });
}

const isDefaultOf = (listeners: readonly ResourceRecord[], { id }: ResourceRecord) =>
  listeners.some(({ outputs }) => outputs.certificateArn === id);

const policiesOf = (context: AccountContext, target: ResourceRecord) =>
  context.list(POLICY).filter(({ outputs }) => outputs.resourceId === target.id);

function groupsOf(context: AccountContext, { outputs }: ResourceRecord): ResourceRecord[] {
  const ids = outputs.securityGroups as string[];
  return context.list(SECURITY_GROUP).filter((group) => isShared(group) && ids.includes(group.id));
}
