import rule from "../../../policies/rules/ecs-service-security-group-vpc-only";
import { type TestResource, unknown } from "../harness";
import { group, groupRule, ingressRule, inline, loadBalancer, service, vpc } from "../stacks";
import type { Cases } from "./case";

/** A VPC, a service with one group, and more. */
const stack = (...more: TestResource[]): TestResource[] => [
  vpc(),
  group("tasks"),
  service(["tasks"]),
  ...more,
];
const inlineStack = (source: object): TestResource[] => [
  vpc(),
  group("tasks", inline(source)),
  service(["tasks"]),
];
const prefixList = (cidr: string): TestResource => ({
  type: "aws:ec2/managedPrefixList:ManagedPrefixList",
  name: "list",
  props: { entries: [{ cidr }] },
});
const fromPrefixList = ingressRule(
  "tasks",
  { prefixListId: unknown },
  { dependencies: { prefixListId: ["list"] } },
);
const fromGroup = ingressRule(
  "tasks",
  { referencedSecurityGroupId: unknown },
  { dependencies: { referencedSecurityGroupId: ["alb-group"] } },
);
const twoVpcs = (own?: string, other?: string): TestResource[] =>
  Object.entries({ tasks: own, "alb-group": other }).map(([name, vpcId]) => ({
    ...group(name, { vpcId }),
    dependencies: {},
  }));
/** A rule that allows a block from a resource's outputs, such as a VPC's. */
const blockOf = (name: string): TestResource =>
  ingressRule("tasks", { cidrIpv6: unknown }, { dependencies: { cidrIpv6: [name] } });
