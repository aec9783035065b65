import { type TestResource, unknown } from "../../../../tests/policies/harness";
import {
  group,
  groupRule,
  ingressRule,
  loadBalancer,
  vpc,
} from "../../../../tests/policies/stacks";
import type { CfnResource, Form, ScannerCase } from "../case";

const world = "0.0.0.0/0";
const inVpc = "10.0.0.0/16";

interface Ports {
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
}

const tcp = (port: number): Ports => ({ protocol: "tcp", fromPort: port, toPort: port });

const cfnPorts = ({ protocol, fromPort, toPort }: Ports) => ({
  IpProtocol: protocol,
  FromPort: fromPort,
  ToPort: toPort,
});

/** An ECS service whose tasks are in the given groups. */
const service = (...groups: readonly string[]): TestResource => ({
  type: "aws:ecs/service:Service",
  name: "web",
  props: {
    name: "web",
    launchType: "FARGATE",
    taskDefinition: "web:1",
    networkConfiguration: {
      subnets: ["subnet-0123456789abcdef0"],
      securityGroups: groups.map(() => unknown),
      assignPublicIp: false,
    },
  },
  dependencies: { networkConfiguration: groups },
});

const groupId = (logicalId: string) => ({ "Fn::GetAtt": [logicalId, "GroupId"] });

const cfnGroup = (ingress: readonly object[] = []): CfnResource => ({
  Type: "AWS::EC2::SecurityGroup",
  Properties: {
    GroupDescription: "group",
    VpcId: { Ref: "Vpc" },
    ...(ingress.length > 0 && { SecurityGroupIngress: ingress }),
  },
});

const cfnIngress = (properties: object): CfnResource => ({
  Type: "AWS::EC2::SecurityGroupIngress",
  Properties: { Description: "rule", ...properties },
});

const cfnVpc: CfnResource = { Type: "AWS::EC2::VPC", Properties: { CidrBlock: inVpc } };

const cfnService = (...groups: readonly string[]): CfnResource => ({
  Type: "AWS::ECS::Service",
  Properties: {
    ServiceName: "web",
    LaunchType: "FARGATE",
    TaskDefinition: "web:1",
    NetworkConfiguration: {
      AwsvpcConfiguration: {
        Subnets: ["subnet-0123456789abcdef0"],
        SecurityGroups: groups.map(groupId),
        AssignPublicIp: "DISABLED",
      },
    },
  },
});

const cfnLoadBalancer = (...groups: readonly string[]): CfnResource => ({
  Type: "AWS::ElasticLoadBalancingV2::LoadBalancer",
  Properties: { Type: "application", SecurityGroups: groups.map(groupId) },
});

/** A service and the inline rules of its group, given in both languages. */
const inlineOnService = (pulumi: readonly object[], cloudFormation: readonly object[]): Form => ({
  pulumi: [
    vpc(),
    group("tasks", { ingress: pulumi.map((rule) => ({ description: "rule", ...rule })) }),
    service("tasks"),
  ],
  cloudFormation: {
    Vpc: cfnVpc,
    Tasks: cfnGroup(cloudFormation.map((rule) => ({ Description: "rule", ...rule }))),
    Web: cfnService("Tasks"),
  },
});

const inlineIpv4 = (port: number, ...cidrs: readonly string[]): Form =>
  inlineOnService(
    [{ ...tcp(port), cidrBlocks: cidrs }],
    cidrs.map((CidrIp) => ({ ...cfnPorts(tcp(port)), CidrIp })),
  );

const separateRule = (port: number, cidr: string): Form => ({
  pulumi: [
    vpc(),
    group("tasks"),
    service("tasks"),
    ingressRule("tasks", {
      description: "rule",
      fromPort: port,
      toPort: port,
      cidrIpv4: cidr,
    }),
  ],
  cloudFormation: {
    Vpc: cfnVpc,
    Tasks: cfnGroup(),
    Web: cfnService("Tasks"),
    Ingress: cfnIngress({ GroupId: groupId("Tasks"), ...cfnPorts(tcp(port)), CidrIp: cidr }),
  },
});

