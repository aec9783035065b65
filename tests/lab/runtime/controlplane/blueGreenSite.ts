import { Account } from "../../../../lab/account/account";
import type { ResourceRecord } from "../../../../lab/account/record";
import type { Properties } from "../../../../lab/account/resourceType";
import {
  create,
  createWorld,
  FARGATE_TASK,
  serviceInputs,
  trustPolicy,
  TYPES,
  type World,
} from "../../account/fixtures";

/** How many times faster the control plane checks new targets: AWS accepts no interval under 5 seconds. */
export const healthCheckSpeed = 100;

/** A site that alternates between two target groups, in the offline account, as stacks create it. */
export interface BlueGreenSite {
  readonly account: Account;
  readonly listener: string;
  readonly first: string;
  readonly alternate: string;
  /** The listener's rule `*`. */
  readonly production: string;
  readonly service: string;
  /** Registers a revision of the site's task definition; resolves to its ARN. */
  readonly register: (image: string) => Promise<string>;
  /** Changes inputs of the service. */
  readonly change: (patch: Properties) => Promise<ResourceRecord>;
  readonly deploy: (image: string) => Promise<ResourceRecord>;
  /** Weights of the production rule by target group. */
  readonly weights: () => Record<string, number>;
}

/**
 * @param image of the first revision
 * @param service further inputs of the service
 * @param controller who shifts the requests; ECS also sends those with the header `x-test` to the new tasks
 */
export async function openBlueGreenSite(
  image: string,
  service: Properties,
  controller: "ECS" | "CODE_DEPLOY" = "ECS",
): Promise<BlueGreenSite> {
  const account = Account.inMemory();
  const world = await createWorld(account);
  await account.delete(TYPES.service, world.service.id);
  await account.delete(TYPES.listenerRule, world.listenerRule.id);
  const first = await targetGroup(account, world, "first");
  const alternate = await targetGroup(account, world, "alternate");
  const rule = async (priority: number, conditions: Properties[]) => {
    const targetGroups = [
      { arn: first.id, weight: 100 },
      { arn: alternate.id, weight: 0 },
    ];
    const actions = [{ type: "forward", forward: { targetGroups } }];
    const listenerArn = world.listener.id;
    return create(account, "listenerRule", { listenerArn, priority, actions, conditions });
  };
  const path = { pathPattern: { values: ["*"] } };
  const header = { httpHeader: { httpHeaderName: "x-test", values: ["true"] } };
  const production = await rule(2, [path]);
  const test = await rule(1, [path, header]);
  const register = async (containerImage: string) => {
    const container = {
      name: "nginx",
      image: containerImage,
      portMappings: [{ containerPort: 80 }],
    };
    const containerDefinitions = JSON.stringify([container]);
    const task = { ...FARGATE_TASK, family: "site", containerDefinitions };
    return create(account, "taskDefinition", task);
  };
  const taskDefinition = await register(image);
  const role = await create(account, "role", {
    name: "infrastructure",
    assumeRolePolicy: trustPolicy("ecs"),
  });
  const advancedConfiguration = {
    alternateTargetGroupArn: alternate.id,
    productionListenerRule: production.id,
    testListenerRule: test.id,
    roleArn: role.outputs.arn,
  };
  const { cluster, securityGroup, subnetA, subnetC } = world;
  const subnets = [subnetA.id, subnetC.id];
  const parts = { cluster, taskDefinition, securityGroup, subnets, targetGroup: first };
  const balancer = { targetGroupArn: first.id, containerName: "nginx", containerPort: 80 };
  const { id } = await create(account, "service", {
    ...serviceInputs(parts),
    name: "site",
    deploymentController: { type: controller },
    loadBalancers: [controller === "ECS" ? { ...balancer, advancedConfiguration } : balancer],
    ...service,
  });
  const change = (patch: Properties) => account.modify(TYPES.service, id, patch);
  return {
    account,
    listener: world.listener.id,
    first: first.id,
    alternate: alternate.id,
    production: production.id,
    service: id,
    register: async (containerImage) => (await register(containerImage)).id,
    change,
    deploy: async (containerImage) =>
      change({ taskDefinition: (await register(containerImage)).id }),
    weights: () => weightsOf(account.get(TYPES.listenerRule, production.id)),
  };
}

/** Creates the application `site` and its deployment group `site`, for a site that CodeDeploy deploys. */
export async function createDeploymentGroup(
  { account, listener }: BlueGreenSite,
  deploymentConfigName: string,
): Promise<void> {
  await create(account, "application", { name: "site", computePlatform: "ECS" });
  const role = await create(account, "role", {
    name: "codedeploy",
    assumeRolePolicy: trustPolicy("codedeploy"),
  });
  await create(account, "deploymentGroup", {
    appName: "site",
    deploymentGroupName: "site",
    deploymentConfigName,
    serviceRoleArn: role.outputs.arn,
    deploymentStyle: {
      deploymentType: "BLUE_GREEN",
      deploymentOption: "WITH_TRAFFIC_CONTROL",
    },
    ecsService: { clusterName: "handson", serviceName: "site" },
    loadBalancerInfo: {
      targetGroupPairInfo: {
        prodTrafficRoute: { listenerArns: [listener] },
        targetGroups: [{ name: "first" }, { name: "alternate" }],
      },
    },
    autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
    blueGreenDeploymentConfig: {
      deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT" },
      terminateBlueInstancesOnDeploymentSuccess: {
        action: "TERMINATE",
        terminationWaitTimeInMinutes: 1,
      },
    },
  });
}

const targetGroup = (account: Account, { vpc }: World, name: string) =>
  create(account, "targetGroup", {
    name,
    port: 80,
    protocol: "HTTP",
    targetType: "ip",
    vpcId: vpc.id,
    healthCheck: { path: "/", interval: 5, timeout: 4, healthyThreshold: 2, unhealthyThreshold: 2 },
  });

function weightsOf(rule: ResourceRecord | undefined): Record<string, number> {
  const [action] = (rule?.outputs.actions ?? []) as {
    forward?: { targetGroups: { arn: string; weight: number }[] };
  }[];
  const groups = action?.forward?.targetGroups ?? [];
  return Object.fromEntries(groups.map(({ arn, weight }) => [arn, weight]));
}