const subnetOf = (name: string): TestResource => ({
  type: "aws:ec2/subnet:Subnet",
  name: `${name}-subnet`,
  props: { vpcId: unknown },
  dependencies: { vpcId: [name] },
});
/** A group of `vpc` that is in `other` as well, and tasks in a subnet of `place`, if given. */
function associated(place?: string): TestResource[] {
  const subnets = ["vpc", "other"].map(subnetOf);
  const also = place === undefined ? [] : [`${place}-subnet`];
  return [
    vpc(),
    vpc("other", { cidrBlock: "10.9.0.0/16" }),
    ...subnets,
    group("tasks"),
    {
      type: "aws:vpc/securityGroupVpcAssociation:SecurityGroupVpcAssociation",
      name: "association",
      props: { securityGroupId: unknown, vpcId: unknown },
      dependencies: { securityGroupId: ["tasks"], vpcId: ["other"] },
    },
    { ...service(["tasks"]), dependencies: { networkConfiguration: ["tasks", ...also] } },
  ];
}
const ipv6Vpc: TestResource = { ...vpc("vpc", { ipv6CidrBlock: "2001:db8:1234:1a00::/56" }) };
const literalGroup = [vpc(), service(["sg-0123"])];
const noVpc: TestResource = {
  ...group("tasks", { vpcId: "vpc-0123", ...inline({ cidrBlocks: ["10.1.0.0/16"] }) }),
  dependencies: {},
};
const rule80 = { fromPort: 80, toPort: 80, protocol: "tcp" };
/** A resource whose output may be any text, perhaps the id of something outside the stack. */
const foreign: TestResource = { type: "aws:ssm/parameter:Parameter", name: "elsewhere", props: {} };
/** A load balancer made by a component in another language: its outputs depend on the component, too. */
const awsxBalancer = (ingress: object = { cidrBlocks: ["0.0.0.0/0"] }): TestResource[] => [
  { type: "awsx:lb:ApplicationLoadBalancer", name: "component", props: {} },
  { ...group("alb-group", inline(ingress)), parent: "component" },
  { ...loadBalancer(["alb-group"]), parent: "component" },
  {
    type: "aws:lb/targetGroup:TargetGroup",
    name: "targets",
    props: { port: 80 },
    parent: "component",
  },
];
const natural: Cases["pass"] = {
  "a block that AWS assigns to the VPC": stack(
    ingressRule("tasks", { cidrIpv6: unknown }, { dependencies: { cidrIpv6: ["vpc"] } }),
  ),
  "the load balancer's groups, read from the load balancer": [
    vpc(),
    ...awsxBalancer(),
    {
      ...group("tasks", { ingress: [{ ...rule80, securityGroups: unknown }] }),
      dependencies: { vpcId: ["vpc"], ingress: ["component", "alb"] },
    },
    service(["tasks"]),
  ],
  "the load balancer's group and the target group's port, read from a component": [
    vpc(),
    ...awsxBalancer(),
    {
      ...group("tasks", { ingress: [{ ...rule80, fromPort: unknown, securityGroups: [unknown] }] }),
      dependencies: { vpcId: ["vpc"], ingress: ["component", "targets", "alb-group"] },
    },
    service(["tasks"]),
  ],
  "the default VPC's block, which AWS chose": [
    { type: "aws:ec2/defaultVpc:DefaultVpc", name: "vpc", props: {}, outputs: { id: unknown } },
    group("tasks", inline({ cidrBlocks: ["172.31.0.0/16"] })),
    service(["tasks"]),
  ],
  "a group without a VPC, which is in the default one": [
    {
      ...group("tasks", { vpcId: null, ...inline({ cidrBlocks: ["172.31.16.0/20"] }) }),
      dependencies: {},
    },
    service(["tasks"]),
  ],
  "a VPC that is read from one of its subnets": [
    vpc(),
    {
      type: "aws:ec2/subnet:Subnet",
      name: "subnet",
      props: { vpcId: unknown },
      dependencies: { vpcId: ["vpc"] },
    },
    {
      ...group("tasks", inline({ cidrBlocks: ["10.0.0.0/16"] })),
      dependencies: { vpcId: ["subnet"] },
    },
    service(["tasks"]),
  ],
  "a rule for the VPC's default group, which no service uses": stack({
    ...ingressRule("tasks", { cidrIpv4: "192.0.2.0/24" }),
    dependencies: { securityGroupId: ["vpc"] },
  }),
  "a group in two VPCs whose tasks run in the one that it lets in": [
    ...associated("vpc"),
    ingressRule("tasks", { cidrIpv4: "10.0.0.0/16" }),
  ],
};
const bypasses: Cases["fail"] = {
  "a group in another VPC as well": [
    /10\.0\.0\.0\/16, which is not inside the VPC's 10\.9\.0\.0\/16/,
    [...associated("other"), ingressRule("tasks", { cidrIpv4: "10.0.0.0/16" })],
  ],
  "a group in another VPC as well, with tasks in unknown subnets": [
    /not inside the VPC's 10\.9\.0\.0\/16/,
    [...associated(), ingressRule("tasks", { cidrIpv4: "10.0.0.0/16" })],
  ],
  "a group opened through the load balancer that uses it": [
    /share the security group tasks/,
    stack(loadBalancer(["tasks"]), {
      ...ingressRule("tasks", { cidrIpv4: "10.0.0.0/16" }),
      dependencies: { securityGroupId: ["alb"] },
    }),
  ],
  "a group opened through what uses it": [
    /share the security group shared|0\.0\.0\.0\/0/,
    [
      vpc(),
      group("tasks"),
      group("shared"),
      service(["tasks", "shared"]),
      loadBalancer(["shared"]),
      {
        ...ingressRule("x", { cidrIpv4: "0.0.0.0/0" }),
        dependencies: { securityGroupId: ["alb"] },
      },
    ],
  ],
};
const doubtful: Cases["unknown"] = {
  "a group beside a resource that may name one outside the stack": [
    vpc(),
    foreign,
    group("tasks"),
    group("decoy"),
    {
      ...service(["tasks", "decoy"]),
      dependencies: { networkConfiguration: ["tasks", "decoy", "elsewhere"] },
    },
  ],
  "a VPC's default group": [
    vpc(),
    { ...service(["vpc"]), dependencies: { networkConfiguration: ["vpc"] } },
  ],
};
const mandatory = { enforcementLevel: "mandatory" as const };

