import { checkQuota } from "../../quotas";
import type { ResourceRecord } from "../../record";
import type { AccountContext, Properties } from "../../resourceType";
import { groupsHolding } from "../autoscaling";
import { inRegion } from "../shared";
import { NAT_GATEWAY } from "./tokens";

/**
 * Checks that there are network interfaces left for a load balancer or NAT gateway. Those of tasks come and go, and are
 * not counted here.
 *
 * @param wanted how many the new resource needs.
 */
export function mustHaveInterfaces(context: AccountContext, wanted: number): void {
  const balancers = inRegion(context, "aws:lb/loadBalancer:LoadBalancer");
  const used = balancers.reduce(
    (sum, { outputs }) => sum + (Array.isArray(outputs.subnets) ? outputs.subnets.length : 0),
    inRegion(context, NAT_GATEWAY).length,
  );
  checkQuota("networkInterfaces", used + wanted - 1, context.quotas);
}

/** Resources that hold network interfaces in a subnet or a security group. */
export function networkInterfaceUsers(
  context: AccountContext,
  key: "subnets" | "securityGroups",
  id: string,
): ResourceRecord[] {
  const holds = (properties: unknown): boolean =>
    typeof properties === "object" &&
    properties !== null &&
    ((properties as Properties)[key] as string[] | undefined)?.includes(id) === true;
  return [
    ...context.list("aws:lb/loadBalancer:LoadBalancer").filter(({ outputs }) => holds(outputs)),
    ...context
      .list("aws:ecs/service:Service")
      .filter(({ outputs }) => holds(outputs.networkConfiguration)),
    ...groupsHolding(context, key, id),
    ...managedInstancesHolding(context, key, id),
  ];
}

/** Capacity providers with instances there, i.e. while services have tasks on them. */
function managedInstancesHolding(
  context: AccountContext,
  key: "subnets" | "securityGroups",
  id: string,
): ResourceRecord[] {
  const busy = context
    .list("aws:ecs/service:Service")
    .filter(({ outputs }) => Number(outputs.desiredCount) > 0)
    .flatMap(({ outputs }) => (outputs.capacityProviderStrategies ?? []) as Properties[])
    .map(({ capacityProvider }) => capacityProvider);
  return context.list("aws:ecs/capacityProvider:CapacityProvider").filter(({ outputs }) => {
    const provider = outputs.managedInstancesProvider as
      { instanceLaunchTemplate: { networkConfiguration: Properties } } | undefined;
    const network = provider?.instanceLaunchTemplate.networkConfiguration;
    return busy.includes(outputs.name) && ((network?.[key] ?? []) as string[]).includes(id);
  });
}