const prefixList = (cidr: string): Form => ({
  pulumi: [
    vpc(),
    group("tasks"),
    service("tasks"),
    {
      type: "aws:ec2/managedPrefixList:ManagedPrefixList",
      name: "list",
      props: { name: "list", addressFamily: "IPv4", maxEntries: 1, entries: [{ cidr }] },
    },
    groupRule(
      "tasks",
      { description: "rule", ...tcp(22), prefixListIds: [unknown] },
      { dependencies: { prefixListIds: ["list"] } },
    ),
  ],
  cloudFormation: {
    Vpc: cfnVpc,
    Tasks: cfnGroup(),
    Web: cfnService("Tasks"),
    List: {
      Type: "AWS::EC2::PrefixList",
      Properties: {
        PrefixListName: "list",
        AddressFamily: "IPv4",
        MaxEntries: 1,
        Entries: [{ Cidr: cidr }],
      },
    },
    Ingress: cfnIngress({
      GroupId: groupId("Tasks"),
      ...cfnPorts(tcp(22)),
      SourcePrefixListId: { "Fn::GetAtt": ["List", "PrefixListId"] },
    }),
  },
});

// CloudFormation has no "self"; a group that names itself as a source is the same.
const selfFirst = (cidr: string): Form => ({
  pulumi: inlineOnService(
    [
      { ...tcp(22), self: true },
      { ...tcp(22), cidrBlocks: [cidr] },
    ],
    [],
  ).pulumi,
  cloudFormation: {
    Vpc: cfnVpc,
    Tasks: cfnGroup(),
    Web: cfnService("Tasks"),
    Self: cfnIngress({
      GroupId: groupId("Tasks"),
      ...cfnPorts(tcp(22)),
      SourceSecurityGroupId: groupId("Tasks"),
    }),
    Other: cfnIngress({ GroupId: groupId("Tasks"), ...cfnPorts(tcp(22)), CidrIp: cidr }),
  },
});

const twoGroups = (shared: boolean): Form => ({
  pulumi: [
    vpc(),
    group("tasks", {
      ingress: [{ description: "rule", ...tcp(80), cidrBlocks: [inVpc] }],
    }),
    group("balancer", {
      ingress: [{ description: "rule", ...tcp(80), cidrBlocks: [inVpc] }],
    }),
    service("tasks"),
    loadBalancer(shared ? ["balancer", "tasks"] : ["balancer"], {
      loadBalancerType: "application",
    }),
  ],
  cloudFormation: {
    Vpc: cfnVpc,
    Tasks: cfnGroup([{ Description: "rule", ...cfnPorts(tcp(80)), CidrIp: inVpc }]),
    Balancer: cfnGroup([{ Description: "rule", ...cfnPorts(tcp(80)), CidrIp: inVpc }]),
    Web: cfnService("Tasks"),
    Alb: cfnLoadBalancer(...(shared ? ["Balancer", "Tasks"] : ["Balancer"])),
  },
});

const balancer = (port: number, cidr: string): Form => balancerWith(tcp(port), { cidr });

interface BalancerOptions {
  readonly cidr: string;
  /** @default false */
  readonly internal?: boolean;
}

const balancerWith = (ports: Ports, { cidr, internal = false }: BalancerOptions): Form => {
  const isIpv6 = cidr.includes(":");
  return {
    pulumi: [
      vpc(),
      group("public", {
        ingress: [
          { description: "rule", ...ports, [isIpv6 ? "ipv6CidrBlocks" : "cidrBlocks"]: [cidr] },
        ],
      }),
      loadBalancer(["public"], {
        loadBalancerType: "application",
        ...(internal && { internal: true }),
      }),
    ],
    cloudFormation: {
      Vpc: cfnVpc,
      Public: cfnGroup([
        { Description: "rule", ...cfnPorts(ports), [isIpv6 ? "CidrIpv6" : "CidrIp"]: cidr },
      ]),
      Alb: {
        ...cfnLoadBalancer("Public"),
        Properties: {
          ...cfnLoadBalancer("Public").Properties,
          ...(internal && { Scheme: "internal" }),
        },
      },
    },
  };
};

/** Tasks whose group allows either the load balancer's group or a block. */
const fromBalancer = (byGroup: boolean): Form => ({
  pulumi: [
    vpc(),
    group("balancer", {
      ingress: [{ description: "rule", ...tcp(443), cidrBlocks: [world] }],
    }),
    group(
      "tasks",
      {
        ingress: [
          {
            description: "rule",
            ...tcp(8080),
            ...(byGroup ? { securityGroups: [unknown] } : { cidrBlocks: [inVpc] }),
          },
        ],
      },
      byGroup ? { ingress: ["balancer"] } : {},
    ),
    service("tasks"),
    loadBalancer(["balancer"], { loadBalancerType: "application" }),
  ],
  cloudFormation: {
    Vpc: cfnVpc,
    Balancer: cfnGroup([{ Description: "rule", ...cfnPorts(tcp(443)), CidrIp: world }]),
    Tasks: cfnGroup([
      {
        Description: "rule",
        ...cfnPorts(tcp(8080)),
        ...(byGroup ? { SourceSecurityGroupId: groupId("Balancer") } : { CidrIp: inVpc }),
      },
    ]),
    Web: cfnService("Tasks"),
    Alb: cfnLoadBalancer("Balancer"),
  },
});