export default {
  rule,
  pass: {
    ...natural,
    "the VPC's own block": stack(ingressRule("tasks", { cidrIpv4: "10.0.0.0/16" })),
    "a subnet's block": stack(groupRule("tasks", { cidrBlocks: ["10.0.32.0/20"] })),
    "both, inline": inlineStack({ cidrBlocks: ["10.0.0.0/16", "10.0.1.0/24"] }),
    "the load balancer's group": [
      ...stack(fromGroup, group("alb-group"), loadBalancer(["alb-group"])),
      { ...ingressRule("alb-group", { cidrIpv4: "0.0.0.0/0" }), name: "public" },
    ],
    "a group of the same VPC outside the stack": [
      ...twoVpcs("vpc-1", "vpc-1"),
      service(["tasks"]),
      fromGroup,
    ],
    "a group of the default VPC": [...twoVpcs(undefined, undefined), service(["tasks"]), fromGroup],
    "the group itself": stack(groupRule("tasks", { self: true })),
    "no ingress at all": stack(),
    "no service": [vpc(), group("other"), ingressRule("other", { cidrIpv4: "0.0.0.0/0" })],
    "egress to everywhere": stack(
      groupRule("tasks", { type: "egress", cidrBlocks: ["0.0.0.0/0"], protocol: "-1" }),
    ),
    "IPv6 inside the VPC": [
      ipv6Vpc,
      ...stack(ingressRule("tasks", { cidrIpv6: "2001:db8:1234:1a01::/64" })).slice(1),
    ],
    "a secondary block of the VPC": stack(
      {
        type: "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
        name: "second",
        props: { vpcId: unknown, cidrBlock: "10.1.0.0/16" },
        dependencies: { vpcId: ["vpc"] },
      },
      ingressRule("tasks", { cidrIpv4: "10.0.0.0/15" }),
    ),
    "a prefix list inside the VPC": stack(prefixList("10.0.8.0/24"), fromPrefixList),
    "a VPC inside a component": [
      { type: "awsx:ec2:Vpc", name: "network", props: {} },
      { ...vpc(), parent: "network" },
      { ...group("tasks"), dependencies: { vpcId: ["network"] } },
      service(["tasks"]),
      ingressRule("tasks", { cidrIpv4: "10.0.0.0/16" }),
    ],
    "ids that are known after the update": [
      { ...vpc(), outputs: { cidrBlock: "10.0.0.0/16", id: "vpc-1" } },
      {
        ...group("tasks", { vpcId: "vpc-1" }),
        outputs: { id: "sg-1", vpcId: "vpc-1" },
        dependencies: {},
      },
      { ...service(["sg-1"]) },
      ingressRule("tasks", { securityGroupId: "sg-1", cidrIpv4: "10.0.0.0/16" }),
    ],
    "a source group whose id is known": [
      vpc(),
      group("tasks"),
      service(["tasks"]),
      { ...group("alb-group"), outputs: { id: "sg-2" } },
      ingressRule("tasks", { referencedSecurityGroupId: "sg-2" }),
    ],
    "a prefix list whose id is known": stack(
      { ...prefixList("10.0.8.0/24"), outputs: { id: "pl-2" } },
      ingressRule("tasks", { prefixListId: "pl-2" }),
    ),
    "a known group, whatever else the service depends on": [
      vpc(),
      { ...group("tasks"), outputs: { id: "sg-1" } },
      { ...group("other"), outputs: { id: "sg-2" } },
      { ...service(["sg-1"]), dependencies: { networkConfiguration: ["tasks", "other"] } },
      ingressRule("other", { cidrIpv4: "0.0.0.0/0" }),
    ],
    "a service without awsvpc, which has no groups": [
      vpc(),
      { type: "aws:ecs/service:Service", name: "web", props: { launchType: "EC2" } },
    ],
    "a service with its VPC's closed default group": [
      vpc(),
      service([]),
      {
        type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        props: {},
        outputs: { ingress: [] },
      },
    ],
  },
  fail: {
    ...bypasses,
    "the world": [
      /tasks of the ECS service web allows tcp 80 from 0\.0\.0\.0\/0, which is not inside the VPC's 10\.0\.0\.0\/16/,
      stack(ingressRule("tasks", { cidrIpv4: "0.0.0.0/0" })),
    ],
    "the world, by a SecurityGroupRule": [
      /0\.0\.0\.0\/0/,
      stack(groupRule("tasks", { cidrBlocks: ["10.0.0.0/16", "0.0.0.0/0"] })),
    ],
    "the world, inline": [/0\.0\.0\.0\/0/, inlineStack({ cidrBlocks: ["0.0.0.0/0"] })],
    "the world in halves": [
      /(0\.0\.0\.0|128\.0\.0\.0)\/1/,
      inlineStack({ cidrBlocks: ["0.0.0.0/1", "128.0.0.0/1"] }),
    ],
    "the IPv6 world": [/::\/0/, stack(ingressRule("tasks", { cidrIpv6: "::/0" }))],
    "the IPv6 world in a VPC with IPv6": [
      /::\/0/,
      [ipv6Vpc, ...stack(ingressRule("tasks", { cidrIpv6: "::/0" })).slice(1)],
    ],
    "a block one bit wider than the VPC": [
      /10\.0\.0\.0\/15/,
      stack(ingressRule("tasks", { cidrIpv4: "10.0.0.0/15" })),
    ],
    "a neighbour of the VPC": [
      /10\.1\.0\.0\/16/,
      stack(ingressRule("tasks", { cidrIpv4: "10.1.0.0/16" })),
    ],
    "something that is not a block": [
      /not a CIDR block/,
      stack(ingressRule("tasks", { cidrIpv4: "10.0.0.1" })),
    ],
    "octal parts": [/not a CIDR block/, stack(ingressRule("tasks", { cidrIpv4: "012.0.0.0/16" }))],
    "the world after the group itself": [
      /0\.0\.0\.0\/0/,
      stack(groupRule("tasks", { self: true, cidrBlocks: ["0.0.0.0/0"] })),
    ],
    "a task set": [
      /0\.0\.0\.0\/0/,
      [
        vpc(),
        group("tasks"),
        { ...service(["tasks"]), type: "aws:ecs/taskSet:TaskSet" },
        ingressRule("tasks", { cidrIpv4: "0.0.0.0/0" }),
      ],
    ],
    "a second group": [
      /extra .*0\.0\.0\.0\/0/,
      [
        vpc(),
        group("tasks"),
        group("extra"),
        service(["tasks", "extra"]),
        ingressRule("extra", { cidrIpv4: "0.0.0.0/0" }),
      ],
    ],
    "a group shared with the load balancer": [
      /share the security group tasks/,
      stack(loadBalancer(["tasks"])),
    ],
    "a group shared with a load balancer of the alb module": [
      /share the security group tasks/,
      stack(loadBalancer(["tasks"], {}, "aws:alb/loadBalancer:LoadBalancer")),
    ],
    "a group shared with a classic load balancer": [
      /share the security group tasks/,
      stack(loadBalancer(["tasks"], {}, "aws:elb/loadBalancer:LoadBalancer")),
    ],
    "a literal group": [/sg-0123, which is neither in the stack nor trusted/, literalGroup],
    "a literal group beside one of the stack": [
      /sg-0123/,
      [vpc(), group("tasks"), service(["tasks", "sg-0123"])],
    ],
    "a literal group as a source": [
      /from the security group sg-9/,
      stack(ingressRule("tasks", { referencedSecurityGroupId: "sg-9" })),
    ],
    "a group of another VPC as a source": [
      /alb-group, which is not in its VPC/,
      stack(fromGroup, vpc("other"), {
        ...group("alb-group"),
        dependencies: { vpcId: ["other"] },
      }),
    ],
    "a group of another VPC outside the stack as a source": [
      /alb-group, which is not in its VPC/,
      [...twoVpcs("vpc-1", "vpc-2"), service(["tasks"]), fromGroup],
    ],
    "a group as a source whose VPC is not known": [
      /alb-group, which is not in its VPC/,
      [...twoVpcs(unknown, unknown), service(["tasks"]), fromGroup],
    ],
    "a literal prefix list": [
      /prefix list pl-1/,
      stack(ingressRule("tasks", { prefixListId: "pl-1" })),
    ],
    "a prefix list outside the VPC": [
      /192\.0\.2\.0\/24/,
      stack(prefixList("192.0.2.0/24"), fromPrefixList),
    ],
    "a prefix list with a separate entry outside the VPC": [
      /192\.0\.2\.0\/24/,
      stack(prefixList("10.0.0.0/24"), fromPrefixList, {
        type: "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry",
        name: "entry",
        props: { prefixListId: unknown, cidr: "192.0.2.0/24" },
        dependencies: { prefixListId: ["list"] },
      }),
    ],
    "a group whose VPC may be one of two": [
      /not known to be inside its VPC, whose blocks are not known/,
      [
        vpc(),
        vpc("other", { cidrBlock: "10.9.0.0/16" }),
        group("tasks", {}, { vpcId: ["vpc", "other"] }),
        service(["tasks"]),
        ingressRule("tasks", { cidrIpv4: "10.0.0.0/16" }),
      ],
    ],
    "a rule without a source": [/names no source/, stack(ingressRule("tasks", {}))],
    "a VPC that is not in the stack": [
      /not known to be inside the VPC vpc-0123, which is not in the stack: name its blocks in vpcCidrBlocks/,
      [noVpc, service(["tasks"])],
    ],
    "a VPC of a size that AWS does not allow": [
      /not known to be inside its VPC, whose blocks are not known/,
      [
        vpc("vpc", { cidrBlock: "0.0.0.0/0" }),
        ...stack(ingressRule("tasks", { cidrIpv4: "0.0.0.0/0" })).slice(1),
      ],
    ],
    "a service with its VPC's open default group": [
      /0\.0\.0\.0\/0/,
      [
        vpc(),
        service([]),
        {
          type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
          props: { vpcId: unknown, ...inline({ cidrBlocks: ["0.0.0.0/0"] }) },
          dependencies: { vpcId: ["vpc"] },
        },
      ],
    ],
    "ids that are known after the update": [
      /0\.0\.0\.0\/0/,
      [
        { ...vpc(), outputs: { cidrBlock: "10.0.0.0/16", id: "vpc-1" } },
        { ...group("tasks"), outputs: { id: "sg-1", vpcId: "vpc-1" } },
        service(["sg-1"]),
        {
          ...ingressRule("tasks", { securityGroupId: "sg-1", cidrIpv4: "0.0.0.0/0" }),
          dependencies: {},
        },
      ],
    ],
    "a trusted-looking group opened by its id": [
      /sg-0123/,
      [
        ...literalGroup,
        {
          ...ingressRule("x", { securityGroupId: "sg-0123", cidrIpv4: "0.0.0.0/0" }),
          dependencies: {},
        },
      ],
    ],
  },
  unknown: {
    ...doubtful,
    "the block": stack(ingressRule("tasks", { cidrIpv4: unknown })),
    "the block, which comes from another VPC": stack(vpc("other"), blockOf("other")),
    "the block, which comes from a subnet of another VPC": stack(
      vpc("other"),
      subnetOf("other"),
      blockOf("other-subnet"),
    ),
    "the block, which comes from a group in the VPC": stack(
      group("neighbour"),
      blockOf("neighbour"),
    ),
    "the block, which comes from a VPC, for a group in one outside the stack": [
      vpc(),
      { ...group("tasks", { vpcId: "vpc-1" }), dependencies: {} },
      service(["tasks"]),
      blockOf("vpc"),
    ],
    "the source group": stack(ingressRule("tasks", { referencedSecurityGroupId: unknown })),
    "the source group, which may come from elsewhere": stack(
      group("alb-group"),
      foreign,
      ingressRule(
        "tasks",
        { referencedSecurityGroupId: unknown },
        { dependencies: { referencedSecurityGroupId: ["alb-group", "elsewhere"] } },
      ),
    ),
    "the prefix list": stack(ingressRule("tasks", { prefixListId: unknown })),
    "a prefix list's entry": stack(prefixList(unknown), fromPrefixList),
    "the inline rules": [vpc(), group("tasks", { ingress: unknown }), service(["tasks"])],
    "the service's groups, none of which is in the stack": [
      vpc(),
      service([], { securityGroups: unknown }),
    ],
    "one group more than the stack explains": [
      vpc(),
      group("tasks"),
      service(["tasks"], { securityGroups: [unknown, unknown] }),
    ],
    "the network configuration": [
      { type: "aws:ecs/service:Service", name: "web", props: { networkConfiguration: unknown } },
    ],
    "which group a rule opens": stack({
      ...ingressRule("tasks", { cidrIpv4: unknown }),
      dependencies: {},
    }),
    "whether a rule is ingress": stack(
      groupRule("tasks", { type: unknown, cidrBlocks: [unknown] }),
    ),
  },
  later: {
    "a list of groups that all come from the stack": [
      vpc(),
      group("tasks"),
      service(["tasks"], { securityGroups: unknown }),
    ],
  },
  configured: {
    // An unknown id would be taken for what it depends on; a known one is not.
    "a literal group as a source that depends on one of the stack": [
      mandatory,
      stack(
        group("alb-group"),
        ingressRule(
          "tasks",
          { referencedSecurityGroupId: "sg-9" },
          { dependencies: { referencedSecurityGroupId: ["alb-group"] } },
        ),
      ),
      /sg-9, which is neither in the stack nor trusted/,
    ],
    "a literal prefix list that depends on one of the stack": [
      mandatory,
      stack(
        prefixList("10.0.8.0/24"),
        ingressRule(
          "tasks",
          { prefixListId: "pl-9" },
          { dependencies: { prefixListId: ["list"] } },
        ),
      ),
      /pl-9, which is neither in the stack nor trusted/,
    ],
    "a trusted group": [{ ...mandatory, trustedSecurityGroupIds: ["sg-0123"] }, literalGroup],
    "a trusted group as a source": [
      { ...mandatory, trustedSecurityGroupIds: ["sg-9"] },
      stack(ingressRule("tasks", { referencedSecurityGroupId: "sg-9" })),
    ],
    "a trusted group that the stack opens": [
      { ...mandatory, trustedSecurityGroupIds: ["sg-0123"], vpcCidrBlocks: ["10.0.0.0/16"] },
      [
        ...literalGroup,
        {
          ...ingressRule("x", { securityGroupId: "sg-0123", cidrIpv4: "0.0.0.0/0" }),
          dependencies: {},
        },
      ],
      /0\.0\.0\.0\/0/,
    ],
    "a trusted group that the stack opens to a group, whose VPC may be another": [
      { ...mandatory, trustedSecurityGroupIds: ["sg-0123"] },
      [
        ...literalGroup,
        group("alb-group"),
        { ...fromGroup, props: { ...fromGroup.props, securityGroupId: "sg-0123" } },
      ],
      /alb-group, which is not in its VPC/,
    ],
    "a trusted prefix list": [
      { ...mandatory, trustedPrefixListIds: ["pl-1"] },
      stack(ingressRule("tasks", { prefixListId: "pl-1" })),
    ],
    "a VPC outside the stack": [
      { ...mandatory, vpcCidrBlocks: ["10.1.0.0/16"] },
      [noVpc, service(["tasks"])],
    ],
    "another VPC outside the stack": [
      { ...mandatory, vpcCidrBlocks: ["10.2.0.0/16"] },
      [noVpc, service(["tasks"])],
      /not inside the VPC's 10\.2\.0\.0\/16/,
    ],
    "the world as a VPC": [
      { ...mandatory, vpcCidrBlocks: ["0.0.0.0/0"] },
      [noVpc, service(["tasks"])],
      /not known to be inside the VPC vpc-0123/,
    ],
    "a configured block that is not in the stack's own VPC": [
      { ...mandatory, vpcCidrBlocks: ["10.1.0.0/16"] },
      stack(ingressRule("tasks", { cidrIpv4: "10.1.0.0/16" })),
      /10\.1\.0\.0\/16/,
    ],
  },
  other: {
    type: "aws:ec2/networkAcl:NetworkAcl",
    props: { ingress: [{ cidrBlock: "0.0.0.0/0" }] },
  },
} satisfies Cases;
