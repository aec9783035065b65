import { type PackConfig, type TestResource, unknown } from "../harness";
import * as p from "./parts";

/** A program as a team writes it, and its twin with one thing that a rule must find. */
export interface Program {
  readonly good: readonly TestResource[];
  readonly bad: readonly TestResource[];
  /** Rules of mandatory findings in the twin. */
  readonly found: readonly string[];
  readonly config?: PackConfig;
}

const VPC_ONLY = "ecs-service-security-group-vpc-only";
const BALANCER = "load-balancer-security-group-allowed-ports";
const OPEN = "security-group-no-unrestricted-ingress";
const EXECUTION = "ecs-task-definition-execution-role-required";
const AWSVPC = "ecs-task-definition-awsvpc-network-mode";

const net = [p.vpc(), ...p.subnets()];
const open = (port: number) => ({ ...p.fromWorld, fromPort: port, toPort: port });
/** The same stack with some resources in place of those of the same name. */
const but = (stack: readonly TestResource[], ...changed: readonly TestResource[]) =>
  stack.map((each) => changed.find(({ name }) => name === each.name) ?? each);

const front = [p.group("public", [open(80), open(443)]), p.balancer(["public"])];
const plain = [
  ...net,
  ...front,
  p.group("tasks", [p.fromGroup()], ["public"]),
  p.service(["tasks"]),
  ...p.usual,
];

// awsx: the components run in another process, so their outputs depend on them, too.
const awsxNet = [
  p.made("awsx:ec2:Vpc", "awsx-net", {}),
  p.vpc({}, "awsx-net"),
  ...p.subnets("awsx-net"),
];
const awsx = [
  ...awsxNet,
  p.made("awsx:lb:ApplicationLoadBalancer", "awsx-lb", {}),
  p.group("public", [open(80)], [], "awsx-lb"),
  p.balancer(["public"], {}, "awsx-lb"),
  p.made("aws:lb/targetGroup:TargetGroup", "targets", { port: 80 }, {}, "awsx-lb"),
  p.group("tasks", [p.fromGroup(unknown)], ["awsx-lb", "targets", "public"]),
  p.made("awsx:ecs:FargateService", "awsx-service", {}),
  p.service(["tasks"], {}, { subnets: unknown }, ["awsx-net", "subnet-a", "subnet-c"]),
  ...p.usual,
];
/** What awsx makes of a service that is given no network: a group that lets in everything. */
const awsxDefault = p.group(
  "tasks",
  [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] }],
  [],
  "awsx-service",
);

const roles = [
  p.made("acme:index:Roles", "roles", {}),
  p.role("execution", "ecs-tasks.amazonaws.com", "roles"),
  p.role("task-role", "ecs-tasks.amazonaws.com", "roles"),
];
const twoRoles = {
  ...p.task({ taskRoleArn: unknown }),
  dependencies: { executionRoleArn: ["roles", "execution"], taskRoleArn: ["roles", "task-role"] },
};

// What a stack reads from a StackReference reaches the pack as plain values, without a dependency.
const shared = (block: string): TestResource[] => [
  {
    ...p.group("tasks", [{ ...p.fromVpc, cidrBlocks: [block] }]),
    props: { vpcId: "vpc-1", ingress: [{ ...p.fromVpc, cidrBlocks: [block] }] },
    dependencies: {},
  },
  p.service(["tasks"], {}, { subnets: ["s-1"] }, []),
  ...p.usual,
];

const ingress = (name: string, source: object, needs: Record<string, readonly string[]>) =>
  p.made(
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    name,
    { securityGroupId: unknown, ipProtocol: "tcp", fromPort: 80, toPort: 80, ...source },
    { securityGroupId: ["tasks"], ...needs },
  );
const ipv6 = (rule: TestResource) => [
  ...but(plain, p.vpc({ assignGeneratedIpv6CidrBlock: true })),
  rule,
];

const lists = (cidr: string) => [
  ...plain,
  p.made("aws:ec2/managedPrefixList:ManagedPrefixList", "list", { entries: [{ cidr }] }),
  ingress("from-list", { prefixListId: unknown }, { prefixListId: ["list"] }),
];

const scheduled = (groups: readonly object[]) => [
  ...net,
  p.group("tasks", groups),
  p.made(
    "aws:cloudwatch/eventTarget:EventTarget",
    "nightly",
    {
      ecsTarget: {
        taskDefinitionArn: unknown,
        launchType: "FARGATE",
        networkConfiguration: { subnets: [unknown], securityGroups: [unknown] },
      },
    },
    { ecsTarget: ["task", "subnet-a", "tasks"] },
  ),
  ...p.usual,
];

