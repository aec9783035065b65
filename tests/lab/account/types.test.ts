import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Account } from "../../../lab/account/account";
import type { Properties } from "../../../lab/account/resourceType";
import { checkInputs, inputKeys, UNKNOWN, withDefaults } from "../../../lab/account/schema";
import { resourceTypeOf, resourceTypes } from "../../../lab/account/types/registry";
import {
  CONTAINER,
  create,
  createWorld,
  FARGATE_TASK,
  rejection,
  serviceInputs,
  TRUST_POLICY,
  TYPES,
  type TypeName,
  type World,
} from "./fixtures";

const ACCOUNT_ARN = "arn:aws:ecs:ap-northeast-1:123456789012";
const NO_TARGET_GROUP =
  "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/none/0123456789abcdef";
const NOT_FOUND_RESPONSE = {
  type: "fixed-response",
  fixedResponse: { contentType: "text/plain", statusCode: "404" },
};

function task(patch: Properties, container: Properties = {}): Properties {
  return {
    ...FARGATE_TASK,
    containerDefinitions: JSON.stringify([{ ...CONTAINER, ...container }]),
    ...patch,
  };
}

function policyText(statement: Properties): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

const READ = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };

/** What the API refuses: the type, the inputs in a world that has a running service, AWS's error. */
const REFUSED: readonly [string, TypeName, (world: World) => Properties, RegExp][] = [
  ["a VPC without a block", "vpc", () => ({}), /^MissingParameter: /],
  [
    "a VPC above /16",
    "vpc",
    () => ({ cidrBlock: "10.0.0.0/8" }),
    /^InvalidVpc\.Range: .*10\.0\.0\.0\/8/,
  ],
  [
    "a second internet gateway of a VPC",
    "internetGateway",
    (w) => ({ vpcId: w.vpc.id }),
    /^Resource\.AlreadyAssociated: /,
  ],
  [
    "a gateway of no VPC",
    "internetGateway",
    () => ({ vpcId: "vpc-0" }),
    /^InvalidVpcID\.NotFound: /,
  ],
  [
    "a subnet of no VPC",
    "subnet",
    () => ({ vpcId: "vpc-0", cidrBlock: "10.0.9.0/24" }),
    /^InvalidVpcID\.NotFound: The vpc ID 'vpc-0' does not exist$/,
  ],
  [
    "a subnet outside its VPC",
    "subnet",
    (w) => ({ vpcId: w.vpc.id, cidrBlock: "10.1.0.0/24" }),
    /^InvalidSubnet\.Range: /,
  ],
  [
    "a subnet over another",
    "subnet",
    (w) => ({ vpcId: w.vpc.id, cidrBlock: "10.0.0.128/25" }),
    /^InvalidSubnet\.Conflict: /,
  ],
  [
    "a subnet in a zone the region has not",
    "subnet",
    (w) => ({ vpcId: w.vpc.id, cidrBlock: "10.0.9.0/24", availabilityZone: "ap-northeast-1b" }),
    /^InvalidParameterValue: Value \(ap-northeast-1b\)/,
  ],
  [
    "a route table of no VPC",
    "routeTable",
    () => ({ vpcId: "vpc-0" }),
    /^InvalidVpcID\.NotFound: /,
  ],
  [
    "an association with no route table",
    "routeTableAssociation",
    (w) => ({ routeTableId: "rtb-0", subnetId: w.subnetA.id }),
    /^InvalidRouteTableID\.NotFound: /,
  ],
  [
    "a route to no gateway",
    "route",
    (w) => ({
      routeTableId: w.vpc.outputs.mainRouteTableId,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: "igw-0",
    }),
    /^InvalidInternetGatewayID\.NotFound: /,
  ],
  [
    "a route to no NAT gateway",
    "route",
    (w) => ({
      routeTableId: w.vpc.outputs.mainRouteTableId,
      destinationCidrBlock: "0.0.0.0/0",
      natGatewayId: "nat-0",
    }),
    /^InvalidNatGatewayID\.NotFound: /,
  ],
  [
    "a NAT gateway without its address",
    "natGateway",
    (w) => ({ subnetId: w.subnetA.id, allocationId: "eipalloc-0" }),
    /^InvalidAllocationID\.NotFound: /,
  ],
  ["a security group of no VPC", "securityGroup", () => ({ name: "x" }), /^VPCIdNotSpecified: /],
  [
    "a security group's name twice in a VPC",
    "securityGroup",
    (w) => ({ name: "web", vpcId: w.vpc.id }),
    /^InvalidGroup\.Duplicate: .*'web'/,
  ],
  [
    "a rule of no group",
    "ingressRule",
    () => ({ securityGroupId: "sg-0", ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" }),
    /^InvalidGroup\.NotFound: The security group 'sg-0' does not exist$/,
  ],
  [
    "a rule from no group",
    "ingressRule",
    (w) => ({
      securityGroupId: w.securityGroup.id,
      ipProtocol: "-1",
      referencedSecurityGroupId: "sg-0",
    }),
    /^InvalidGroup\.NotFound: /,
  ],
  [
    "a tcp rule without ports",
    "egressRule",
    (w) => ({ securityGroupId: w.securityGroup.id, ipProtocol: "tcp", cidrIpv4: "0.0.0.0/0" }),
    /^InvalidParameterValue: .*Must specify both from and to ports/,
  ],
  [
    "ports in the wrong order",
    "securityGroupRule",
    (w) => ({
      securityGroupId: w.securityGroup.id,
      type: "ingress",
      protocol: "tcp",
      fromPort: 443,
      toPort: 80,
      cidrBlocks: ["0.0.0.0/0"],
    }),
    /^InvalidParameterValue: .*443, 80/,
  ],
  [
    "a load balancer's name twice",
    "loadBalancer",
    (w) => ({ name: "web", subnets: [w.subnetA.id, w.subnetC.id] }),
    /^DuplicateLoadBalancerName: /,
  ],
  [
    "a load balancer in one zone",
    "loadBalancer",
    (w) => ({ name: "one", subnets: [w.subnetA.id] }),
    /^ValidationError: At least two subnets in two different Availability Zones must be specified$/,
  ],
  [
    "a load balancer in no subnet",
    "loadBalancer",
    (w) => ({ name: "one", subnets: [w.subnetA.id, "subnet-0"] }),
    /^SubnetNotFound: .*subnet-0/,
  ],
  [
    "a load balancer with no such group",
    "loadBalancer",
    (w) => ({ name: "one", subnets: [w.subnetA.id, w.subnetC.id], securityGroups: ["sg-0"] }),
    /^InvalidGroup\.NotFound: /,
  ],
  [
    "a listener of no load balancer",
    "listener",
    (w) => ({
      loadBalancerArn: `${w.loadBalancer.id}0`,
      port: 81,
      defaultActions: [NOT_FOUND_RESPONSE],
    }),
    /^LoadBalancerNotFound: /,
  ],
  [
    "a listener's port twice",
    "listener",
    (w) => ({ loadBalancerArn: w.loadBalancer.id, port: 80, defaultActions: [NOT_FOUND_RESPONSE] }),
    /^DuplicateListener: /,
  ],
  [
    "HTTPS without a certificate",
    "listener",
    (w) => ({
      loadBalancerArn: w.loadBalancer.id,
      port: 443,
      protocol: "HTTPS",
      defaultActions: [NOT_FOUND_RESPONSE],
    }),
    /^ValidationError: A certificate must be specified/,
  ],
  [
    "a listener that forwards to nothing",
    "listener",
    (w) => ({
      loadBalancerArn: w.loadBalancer.id,
      port: 81,
      defaultActions: [{ type: "forward", targetGroupArn: NO_TARGET_GROUP }],
    }),
    /^TargetGroupNotFound: /,
  ],
  [
    "a redirect to itself",
    "listener",
    (w) => ({
      loadBalancerArn: w.loadBalancer.id,
      port: 81,
      defaultActions: [{ type: "redirect", redirect: { statusCode: "HTTP_301" } }],
    }),
    /^InvalidLoadBalancerAction: /,
  ],
  [
    "a rule's priority twice",
    "listenerRule",
    (w) => ({
      listenerArn: w.listener.id,
      priority: 10,
      actions: [NOT_FOUND_RESPONSE],
      conditions: [{ pathPattern: { values: ["/x"] } }],
    }),
    /^PriorityInUse: Priority '10' is currently in use$/,
  ],
  [
    "a rule with too many values",
    "listenerRule",
    (w) => ({
      listenerArn: w.listener.id,
      actions: [NOT_FOUND_RESPONSE],
      conditions: [{ pathPattern: { values: ["/1", "/2", "/3", "/4", "/5", "/6"] } }],
    }),
    /^ValidationError: A rule can only have '5' condition values$/,
  ],
  [
    "a rule of no listener",
    "listenerRule",
    (w) => ({
      listenerArn: `${w.listener.id}0`,
      actions: [NOT_FOUND_RESPONSE],
      conditions: [{ pathPattern: { values: ["/1"] } }],
    }),
    /^ListenerNotFound: /,
  ],
  [
    "a target group's name twice",
    "targetGroup",
    (w) => ({ name: "web", port: 80, protocol: "HTTP", targetType: "ip", vpcId: w.vpc.id }),
    /^DuplicateTargetGroupName: /,
  ],
  [
    "a target group of no VPC",
    "targetGroup",
    () => ({ name: "x", port: 80, protocol: "HTTP", vpcId: "vpc-0" }),
    /^ValidationError: The VPC ID 'vpc-0' is not found$/,
  ],
  [
    "a health check slower than its interval",
    "targetGroup",
    (w) => ({
      name: "x",
      port: 80,
      protocol: "HTTP",
      vpcId: w.vpc.id,
      healthCheck: { interval: 10, timeout: 10 },
    }),
    /^ValidationError: Health check interval must be greater than the timeout/,
  ],
  [
    "a cluster's name twice",
    "cluster",
    () => ({ name: "handson" }),
    /^InvalidParameterException: /,
  ],
  [
    "capacity providers nobody has",
    "clusterCapacityProviders",
    () => ({ clusterName: "handson", capacityProviders: ["GONE"] }),
    /^InvalidParameterException: .*'GONE' was not found/,
  ],
  [
    "a strategy outside the cluster's providers",
    "clusterCapacityProviders",
    () => ({
      clusterName: "handson",
      capacityProviders: ["FARGATE"],
      defaultCapacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
    }),
    /^InvalidParameterException: .*not associated with the cluster: FARGATE_SPOT/,
  ],
  [
    "a Fargate size that does not exist",
    "taskDefinition",
    () => task({ cpu: "300" }),
    /^ClientException: No Fargate configuration exists for given values: 300 CPU, 512 memory\./,
  ],
  [
    "Fargate without a task size",
    "taskDefinition",
    () => {
      const { memory, ...rest } = FARGATE_TASK;
      assert.equal(memory, "512");
      return { ...rest, containerDefinitions: JSON.stringify([{ ...CONTAINER, memory: 128 }]) };
    },
    /^ClientException: Fargate requires that 'memory' be defined at the task level\.$/,
  ],
  [
    "Fargate on the bridge network",
    "taskDefinition",
    () => task({ networkMode: "bridge" }),
    /^ClientException: Fargate only supports network mode 'awsvpc'\.$/,
  ],
  [
    "awslogs without an execution role",
    "taskDefinition",
    () =>
      task(
        {},
        {
          logConfiguration: {
            logDriver: "awslogs",
            options: { "awslogs-group": "x", "awslogs-region": "x", "awslogs-stream-prefix": "x" },
          },
        },
      ),
    /^ClientException: Fargate requires .* execution role ARN to support log driver awslogs\.$/,
  ],
  [
    "awslogs without its options",
    "taskDefinition",
    () => task({}, { logConfiguration: { logDriver: "awslogs" } }),
    /^ClientException: Log driver awslogs requires options: awslogs-group, awslogs-region, /,
  ],
  [
    "an ECR image without an execution role",
    "taskDefinition",
    () => task({}, { image: "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/x:1" }),
    /^ClientException: Fargate requires .* to support ECR images\.$/,
  ],
  [
    "ports that differ under awsvpc",
    "taskDefinition",
    () => task({}, { portMappings: [{ containerPort: 80, hostPort: 8080 }] }),
    /^ClientException: When networkMode=awsvpc, the host ports and container ports/,
  ],
  [
    "no essential container",
    "taskDefinition",
    () => task({}, { essential: false }),
    /^ClientException: .*at least one essential container/,
  ],
  [
    "a dependency on no container",
    "taskDefinition",
    () => task({}, { dependsOn: [{ containerName: "db", condition: "START" }] }),
    /^ClientException: .*'db', which does not exist/,
  ],
  [
    "secrets without an execution role",
    "taskDefinition",
    () => task({}, { secrets: [{ name: "A", valueFrom: "b" }] }),
    /^ClientException: When you are specifying container secrets/,
  ],
  [
    "a container without memory",
    "taskDefinition",
    () => ({ family: "ec2", containerDefinitions: JSON.stringify([CONTAINER]) }),
    /^ClientException: Invalid setting for container 'nginx'\./,
  ],
  [
    "a role's name twice",
    "role",
    () => ({ name: "task", assumeRolePolicy: TRUST_POLICY }),
    /^EntityAlreadyExists: Role with name task already exists\.$/,
  ],
  [
    "a trust policy that is no JSON",
    "role",
    () => ({ name: "x", assumeRolePolicy: "{" }),
    /^MalformedPolicyDocument: This policy contains invalid Json$/,
  ],
  [
    "a trust policy for resources",
    "role",
    () => ({ name: "x", assumeRolePolicy: policyText({ ...READ, Principal: "*" }) }),
    /^MalformedPolicyDocument: Has prohibited field Resource$/,
  ],
  [
    "a trust policy for nobody",
    "role",
    () => ({
      name: "x",
      assumeRolePolicy: policyText({ Effect: "Allow", Action: "sts:AssumeRole" }),
    }),
    /^MalformedPolicyDocument: Missing required field Principal$/,
  ],
  [
    "a policy with a misspelt field",
    "rolePolicy",
    () => ({ name: "x", role: "task", policy: policyText({ ...READ, Actions: "s3:*" }) }),
    /^MalformedPolicyDocument: Syntax errors in policy at Statement.*Actions/,
  ],
  [
    "a policy of no role",
    "rolePolicy",
    () => ({ name: "x", role: "none", policy: policyText(READ) }),
    /^NoSuchEntity: The role with name none cannot be found\.$/,
  ],
  [
    "a policy with a principal",
    "policy",
    () => ({ name: "x", policy: policyText({ ...READ, Principal: "*" }) }),
    /^MalformedPolicyDocument: Policy document should not specify a principal\.$/,
  ],
  [
    "an AWS policy nobody knows",
    "rolePolicyAttachment",
    () => ({ role: "task", policyArn: "arn:aws:iam::aws:policy/Nonsense" }),
    /^NoSuchEntity: Policy arn:aws:iam::aws:policy\/Nonsense does not exist/,
  ],
];

/** What CreateService refuses: a patch of a service that would be accepted. */
const REFUSED_SERVICES: readonly [string, (world: World) => Properties, RegExp][] = [
  ["no cluster", () => ({ cluster: "none" }), /^ClusterNotFoundException: Cluster not found\.$/],
  [
    "a name twice",
    () => ({ name: "handson" }),
    /^InvalidParameterException: Creation of service was not idempotent\.$/,
  ],
  [
    "no task definition",
    () => ({ taskDefinition: "none:1" }),
    /^ClientException: Unable to describe task definition\.$/,
  ],
  [
    "awsvpc without a network",
    () => ({ networkConfiguration: undefined }),
    /^InvalidParameterException: Network Configuration must be provided/,
  ],
  [
    "no such subnet",
    () => ({ networkConfiguration: { subnets: ["subnet-0"] } }),
    /^InvalidParameterException: Error retrieving subnet information for \[subnet-0\]/,
  ],
  [
    "no such security group",
    (w) => ({ networkConfiguration: { subnets: [w.subnetA.id], securityGroups: ["sg-0"] } }),
    /^InvalidParameterException: Error retrieving security group information for \[sg-0\]/,
  ],
  [
    "a launch type beside a strategy",
    () => ({ capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }] }),
    /^InvalidParameterException: Specifying both a launch type and capacity provider strategy/,
  ],
  [
    "a provider the cluster has not",
    () => ({
      launchType: undefined,
      capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
    }),
    /^InvalidParameterException: .*not associated with the cluster: FARGATE_SPOT/,
  ],
  [
    "a daemon on Fargate",
    () => ({ schedulingStrategy: "DAEMON", desiredCount: undefined }),
    /^InvalidParameterException: The daemon scheduling strategy is not supported for Fargate/,
  ],
  [
    "a container the task has not",
    (w) => ({
      loadBalancers: [
        { targetGroupArn: w.targetGroup.id, containerName: "web", containerPort: 80 },
      ],
    }),
    /^InvalidParameterException: The container web does not exist in the task definition\.$/,
  ],
  [
    "a port the container has not",
    (w) => ({
      loadBalancers: [
        { targetGroupArn: w.targetGroup.id, containerName: "nginx", containerPort: 81 },
      ],
    }),
    /^InvalidParameterException: The container nginx did not have a container port 81 defined\.$/,
  ],
  [
    "no such target group",
    () => ({
      loadBalancers: [
        { targetGroupArn: NO_TARGET_GROUP, containerName: "nginx", containerPort: 80 },
      ],
    }),
    /^InvalidParameterException: The target group .*none.* does not exist\.$/,
  ],
  [
    "percentages under which no deployment can proceed",
    () => ({ deploymentMaximumPercent: 100, deploymentMinimumHealthyPercent: 100 }),
    /^InvalidParameterException: Both maximumPercent and minimumHealthyPercent cannot be 100/,
  ],
  [
    "a grace period without a load balancer",
    () => ({ loadBalancers: undefined, healthCheckGracePeriodSeconds: 30 }),
    /^InvalidParameterException: Health check grace period is only valid/,
  ],
  [
    "ECS Exec without a task role",
    () => ({ enableExecuteCommand: true }),
    /^InvalidParameterException: .*valid taskRoleArn is not being used/,
  ],
];

