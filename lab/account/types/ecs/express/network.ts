import type { ResourceRecord } from "../../../record";
import type { AccountContext } from "../../../resourceType";
import { isOfDefaultVpc } from "../../ec2/defaultNetwork";
import { ROUTE, ROUTE_TABLE, ROUTE_TABLE_ASSOCIATION, SUBNET } from "../../ec2/tokens";
import { LOAD_BALANCER } from "../../elasticloadbalancingv2/tokens";
import type { ExpressInputs } from "./inputs";
import { isShared, rulesBehind } from "./made";

/**
 * Maximum number of Express services that share a load balancer.
 *
 * Source: Amazon ECS developer guide, "Amazon ECS Express Mode overview".
 */
const SERVICES_PER_LOAD_BALANCER = 25;

type Lister = Pick<AccountContext, "get" | "list">;

/** The subnets that an Express service names, or those of the region's default VPC. */
export function subnetsOf(context: Lister, inputs: ExpressInputs, region: string): string[] {
  const given = inputs.networkConfigurations?.[0]?.subnets ?? [];
  if (given.length > 0) return given;
  return context
    .list(SUBNET)
    .filter((record) => isOfDefaultVpc(record) && record.outputs.region === region)
    .map(({ id }) => id);
}

/**
 * Whether all of these subnets are reachable from the internet: then the load balancer is internet-facing, else
 * internal.
 */
export const arePublic = (context: Lister, subnets: readonly string[]) =>
  subnets.every((id) => isPublic(context, context.get(SUBNET, id)));

function isPublic(context: Lister, subnet: ResourceRecord | undefined): boolean {
  if (subnet === undefined) return false;
  // Its route may be created later, since the stack declares no dependency of the service on it.
  if (subnet.outputs.mapPublicIpOnLaunch === true) return true;
  const association = context
    .list(ROUTE_TABLE_ASSOCIATION)
    .find(({ outputs }) => outputs.subnetId === subnet.id);
  const tableId = association?.outputs.routeTableId;
  const inline = context.get(ROUTE_TABLE, String(tableId))?.outputs.routes ?? [];
  const routes = [
    ...(inline as { readonly gatewayId?: unknown }[]),
    ...context
      .list(ROUTE)
      .map(({ outputs }) => outputs)
      .filter(({ routeTableId }) => routeTableId === tableId),
  ];
  return routes.some(({ gatewayId }) => String(gatewayId).startsWith("igw-"));
}

/** The load balancer of Express services in the same subnets with room for one more. */
export function sharedBalancer(
  context: Lister,
  subnets: readonly string[],
): ResourceRecord | undefined {
  const wanted = [...subnets].sort().join();
  return context
    .list(LOAD_BALANCER)
    .filter(isShared)
    .filter(({ outputs }) => [...(outputs.subnets as string[])].sort().join() === wanted)
    .find((one) => rulesBehind(context, one).length < SERVICES_PER_LOAD_BALANCER);
}