const instances = (metadataOptions: object) => [
  ...plain,
  p.made("aws:ec2/launchTemplate:LaunchTemplate", "template", {
    instanceType: "t3.small",
    metadataOptions,
  }),
  p.made(
    "aws:autoscaling/group:Group",
    "asg",
    { minSize: 1, maxSize: 2, protectFromScaleIn: true, launchTemplate: { id: unknown } },
    { launchTemplate: ["template"] },
  ),
];

const containers = (...more: readonly object[]) => but(plain, p.task({}, more));
const volume = (transitEncryption?: string) =>
  but(
    plain,
    p.task({
      volumes: [
        { name: "data", efsVolumeConfiguration: { fileSystemId: unknown, transitEncryption } },
      ],
    }),
  );

const pipeline = (configuration: object) => [
  ...plain,
  p.made("aws:codepipeline/pipeline:Pipeline", "pipeline", {
    pipelineType: "V2",
    stages: [
      {
        name: "Source",
        actions: [
          { name: "Source", owner: "AWS", provider: "CodeStarSourceConnection", configuration },
        ],
      },
    ],
  }),
];

const defaultVpc = (ingressRule: object) => [
  p.made("aws:ec2/defaultVpc:DefaultVpc", "vpc", {}),
  ...p.subnets(),
  p.group("tasks", [ingressRule]),
  p.service(["tasks"]),
  ...p.usual,
];

