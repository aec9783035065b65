import type { Arrow, Architecture } from "../../../../lab/ui/diagram/architecture";
import { architectureOf } from "../../../../lab/ui/diagram/model";
import { stackState, type WrittenResource } from "../../../../lab/ui/diagram/state";

/** A resource as a state has it; its id is its name, its ARN `arn:` and its name. */
export function resource(
  type: string,
  name: string,
  inputs: Record<string, unknown> = {},
  rest: Partial<WrittenResource> = {},
): WrittenResource {
  return {
    urn: urnOf(type, name),
    type,
    custom: true,
    id: name,
    inputs,
    outputs: { ...inputs, arn: `arn:${name}` },
    ...rest,
  };
}

export function urnOf(type: string, name: string): string {
  return `urn:pulumi:dev::ecs-handson::${type}::${name}`;
}

export const tokens = {
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  group: "aws:ec2/securityGroup:SecurityGroup",
  groupRule: "aws:ec2/securityGroupRule:SecurityGroupRule",
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  loadBalancer: "aws:lb/loadBalancer:LoadBalancer",
  listener: "aws:lb/listener:Listener",
  rule: "aws:lb/listenerRule:ListenerRule",
  targetGroup: "aws:lb/targetGroup:TargetGroup",
  cluster: "aws:ecs/cluster:Cluster",
  taskDefinition: "aws:ecs/taskDefinition:TaskDefinition",
  service: "aws:ecs/service:Service",
  internetGateway: "aws:ec2/internetGateway:InternetGateway",
  natGateway: "aws:ec2/natGateway:NatGateway",
  route: "aws:ec2/route:Route",
  routeTable: "aws:ec2/routeTable:RouteTable",
  association: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  secret: "aws:secretsmanager/secret:Secret",
  repository: "aws:ecr/repository:Repository",
};

/** A VPC of two zones, each with a public and a private subnet. */
export function network(): WrittenResource[] {
  const zones = ["a", "c"];
  return [
    resource(tokens.vpc, "vpc", { cidrBlock: "10.0.0.0/16" }),
    resource(tokens.internetGateway, "gateway", { vpcId: "vpc" }),
    resource(tokens.natGateway, "nat", { subnetId: "public-a" }),
    ...zones.flatMap((zone, index) => [
      ...subnet(`public-${zone}`, zone, `10.0.${index}.0/24`, { gatewayId: "gateway" }),
      ...subnet(`private-${zone}`, zone, `10.0.1${index}.0/24`, { natGatewayId: "nat" }),
    ]),
  ];
}

function subnet(name: string, zone: string, cidrBlock: string, way: object): WrittenResource[] {
  const table = `${name}-table`;
  return [
    resource(tokens.subnet, name, { vpcId: "vpc", availabilityZone: zone, cidrBlock }),
    resource(tokens.routeTable, table, { vpcId: "vpc" }),
    resource(tokens.association, name, { subnetId: name, routeTableId: table }),
    resource(tokens.route, name, {
      routeTableId: table,
      destinationCidrBlock: "0.0.0.0/0",
      ...way,
    }),
  ];
}

/** A load balancer that forwards to a service on port 80; without rules of security groups. */
export function traffic(): WrittenResource[] {
  return [
    resource(tokens.group, "alb-group", { vpcId: "vpc" }),
    resource(tokens.group, "web-group", { vpcId: "vpc" }),
    resource(tokens.loadBalancer, "alb", {
      name: "alb",
      securityGroups: ["alb-group"],
      subnets: ["public-a", "public-c"],
    }),
    resource(tokens.listener, "listener", {
      loadBalancerArn: "arn:alb",
      port: 80,
      protocol: "HTTP",
      defaultActions: [{ type: "fixed-response", fixedResponse: { statusCode: "404" } }],
    }),
    resource(tokens.rule, "rule", {
      listenerArn: "arn:listener",
      priority: 10,
      conditions: [{ pathPattern: { values: ["/web/*"] } }],
      actions: [{ type: "forward", targetGroupArn: "arn:targets" }],
    }),
    resource(tokens.targetGroup, "targets", {
      name: "targets",
      vpcId: "vpc",
      port: 80,
      protocol: "HTTP",
      targetType: "ip",
    }),
    resource(tokens.cluster, "cluster", { name: "cluster" }),
    resource(tokens.taskDefinition, "task", {
      cpu: "256",
      memory: "512",
      containerDefinitions: JSON.stringify([
        {
          name: "web",
          image: "public.example/web:1",
          portMappings: [{ containerPort: 80 }],
          environment: [{ name: "PASSWORD", value: "environment-value" }],
          secrets: [{ name: "TOKEN", valueFrom: "arn:token:key::" }],
        },
      ]),
    }),
    service("web", "web-group"),
    resource(tokens.secret, "token", { name: "token" }),
  ];
}

/** A service in the private subnets, behind the load balancer of {@link traffic} if it is `web`. */
export function service(name: string, group: string): WrittenResource {
  return resource(tokens.service, name, {
    name,
    cluster: "arn:cluster",
    launchType: "FARGATE",
    taskDefinition: "arn:task",
    desiredCount: 2,
    networkConfiguration: { subnets: ["private-a", "private-c"], securityGroups: [group] },
    ...(name === "web"
      ? { loadBalancers: [{ targetGroupArn: "arn:targets", containerPort: 80 }] }
      : {}),
  });
}

/** Rules that let the internet reach the load balancer, and the load balancer the service. */
export function openRules(): WrittenResource[] {
  const tcp80 = { ipProtocol: "tcp", fromPort: 80, toPort: 80 };
  return [
    resource(tokens.ingress, "http", {
      securityGroupId: "alb-group",
      ...tcp80,
      cidrIpv4: "0.0.0.0/0",
    }),
    resource(tokens.egress, "to-targets", {
      securityGroupId: "alb-group",
      ipProtocol: "-1",
      cidrIpv4: "10.0.0.0/16",
    }),
    resource(tokens.ingress, "from-alb", {
      securityGroupId: "web-group",
      ...tcp80,
      referencedSecurityGroupId: "alb-group",
    }),
    resource(tokens.egress, "out", {
      securityGroupId: "web-group",
      ipProtocol: "-1",
      cidrIpv4: "0.0.0.0/0",
    }),
  ];
}

/** All of it: network, load balancer and service. */
export function wholeStack(): WrittenResource[] {
  return [...network(), ...traffic(), ...openRules()];
}

export function draw(resources: readonly WrittenResource[]): Architecture {
  return architectureOf(stackState(resources));
}

/** Arrows as `from -> to: label`, by the names of boxes. */
export function arrowsOf({ arrows }: Architecture, kind?: Arrow["kind"]): string[] {
  const name = (key: string) => key.split("::").at(-1) ?? key;
  return arrows
    .filter((arrow) => kind === undefined || arrow.kind === kind)
    .map(({ from, to, label }) => `${name(from)} -> ${name(to)}: ${label}`);
}