const egress = (cidr: string): Form => ({
  pulumi: [
    vpc(),
    group("tasks", {
      egress: [{ description: "rule", protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: [cidr] }],
    }),
    service("tasks"),
  ],
  cloudFormation: {
    Vpc: cfnVpc,
    Tasks: {
      Type: "AWS::EC2::SecurityGroup",
      Properties: {
        GroupDescription: "group",
        VpcId: { Ref: "Vpc" },
        SecurityGroupEgress: [{ Description: "rule", IpProtocol: "-1", CidrIp: cidr }],
      },
    },
    Web: cfnService("Tasks"),
  },
});

const vpcOnly = "ecs-service-security-group-vpc-only";

const desync = (mode: "defensive" | "monitor"): Form => {
  const form = balancer(443, world);
  const { Type, Properties } = cfnLoadBalancer("Public");
  return {
    pulumi: form.pulumi.map((each) =>
      each.type.endsWith(":LoadBalancer")
        ? { ...each, props: { ...each.props, desyncMitigationMode: mode } }
        : each,
    ),
    cloudFormation: {
      ...form.cloudFormation,
      Alb: {
        Type,
        Properties: {
          ...Properties,
          LoadBalancerAttributes: [{ Key: "routing.http.desync_mitigation_mode", Value: mode }],
        },
      },
    },
  };
};