/** Twenty-odd programs, by what they are. */
export const programs: Readonly<Record<string, Program>> = {
  "plain aws: a load balancer and its service": {
    good: plain,
    bad: but(plain, p.group("tasks", [p.fromWorld])),
    found: [VPC_ONLY],
  },
  "awsx: the service's group lets in the load balancer's default group": {
    good: awsx,
    bad: [...awsx.filter(({ name }) => name !== "tasks"), awsxDefault],
    found: [OPEN, VPC_ONLY],
  },
  "awsx: a load balancer with its default group, which lets in everything": {
    good: awsx,
    bad: but(awsx, { ...awsxDefault, name: "public", parent: "awsx-lb" }),
    found: [OPEN, BALANCER],
  },
  "a component for the network": {
    good: but(awsx, p.made("acme:index:Network", "awsx-net", {})),
    bad: [...awsx, ingress("other", { cidrIpv4: "10.1.0.0/16" }, {})],
    found: [VPC_ONLY],
  },
  "two roles of one component": {
    good: [...but(plain, twoRoles).filter(({ name }) => name !== "execution"), ...roles],
    bad: [
      ...but(plain, {
        ...twoRoles,
        dependencies: { ...twoRoles.dependencies, taskRoleArn: ["roles", "execution"] },
      }).filter(({ name }) => name !== "execution"),
      ...roles,
    ],
    found: ["ecs-task-definition-distinct-roles"],
  },
  "a class's shared network, from another stack": {
    good: shared("10.0.0.0/16"),
    bad: shared("10.1.0.0/16"),
    found: [VPC_ONLY],
    config: { [VPC_ONLY]: { enforcementLevel: "mandatory", vpcCidrBlocks: ["10.0.0.0/16"] } },
  },
  "IPv6, with the block that AWS gives the VPC": {
    good: ipv6(ingress("own", { cidrIpv6: unknown }, { cidrIpv6: ["vpc"] })),
    bad: ipv6(ingress("all", { cidrIpv6: "::/0" }, {})),
    found: [VPC_ONLY],
  },
  "a prefix list of subnets": {
    good: lists("10.0.1.0/24"),
    bad: lists("192.0.2.0/24"),
    found: [VPC_ONLY],
  },
  "a network load balancer without groups": {
    good: but(
      plain,
      p.balancer([], { loadBalancerType: "network", securityGroups: undefined }),
      p.group("tasks", [p.fromVpc]),
    ),
    bad: but(
      plain,
      p.balancer([], { loadBalancerType: "network" }),
      p.group("tasks", [p.fromWorld]),
    ),
    found: [VPC_ONLY],
  },
  "a worker that nobody calls": {
    good: [...net, p.group("tasks", []), p.service(["tasks"]), ...p.usual],
    bad: [...net, p.service([]), ...p.usual],
    found: ["ecs-service-security-group-required"],
  },
  "a task every night": { good: scheduled([]), bad: scheduled([p.fromWorld]), found: [VPC_ONLY] },
  "an internal load balancer for the company's network": {
    good: but(
      plain,
      p.balancer(["public"], { internal: true }),
      p.group("public", [{ ...p.fromVpc, cidrBlocks: ["10.0.0.0/8"] }]),
    ),
    bad: but(plain, p.balancer(["public"], { internal: true })),
    found: [BALANCER, BALANCER],
  },
  "a load balancer for an office, with path MTU discovery": {
    good: but(
      plain,
      p.group("public", [
        { ...open(8443), cidrBlocks: ["203.0.113.8/29"] },
        { protocol: "icmp", fromPort: 3, toPort: 4, cidrBlocks: ["0.0.0.0/0"] },
      ]),
    ),
    bad: but(plain, p.group("public", [open(8443)])),
    found: [OPEN, BALANCER],
  },
  "blue and green, with two groups from an apply": {
    good: [
      ...but(
        plain,
        p.service(
          ["tasks", "extra"],
          { deploymentController: { type: "CODE_DEPLOY" } },
          { securityGroups: unknown },
        ),
      ),
      p.group("extra", [p.fromVpc]),
    ],
    bad: [
      ...but(plain, p.service(["tasks", "extra"], {}, { securityGroups: unknown })),
      p.group("extra", [p.fromWorld]),
    ],
    found: [VPC_ONLY],
  },
  "tasks on instances": {
    good: instances({ httpTokens: "required" }),
    bad: instances({ httpTokens: "optional" }),
    found: ["launch-template-imdsv2"],
  },
  "instances without a metadata endpoint": {
    good: instances({ httpEndpoint: "disabled" }),
    bad: instances({ httpEndpoint: "enabled" }),
    found: ["launch-template-imdsv2"],
  },
  "Windows containers": {
    good: but(
      plain,
      p.task({ runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" } }, [
        p.container({ user: "ContainerUser", readonlyRootFilesystem: undefined }),
      ]),
    ),
    bad: but(plain, p.task({ networkMode: "default" })),
    found: [AWSVPC],
  },
  "files in EFS": {
    good: volume("ENABLED"),
    bad: volume(),
    found: ["ecs-task-definition-efs-transit-encryption"],
  },
  "Service Connect between services of one group": {
    good: but(
      plain,
      p.service(["tasks"], { serviceConnectConfiguration: { enabled: true } }),
      p.group("tasks", [{ protocol: "-1", fromPort: 0, toPort: 0, self: true }]),
    ),
    bad: but(plain, p.group("tasks", [{ protocol: "-1", fromPort: 0, toPort: 0 }])),
    found: [VPC_ONLY],
  },
  "two containers, with FireLens": {
    good: containers(
      p.container({ logConfiguration: { logDriver: "awsfirelens" } }),
      p.container({ name: "router", firelensConfiguration: { type: "fluentbit" } }),
    ),
    bad: containers(p.container(), p.container({ name: "router", privileged: true })),
    found: ["ecs-task-definition-no-privileged"],
  },
  "a pipeline": {
    good: pipeline({ ConnectionArn: unknown }),
    bad: pipeline({ OAuthToken: unknown }),
    found: ["codepipeline-no-oauth-token-source"],
  },
  "the default VPC": {
    good: defaultVpc({ ...p.fromVpc, cidrBlocks: ["172.31.0.0/16"] }),
    bad: defaultVpc({ ...p.fromVpc, cidrBlocks: ["172.16.0.0/12"] }),
    found: [VPC_ONLY],
  },
  "the default VPC, by its id, with its block configured": {
    good: but(defaultVpc(p.fromVpc).slice(1), {
      ...p.group("tasks", [p.fromVpc]),
      props: { vpcId: "vpc-1", ingress: [p.fromVpc] },
      dependencies: {},
    }),
    bad: but(defaultVpc(p.fromVpc).slice(1), {
      ...p.group("tasks", [p.fromWorld]),
      props: { vpcId: "vpc-1", ingress: [p.fromWorld] },
      dependencies: {},
    }),
    found: [VPC_ONLY],
    config: { [VPC_ONLY]: { enforcementLevel: "mandatory", vpcCidrBlocks: ["10.0.0.0/16"] } },
  },
  "a custom execution role": {
    good: plain,
    bad: but(plain, p.role("execution", "ec2.amazonaws.com")),
    found: [EXECUTION],
  },
};
