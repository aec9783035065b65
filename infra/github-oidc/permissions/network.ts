import type { Statement } from "../../../components/shared/iamPolicies";
import { arns, may, named, type Scope, tagged, taggedAtCreation } from "./scope";

/**
 * AWS assigns the ids of EC2's resources, so access is limited by tag: they must get the program's tag when they are
 * created, and can only be changed if they have it.
 */
export function network(scope: Scope): Statement[] {
  const ec2 = (...types: string[]) => arns(scope, "ec2", ...types.map((type) => `${type}/*`));
  const all = ec2(...Object.keys(creations));
  return [
    ...Object.entries(creations).map(([type, actions]) =>
      may("ec2", actions, ec2(type), taggedAtCreation),
    ),
    // Existing resources in which new ones are created.
    may("ec2", ["CreateNatGateway"], ec2("elastic-ip", "subnet"), tagged),
    may("ec2", ["CreateRouteTable", "CreateSecurityGroup", "CreateSubnet"], ec2("vpc"), tagged),
    may("ec2", authorize, ec2("security-group"), tagged),
    may(
      "ec2",
      ["AttachInternetGateway", "DetachInternetGateway"],
      ec2("internet-gateway", "vpc"),
      tagged,
    ),
    may("ec2", ["DeleteInternetGateway"], ec2("internet-gateway"), tagged),
    may("ec2", ["DeleteVpc", "DescribeVpcAttribute", "ModifyVpcAttribute"], ec2("vpc"), tagged),
    may("ec2", ["DeleteSubnet", "ModifySubnetAttribute"], ec2("subnet"), tagged),
    may(
      "ec2",
      ["CreateRoute", "DeleteRoute", "DeleteRouteTable", "ReplaceRoute"],
      ec2("route-table"),
      tagged,
    ),
    may(
      "ec2",
      ["AssociateRouteTable", "DisassociateRouteTable", "ReplaceRouteTableAssociation"],
      ec2("route-table", "subnet"),
      tagged,
    ),
    may("ec2", ["DisassociateAddress", "ReleaseAddress"], ec2("elastic-ip"), tagged),
    may("ec2", ["DeleteNatGateway"], ec2("natgateway"), tagged),
    may(
      "ec2",
      ["DeleteSecurityGroup", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"],
      ec2("security-group"),
      tagged,
    ),
    may("ec2", ["ModifySecurityGroupRules"], ec2("security-group", "security-group-rule"), tagged),
    may(
      "ec2",
      ["CreateLaunchTemplateVersion", "DeleteLaunchTemplate", "ModifyLaunchTemplate"],
      ec2("launch-template"),
      tagged,
    ),
    may("ec2", ["CreateTags", "DeleteTags"], all, tagged),
    may("ec2", ["CreateTags"], [...all, ...ec2("instance", "volume")], {
      StringEquals: { "ec2:CreateAction": [...Object.values(creations).flat(), "RunInstances"] },
    }),
    ...instances(scope),
    ...balancers(scope),
    may("ec2", describeActions, "*"),
  ];
}

const authorize = ["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress"];

/** Types of resources, and the actions that create them. */
const creations: Record<string, string[]> = {
  "elastic-ip": ["AllocateAddress"],
  "internet-gateway": ["CreateInternetGateway"],
  "launch-template": ["CreateLaunchTemplate"],
  natgateway: ["CreateNatGateway"],
  "route-table": ["CreateRouteTable"],
  "security-group": ["CreateSecurityGroup"],
  "security-group-rule": authorize,
  subnet: ["CreateSubnet"],
  vpc: ["CreateVpc"],
};

/** In EC2 and the services below, these actions cannot be limited to resources, so `*` cannot be avoided. */
const describeActions = [
  ...["AddressesAttribute", "Addresses", "AvailabilityZones", "InternetGateways"],
  ...["LaunchTemplateVersions", "LaunchTemplates", "NatGateways", "NetworkAcls"],
  ...["NetworkInterfaces", "RouteTables", "SecurityGroupRules", "SecurityGroups", "Subnets"],
  "Vpcs",
].map((what) => `Describe${what}`);

/**
 * Auto Scaling checks whether its caller may launch instances from the launch template; only the program's own are allowed.
 *
 * Source: Amazon EC2 Auto Scaling user guide, "Control Amazon EC2 launch template usage"; "Use AWS Systems Manager
 * parameters instead of AMI IDs in launch templates".
 */
function instances(scope: Scope): Statement[] {
  const ec2 = (...types: string[]) => arns(scope, "ec2", ...types.map((type) => `${type}/*`));
  const templates = ec2("launch-template");
  return [
    may("ec2", ["RunInstances"], templates, tagged),
    may(
      "ec2",
      ["RunInstances"],
      [
        ...ec2("instance", "network-interface", "security-group", "subnet", "volume"),
        `arn:aws:ec2:${scope.region}::image/*`,
      ],
      { ArnLike: { "ec2:LaunchTemplate": templates } },
    ),
    may(
      "ssm",
      ["GetParameters"],
      `arn:aws:ssm:${scope.region}::parameter/aws/service/ecs/optimized-ami/*`,
    ),
  ];
}

function balancers(scope: Scope): Statement[] {
  const elb = (...types: string[]) =>
    named(scope, "elasticloadbalancing", ...types.map((type) => `${type}STACK/*`));
  const [balancer, group, listener, rule] = [
    "loadbalancer/app/",
    "targetgroup/",
    "listener/app/",
    "listener-rule/app/",
  ] as const;
  const own = "elasticloadbalancing";
  return [
    may(
      own,
      [
        ...["CreateListener", "CreateLoadBalancer", "DeleteLoadBalancer"],
        ...["ModifyLoadBalancerAttributes", "SetSecurityGroups", "SetSubnets"],
      ],
      elb(balancer),
    ),
    may(
      own,
      [
        "CreateTargetGroup",
        "DeleteTargetGroup",
        "ModifyTargetGroup",
        "ModifyTargetGroupAttributes",
      ],
      elb(group),
    ),
    may(
      own,
      ["CreateRule", "DeleteListener", "ModifyListener", "ModifyListenerAttributes"],
      elb(listener),
    ),
    may(own, ["DeleteRule", "ModifyRule", "SetRulePriorities"], elb(rule)),
    may(own, ["AddTags", "RemoveTags"], elb(balancer, group, listener, rule)),
    may(
      own,
      [
        ...["ListenerAttributes", "Listeners", "LoadBalancerAttributes", "LoadBalancers", "Rules"],
        ...["CapacityReservation", "Tags", "TargetGroupAttributes", "TargetGroups"],
      ].map((what) => `Describe${what}`),
      "*",
    ),
  ];
}