/** Who may reach tasks and load balancers. */
export const networkCases: readonly ScannerCase[] = [
  {
    title: "Service group open to 0.0.0.0/0 on port 22",
    kind: "flaw",
    rule: vpcOnly,
    why: "The control: a scanner that misses this sees nothing of security groups.",
    before: inlineIpv4(22, inVpc),
    changed: inlineIpv4(22, world),
  },
  {
    title: "Service group open to the world in halves",
    kind: "flaw",
    rule: vpcOnly,
    why: "`0.0.0.0/1` and `128.0.0.0/1` are the world, but neither is spelt `0.0.0.0/0`.",
    before: inlineIpv4(22, "10.0.0.0/17", "10.0.128.0/17"),
    changed: inlineIpv4(22, "0.0.0.0/1", "128.0.0.0/1"),
  },
  {
    title: "Service group open to a network that is not the VPC's",
    kind: "flaw",
    rule: vpcOnly,
    why: "`203.0.113.0/24` is not a VPC of ours; only the resource graph knows the VPC's own block.",
    before: inlineIpv4(22, inVpc),
    changed: inlineIpv4(22, "203.0.113.0/24"),
  },
  {
    title: "Service group opened by a rule of its own resource",
    kind: "flaw",
    rule: vpcOnly,
    why: "The group itself does not mention it.",
    before: separateRule(22, inVpc),
    changed: separateRule(22, world),
  },
  {
    title: "Service group open to ::/0 on port 22",
    kind: "flaw",
    rule: vpcOnly,
    why: "IPv6 has its own notation for everywhere.",
    before: inlineIpv4(22, inVpc),
    changed: inlineOnService(
      [{ ...tcp(22), ipv6CidrBlocks: ["::/0"] }],
      [{ ...cfnPorts(tcp(22)), CidrIpv6: "::/0" }],
    ),
  },
  {
    title: "Service group open to a prefix list of the world",
    kind: "flaw",
    rule: vpcOnly,
    why: "The block is in another resource; Checkov's Terraform checks pass any rule that names a list.",
    before: prefixList("10.0.8.0/24"),
    changed: prefixList(world),
  },
  {
    title: "Service group open to itself first, then to the world",
    kind: "flaw",
    rule: vpcOnly,
    why: "Checkov's Terraform checks pass a group at its first `self`. CloudFormation has no such word, and needs two resources.",
    before: selfFirst(inVpc),
    changed: selfFirst(world),
  },
  {
    title: "Service and load balancer share a group",
    kind: "flaw",
    rule: vpcOnly,
    why: "Opening the balancer later opens the tasks; no single resource is wrong.",
    before: twoGroups(false),
    changed: twoGroups(true),
  },
  {
    title: "Load balancer open to the world on port 8080",
    kind: "flaw",
    rule: "load-balancer-security-group-allowed-ports",
    why: "Web ports of a balancer may be public, others may not; Checkov knows ports 22, 80 and 3389.",
    before: balancer(8080, inVpc),
    changed: balancer(8080, world),
  },
  {
    title: "Load balancer open to the world on port 443",
    kind: "harmless",
    why: "What a public load balancer is for.",
    before: balancer(443, inVpc),
    changed: balancer(443, world),
  },
  {
    title: "Service group lets everything out",
    kind: "flaw",
    rule: "security-group-egress-limited",
    why: "Whoever breaks into a task can call home.",
    before: egress(inVpc),
    changed: egress(world),
  },
  {
    title: "Service group open to most of IPv6",
    kind: "flaw",
    rule: vpcOnly,
    why: "`2000::/4` and `3000::/4` are all addresses that IPv6 gives out.",
    before: inlineIpv4(22, inVpc),
    changed: inlineOnService(
      [{ ...tcp(22), ipv6CidrBlocks: ["2000::/4", "3000::/4"] }],
      ["2000::/4", "3000::/4"].map((CidrIpv6) => ({ ...cfnPorts(tcp(22)), CidrIpv6 })),
    ),
  },
  {
    title: "Service group open to the world on every port",
    kind: "flaw",
    rule: vpcOnly,
    why: "Protocol `-1` has no ports to look at.",
    before: inlineIpv4(22, inVpc),
    changed: inlineOnService(
      [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: [world] }],
      [{ IpProtocol: "-1", CidrIp: world }],
    ),
  },
  {
    title: "Service group open to the world on 8080 only",
    kind: "flaw",
    rule: vpcOnly,
    why: "No port is public on tasks; scanners that know ports do not know this one.",
    before: inlineIpv4(8080, inVpc),
    changed: inlineIpv4(8080, world),
  },
  {
    title: "Load balancer open to ::/0 on port 8080",
    kind: "flaw",
    rule: "load-balancer-security-group-allowed-ports",
    why: "IPv6, and a port that nobody listed.",
    before: balancer(8080, inVpc),
    changed: balancerWith(tcp(8080), { cidr: "::/0" }),
  },
  {
    title: "Load balancer that only watches desynchronized requests",
    kind: "flaw",
    why: "The default is safe, and the pack does not check whether somebody changed it.",
    before: desync("defensive"),
    changed: desync("monitor"),
  },
  {
    title: "Load balancer open to the world on port 80",
    kind: "harmless",
    why: "Where it redirects from.",
    before: balancer(80, inVpc),
    changed: balancer(80, world),
  },
  {
    title: "Load balancer open to an office on port 8443",
    kind: "harmless",
    rule: "load-balancer-security-group-allowed-ports",
    why: "Eight addresses are not the internet.",
    before: balancer(8443, inVpc),
    changed: balancer(8443, "198.51.100.8/29"),
  },
  {
    title: "Internal load balancer open to 10.0.0.0/8",
    kind: "harmless",
    rule: "load-balancer-security-group-allowed-ports",
    why: "The company's own networks.",
    before: balancerWith(tcp(443), { cidr: inVpc, internal: true }),
    changed: balancerWith(tcp(443), { cidr: "10.0.0.0/8", internal: true }),
  },
  {
    title: "Load balancer hears that packets are too large",
    kind: "harmless",
    rule: "load-balancer-security-group-allowed-ports",
    why: "ICMP type 3, code 4: without it, connections hang.",
    before: balancerWith({ protocol: "icmp", fromPort: 3, toPort: 4 }, { cidr: inVpc }),
    changed: balancerWith({ protocol: "icmp", fromPort: 3, toPort: 4 }, { cidr: world }),
  },
  {
    title: "Tasks reached from the load balancer's group",
    kind: "harmless",
    rule: "policy-values-known",
    why: "Narrower than the whole VPC, by a reference that a preview does not know.",
    before: fromBalancer(false),
    changed: fromBalancer(true),
  },
  {
    title: "Tasks reached from a part of the VPC",
    kind: "harmless",
    why: "Narrower than before.",
    before: inlineIpv4(8080, inVpc),
    changed: inlineIpv4(8080, "10.0.8.0/21"),
  },
  {
    title: "Tasks reached from a part of the VPC, by a rule of its own resource",
    kind: "harmless",
    why: "The same in another form.",
    before: separateRule(8080, inVpc),
    changed: separateRule(8080, "10.0.8.0/21"),
  },
];
