import { z } from "zod";

import { type AccountView, stackOf } from "../../account/record";
import { parseRecord } from "../../runtime/dataplane/alb/elb";

/** A VPC as the dashboard draws it. */
export interface NetworkView {
  readonly stack: string;
  readonly id: string;
  readonly cidrBlock: string;
  /** Sorted by name. */
  readonly zones: readonly ZoneView[];
}

/** The part of a VPC in one availability zone. */
export interface ZoneView {
  /** E.g. `ap-northeast-1a`. */
  readonly name: string;
  /** Public ones first. */
  readonly subnets: readonly SubnetView[];
}

export interface SubnetView {
  readonly id: string;
  readonly name: string;
  readonly cidrBlock: string;
  /** Its route to the internet: an internet gateway (then it is public), a NAT gateway, or none. */
  readonly internetAccess: "internet gateway" | "NAT gateway" | "none";
  /** Public addresses of the NAT gateways in it. */
  readonly natGateways: readonly string[];
  /** Names of the load balancers with an address in it. */
  readonly loadBalancers: readonly string[];
  /** Names of the services whose tasks may run in it. */
  readonly services: readonly string[];
}

const text = z.string().nullish();
const texts = z
  .array(z.string())
  .nullish()
  .transform((values) => values ?? []);
const tags = z.record(z.string(), z.string()).nullish();

const vpc = z.object({ cidrBlock: z.string() });
const subnet = z.object({ vpcId: text, availabilityZone: z.string(), cidrBlock: text, tags });
const natGateway = z.object({ subnetId: z.string(), publicIp: text });
const route = z.object({ routeTableId: z.string(), gatewayId: text, natGatewayId: text });
const association = z.object({ routeTableId: z.string(), subnetId: text });
const loadBalancer = z.object({ name: z.string(), subnets: texts });
const service = z.object({
  name: z.string(),
  networkConfiguration: z.object({ subnets: texts }).nullish(),
});

/** The VPCs of the account, oldest first. */
export function networksOf(account: Pick<AccountView, "list">): NetworkView[] {
  const all = <T>(type: string, schema: z.ZodType<T>) =>
    account.list(type).map((record) => ({ id: record.id, ...parseRecord(schema, record) }));
  const subnets = all("aws:ec2/subnet:Subnet", subnet);
  const gateways = all("aws:ec2/natGateway:NatGateway", natGateway);
  const routes = all("aws:ec2/route:Route", route);
  const associations = all("aws:ec2/routeTableAssociation:RouteTableAssociation", association);
  const balancers = all("aws:lb/loadBalancer:LoadBalancer", loadBalancer);
  const services = all("aws:ecs/service:Service", service);

  const internetAccess = (subnetId: string): SubnetView["internetAccess"] => {
    const tables = associations.filter((one) => one.subnetId === subnetId);
    const own = routes.filter((one) =>
      tables.some(({ routeTableId }) => routeTableId === one.routeTableId),
    );
    if (own.some(({ gatewayId }) => gatewayId?.startsWith("igw-"))) return "internet gateway";
    return own.some(({ natGatewayId }) => natGatewayId) ? "NAT gateway" : "none";
  };
  const toView = (one: (typeof subnets)[number]): SubnetView => ({
    id: one.id,
    name: one.tags?.Name ?? one.id,
    cidrBlock: one.cidrBlock ?? "",
    internetAccess: internetAccess(one.id),
    natGateways: gateways
      .filter(({ subnetId }) => subnetId === one.id)
      .map(({ id, publicIp }) => publicIp ?? id),
    loadBalancers: balancers
      .filter((lb) => lb.subnets.includes(one.id))
      .map(({ name }) => name)
      .sort(),
    services: services
      .filter(({ networkConfiguration }) => networkConfiguration?.subnets.includes(one.id))
      .map(({ name }) => name)
      .sort(),
  });

  return account.list("aws:ec2/vpc:Vpc").map((record) => {
    const own = subnets.filter(({ vpcId }) => vpcId === record.id);
    const zones = [...new Set(own.map(({ availabilityZone }) => availabilityZone))].sort();
    return {
      stack: stackOf(record),
      id: record.id,
      cidrBlock: parseRecord(vpc, record).cidrBlock,
      zones: zones.map((name) => ({
        name,
        subnets: own
          .filter(({ availabilityZone }) => availabilityZone === name)
          .map(toView)
          .sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name)),
      })),
    };
  });
}

const rank = ({ internetAccess }: SubnetView): number =>
  internetAccess === "internet gateway" ? 0 : 1;