/** What cannot be deleted while the service runs. */
const IN_USE: readonly [TypeName, keyof World, RegExp][] = [
  ["vpc", "vpc", /^DependencyViolation: /],
  ["subnet", "subnetA", /^DependencyViolation: /],
  ["securityGroup", "securityGroup", /^DependencyViolation: resource sg-/],
  ["targetGroup", "targetGroup", /^ResourceInUse: /],
  ["cluster", "cluster", /^ClusterContainsServicesException: /],
];

/** What the provider refuses before it asks the API: the inputs, and where they are wrong. */
const MALFORMED: readonly [string, TypeName, Properties, readonly string[]][] = [
  ["a misspelt property", "logGroup", { nam: "x", retentionInDays: 7 }, ["nam"]],
  ["a retention AWS has not", "logGroup", { retentionInDays: 2 }, ["retentionInDays"]],
  ["a missing property", "subnet", { cidrBlock: "10.0.0.0/24" }, ["vpcId"]],
  ["host bits in a block", "vpc", { cidrBlock: "10.0.0.1/16" }, ["cidrBlock"]],
  [
    "several mistakes at once",
    "targetGroup",
    { name: "-x-", port: 0, protocol: "HTTP", vpcId: "vpc-0", healthCheck: { pat: "/" } },
    ["healthCheck.pat", "name", "port"],
  ],
  [
    "a mistake in a list",
    "securityGroup",
    { ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, cidrBlocks: ["all"] }] },
    ["ingress[0].cidrBlocks[0]"],
  ],
  [
    "two peers of a rule",
    "ingressRule",
    { securityGroupId: "sg-0", ipProtocol: "-1", cidrIpv4: "0.0.0.0/0", prefixListId: "pl-0" },
    ["cidrIpv4"],
  ],
  [
    "a name beside a prefix",
    "role",
    { name: "a", namePrefix: "b", assumeRolePolicy: "{}" },
    ["name"],
  ],
  [
    "an action without its target",
    "listener",
    { loadBalancerArn: NO_TARGET_GROUP, defaultActions: [{ type: "forward" }] },
    ["defaultActions[0].targetGroupArn"],
  ],
  ["a target group without a port", "targetGroup", { protocol: "HTTP", vpcId: "vpc-0" }, ["port"]],
  ["a negative count", "service", { desiredCount: -1 }, ["desiredCount"]],
  [
    "a container's misspelt property",
    "taskDefinition",
    task({}, { imagee: "x" }),
    ["containerDefinitions"],
  ],
  [
    "containers that are no JSON",
    "taskDefinition",
    { family: "x", containerDefinitions: "[" },
    ["containerDefinitions"],
  ],
  ["a reserved tag", "eip", { tags: { "aws:x": "y" } }, ["tags.aws:x"]],
  [
    "what the account cannot do",
    "service",
    { serviceRegistries: { registryArn: "arn" } },
    ["serviceRegistries"],
  ],
];

