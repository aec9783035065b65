import assert from "node:assert/strict";

import { Account } from "../../../../lab/account/account";
import type { Properties } from "../../../../lab/account/resourceType";
import { checkInputs, withDefaults } from "../../../../lab/account/schema";
import { UNKNOWN } from "../../../../lab/shared/unknown";
import { resourceTypeOf } from "../../../../lab/account/types/registry";
import {
  CONTAINER,
  create,
  NO_TARGET_GROUP,
  createWorld,
  FARGATE_TASK,
  goodService,
  rejection,
  TYPES,
  type World,
} from "../fixtures";
import { type InUse, itRefuses, type Malformed, type Refused, type RefusedService } from "./cases";

const ACCOUNT_ARN = "arn:aws:ecs:ap-northeast-1:123456789012";

function task(patch: Properties, container: Properties = {}): Properties {
  return {
    ...FARGATE_TASK,
    containerDefinitions: JSON.stringify([{ ...CONTAINER, ...container }]),
    ...patch,
  };
}

/** What the API refuses, with AWS's errors. */
const REFUSED: readonly Refused<World>[] = [
  [
    "a cluster name that is taken",
    "cluster",
    () => ({ name: "handson" }),
    /^InvalidParameterException: /,
  ],
  [
    "unknown capacity providers",
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
    "a host port that differs from its container port with awsvpc",
    "taskDefinition",
    () => task({}, { portMappings: [{ containerPort: 80, hostPort: 8080 }] }),
    /^ClientException: When networkMode=awsvpc, the host ports and container ports/,
  ],
  [
    "a task without an essential container",
    "taskDefinition",
    () => task({}, { essential: false }),
    /^ClientException: .*at least one essential container/,
  ],
  [
    "a dependency on an unknown container",
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
];

/** What CreateService refuses: a patch of a service that would be accepted. */
const REFUSED_SERVICES: readonly RefusedService<World>[] = [
  [
    "an unknown cluster",
    () => ({ cluster: "none" }),
    /^ClusterNotFoundException: Cluster not found\.$/,
  ],
  [
    "a name that is taken",
    () => ({ name: "handson" }),
    /^InvalidParameterException: Creation of service was not idempotent\.$/,
  ],
  [
    "an unknown task definition",
    () => ({ taskDefinition: "none:1" }),
    /^ClientException: Unable to describe task definition\.$/,
  ],
  [
    "awsvpc without a network",
    () => ({ networkConfiguration: undefined }),
    /^InvalidParameterException: Network Configuration must be provided/,
  ],
  [
    "an unknown subnet",
    () => ({ networkConfiguration: { subnets: ["subnet-0"] } }),
    /^InvalidParameterException: Error retrieving subnet information for \[subnet-0\]/,
  ],
  [
    "an unknown security group",
    (w) => ({ networkConfiguration: { subnets: [w.subnetA.id], securityGroups: ["sg-0"] } }),
    /^InvalidParameterException: Error retrieving security group information for \[sg-0\]/,
  ],
  [
    "both a launch type and a strategy",
    () => ({ capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }] }),
    /^InvalidParameterException: Specifying both a launch type and capacity provider strategy/,
  ],
  [
    "a provider that its cluster does not have",
    () => ({
      launchType: undefined,
      capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
    }),
    /^InvalidParameterException: .*not associated with the cluster: FARGATE_SPOT/,
  ],
  [
    "the daemon strategy on Fargate",
    () => ({ schedulingStrategy: "DAEMON", desiredCount: undefined }),
    /^InvalidParameterException: The daemon scheduling strategy is not supported for Fargate/,
  ],
  [
    "a container that its task does not have",
    (w) => ({
      loadBalancers: [
        { targetGroupArn: w.targetGroup.id, containerName: "web", containerPort: 80 },
      ],
    }),
    /^InvalidParameterException: The container web does not exist in the task definition\.$/,
  ],
  [
    "a port that its container does not have",
    (w) => ({
      loadBalancers: [
        { targetGroupArn: w.targetGroup.id, containerName: "nginx", containerPort: 81 },
      ],
    }),
    /^InvalidParameterException: The container nginx did not have a container port 81 defined\.$/,
  ],
  [
    "an unknown target group",
    () => ({
      loadBalancers: [
        { targetGroupArn: NO_TARGET_GROUP, containerName: "nginx", containerPort: 80 },
      ],
    }),
    /^InvalidParameterException: The target group .*none.* does not exist\.$/,
  ],
  [
    "percentages that block every deployment",
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
const IN_USE: readonly InUse<World>[] = [
  ["cluster", "cluster", /^ClusterContainsServicesException: /],
];

/** What the provider refuses before it asks the API: the inputs, and where they are wrong. */
const MALFORMED: readonly Malformed[] = [
  ["a negative count", "service", { desiredCount: -1 }, ["desiredCount"]],
  [
    "a container's misspelt property",
    "taskDefinition",
    task({}, { imagee: "x" }),
    ["containerDefinitions"],
  ],
  [
    "containers that are not JSON",
    "taskDefinition",
    { family: "x", containerDefinitions: "[" },
    ["containerDefinitions"],
  ],
  [
    "what the account does not support",
    "service",
    { serviceRegistries: { registryArn: "arn" } },
    ["serviceRegistries"],
  ],
];

describe("the account's ECS services", () => {
  let account: Account;
  let world: World;

  beforeEach(async () => {
    account = Account.inMemory();
    world = await createWorld(account);
  });

  itRefuses(() => ({ account, world }), {
    refused: REFUSED,
    services: [goodService, REFUSED_SERVICES],
    inUse: IN_USE,
    malformed: MALFORMED,
  });

  it("accept the service that the refused ones are based on", async () => {
    const service = await create(account, "service", goodService(world));
    assert.equal(service.id, `${ACCOUNT_ARN}:service/handson/other`);
    assert.equal(service.outputs.platformVersion, "LATEST");
  });

  it("refuse a service whose target group no listener forwards to", async () => {
    const inputs = goodService(world);
    await account.delete(TYPES.listenerRule, world.listenerRule.id);
    assert.match(
      await rejection(create(account, "service", inputs)),
      /^InvalidParameterException: The target group .* does not have an associated load balancer\.$/,
    );
  });

  it("skip what a preview does not know yet", () => {
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

  it("continue a family's revision numbers, even after a revision was deleted", async () => {
    const second = await create(account, "taskDefinition", FARGATE_TASK);
    assert.equal(second.outputs.revision, 2);
    await account.delete(TYPES.taskDefinition, second.id);
    const third = await create(account, "taskDefinition", FARGATE_TASK);
    assert.equal(third.id, `${ACCOUNT_ARN}:task-definition/handson:3`);
  });

  it("scale a service to 0 before deleting it", async () => {
    const seen: unknown[] = [];
    account.onChange(({ after }) => seen.push(after?.outputs.desiredCount));
    await account.delete(TYPES.service, world.service.id);
    assert.deepEqual(seen, [0, undefined]);
  });
});