describe("the account's resource types", () => {
  let account: Account;
  let world: World;

  beforeEach(async () => {
    account = Account.inMemory();
    world = await createWorld(account);
  });

  for (const [title, name, inputs, error] of REFUSED) {
    it(`refuse ${title}, as AWS does`, async () => {
      const before = account.list().length;
      assert.match(await rejection(create(account, name, inputs(world))), error);
      assert.equal(account.list().length, before);
    });
  }

  for (const [title, patch, error] of REFUSED_SERVICES) {
    it(`refuse a service with ${title}`, async () => {
      const inputs = { ...goodService(), ...patch(world) };
      const given = Object.entries(inputs).filter(([, value]) => value !== undefined);
      assert.match(await rejection(create(account, "service", Object.fromEntries(given))), error);
    });
  }

  it("accept the service those were made from", async () => {
    const service = await create(account, "service", goodService());
    assert.equal(service.id, `${ACCOUNT_ARN}:service/handson/other`);
    assert.equal(service.outputs.platformVersion, "LATEST");
  });

  it("refuse a service whose target group no listener sends anything to", async () => {
    const inputs = goodService();
    await account.delete(TYPES.listenerRule, world.listenerRule.id);
    assert.match(
      await rejection(create(account, "service", inputs)),
      /^InvalidParameterException: The target group .* does not have an associated load balancer\.$/,
    );
  });

  for (const [name, part, error] of IN_USE) {
    it(`refuse to delete a ${name} in use`, async () => {
      assert.match(await rejection(account.delete(TYPES[name], world[part].id)), error);
      assert.ok(account.get(TYPES[name], world[part].id));
    });
  }

  for (const [title, name, inputs, paths] of MALFORMED) {
    it(`find ${title}`, () => {
      const type = resourceTypeOf(TYPES[name]);
      assert.ok(type);
      const problems = checkInputs(type, withDefaults(type.inputs, inputs) as Properties);
      assert.deepEqual(problems.map(({ path }) => path).sort(), paths);
    });
  }

  it("pass over what a preview does not know yet", () => {
    const type = resourceTypeOf(TYPES.service);
    assert.ok(type);
    const inputs = {
      cluster: UNKNOWN,
      desiredCount: UNKNOWN,
      loadBalancers: UNKNOWN,
      networkConfiguration: { subnets: UNKNOWN, securityGroups: [UNKNOWN], asignPublicIp: true },
    };
    const problems = checkInputs(type, withDefaults(type.inputs, inputs) as Properties);
    assert.deepEqual(
      problems.map(({ path }) => path),
      ["networkConfiguration.asignPublicIp"],
    );
  });

  it("count a family's revisions on, also after the family was deleted", async () => {
    const second = await create(account, "taskDefinition", FARGATE_TASK);
    assert.equal(second.outputs.revision, 2);
    await account.delete(TYPES.taskDefinition, second.id);
    const third = await create(account, "taskDefinition", FARGATE_TASK);
    assert.equal(third.id, `${ACCOUNT_ARN}:task-definition/handson:3`);
  });

  it("scale a service to nothing before it goes", async () => {
    const seen: unknown[] = [];
    account.onChange(({ after }) => seen.push(after?.outputs.desiredCount));
    await account.delete(TYPES.service, world.service.id);
    assert.deepEqual(seen, [0, undefined]);
  });

  it("delete a load balancer's listeners and rules with it", async () => {
    await account.delete(TYPES.service, world.service.id);
    await account.delete(TYPES.loadBalancer, world.loadBalancer.id);
    assert.deepEqual([...account.list(TYPES.listener), ...account.list(TYPES.listenerRule)], []);
    await account.delete(TYPES.targetGroup, world.targetGroup.id);
  });

  it("keep a protected load balancer", async () => {
    await account.modify(TYPES.loadBalancer, world.loadBalancer.id, {
      enableDeletionProtection: true,
    });
    assert.match(
      await rejection(account.delete(TYPES.loadBalancer, world.loadBalancer.id)),
      /^OperationNotPermitted: /,
    );
  });

  it("keep a role that has policies, unless it may be stripped of them", async () => {
    await create(account, "rolePolicy", { name: "x", role: "task", policy: policyText(READ) });
    assert.match(await rejection(account.delete(TYPES.role, "task")), /^DeleteConflict: /);
    await account.modify(TYPES.role, "task", { forceDetachPolicies: true });
    await account.delete(TYPES.role, "task");
    assert.deepEqual(account.list(TYPES.rolePolicy), []);
  });

  it("have one identity provider for an address", async () => {
    const inputs = { url: "https://issuer.example", clientIdLists: ["sts.amazonaws.com"] };
    const { id } = await create(account, "openIdConnectProvider", inputs);
    assert.match(id, /:oidc-provider\/issuer\.example$/);
    assert.match(
      await rejection(create(account, "openIdConnectProvider", inputs)),
      /^EntityAlreadyExists: Provider with url https:\/\/issuer\.example already exists\.$/,
    );
  });

  it("keep a policy that is attached", async () => {
    const policy = await create(account, "policy", { name: "read", policy: policyText(READ) });
    await create(account, "rolePolicyAttachment", { role: "task", policyArn: policy.id });
    assert.match(await rejection(account.delete(TYPES.policy, policy.id)), /^DeleteConflict: /);
  });

  it("refuse the same permission twice, however it is declared", async () => {
    const securityGroupId = world.securityGroup.id;
    await create(account, "ingressRule", {
      securityGroupId,
      ipProtocol: "tcp",
      fromPort: 80,
      toPort: 80,
      cidrIpv4: "0.0.0.0/0",
    });
    assert.match(
      await rejection(
        create(account, "securityGroupRule", {
          securityGroupId,
          type: "ingress",
          protocol: "TCP",
          fromPort: 80,
          toPort: 80,
          cidrBlocks: ["0.0.0.0/0"],
        }),
      ),
      /^InvalidPermission\.Duplicate: .*peer: 0\.0\.0\.0\/0, TCP, from port: 80/,
    );
  });

  it("stop at the quotas a new account has in a region", async () => {
    for (let i = 1; i < 5; i++) await create(account, "vpc", { cidrBlock: "10.0.0.0/16" });
    assert.match(
      await rejection(create(account, "vpc", { cidrBlock: "10.0.0.0/16" })),
      /^VpcLimitExceeded: The maximum number of VPCs has been reached/,
    );
    for (let i = 0; i < 5; i++) await create(account, "eip", {});
    assert.match(await rejection(create(account, "eip", {})), /^AddressLimitExceeded: /);
  });

  it("know the same load balancer by both of its tokens", () => {
    const found = account.get("aws:alb/loadBalancer:LoadBalancer", world.loadBalancer.id);
    assert.equal(found?.type, TYPES.loadBalancer);
  });

  it("name load balancers so that they resolve to this machine", () => {
    const dnsName = String(world.loadBalancer.outputs.dnsName);
    assert.match(dnsName, /^web-\d+\.ap-northeast-1\.elb\.localhost$/);
  });

  it("fill in what a health check leaves open", async () => {
    const group = await create(account, "targetGroup", {
      name: "checked",
      port: 80,
      protocol: "HTTP",
      vpcId: world.vpc.id,
      healthCheck: { path: "/health" },
    });
    assert.deepEqual(group.outputs.healthCheck, {
      enabled: true,
      healthyThreshold: 3,
      interval: 30,
      matcher: "200",
      path: "/health",
      port: "traffic-port",
      protocol: "HTTP",
      timeout: 5,
      unhealthyThreshold: 3,
    });
  });

  for (const type of resourceTypes) {
    it(`${type.token} has exactly the properties of its SDK`, () => {
      const [sdk = "", module = ""] = type.token.split(":");
      // `docker-build:index:Image` is in image.js, `random:index/randomPassword:RandomPassword` in randomPassword.js.
      const file = module === "index" ? "image" : module.replace("index/", "");
      const source = readFileSync(
        join(require.resolve(`@pulumi/${sdk}/package.json`), "..", `${file}.js`),
        "utf8",
      );
      const inputs = inputKeys(type);
      const outputOnly = [...source.matchAll(/resourceInputs\["(\w+)"\] = undefined \/\*out\*\//g)]
        .map(([, name]) => name)
        .filter((name = "") => name !== "tagsAll" && !inputs.has(name));
      const declared = type.computed.filter((key) => !inputs.has(key));
      assert.deepEqual(declared.sort(), [...new Set(outputOnly)].sort());
    });
  }

  function goodService(): Properties {
    return serviceInputs({ ...world, subnets: [world.subnetA.id, world.subnetC.id] });
  }
});
