import type { ResourceRecord } from "../../record";
import type { AccountContext } from "../../resourceType";
import { balancersOf } from "../elasticloadbalancingv2/lookups";
import { TARGET_GROUP } from "../elasticloadbalancingv2/tokens";
import { checkStrategy, isFargateStrategy, type Strategy } from "./capacityStrategy";
import { parseContainers } from "./containers";
import { invalidParameter } from "./lookups";
import { checkManagedStrategy, managedProviderNames } from "./managedInstances";
import type { ServiceInputs } from "./serviceInputs";
import { CLUSTER_CAPACITY_PROVIDERS } from "./tokens";

/** Checks where the tasks run: launch type or capacity providers, and a compatible task definition. */
export function checkLaunch(
  context: AccountContext,
  inputs: ServiceInputs,
  owner: ResourceRecord,
  definition: ResourceRecord,
  strategy: Strategy,
): void {
  const { capacityProviderStrategies: items, launchType } = inputs;
  const isFargate = launchType === "FARGATE" || isFargateStrategy(strategy);
  const managed = managedProviderNames(context, owner);
  // API: "CreateService", `launchType`.
  if (launchType === "MANAGED_INSTANCES") {
    throw invalidParameter(
      "To use Amazon ECS Managed Instances, specify a capacity provider strategy and omit the launch type.",
    );
  }
  if (items !== undefined && items.length > 0) {
    if (launchType !== undefined) {
      throw invalidParameter(
        "Specifying both a launch type and capacity provider strategy is not supported. " +
          "Remove one and try again.",
      );
    }
    const association = context.get(CLUSTER_CAPACITY_PROVIDERS, String(owner.outputs.name));
    const associated = (association?.outputs.capacityProviders ?? []) as string[];
    checkStrategy(items, [...associated, ...managed]);
  }
  checkManagedStrategy(
    strategy.map(({ capacityProvider }) => capacityProvider),
    managed,
    definition,
  );
  const compatibilities = (definition.inputs.requiresCompatibilities ?? []) as string[];
  if (isFargate && !compatibilities.includes("FARGATE")) {
    throw invalidParameter("Task definition does not support launch_type FARGATE.");
  }
  if (!isFargate && inputs.platformVersion !== undefined) {
    throw invalidParameter("The platform version must be null when specifying an EC2 launch type.");
  }
}

export function checkNetwork(
  context: AccountContext,
  inputs: ServiceInputs,
  definition: ResourceRecord,
  isFargate: boolean,
): void {
  const { networkConfiguration: network } = inputs;
  const isAwsvpc = definition.outputs.networkMode === "awsvpc";
  if (isAwsvpc && network === undefined) {
    throw invalidParameter(
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    );
  }
  if (network === undefined) return;
  if (!isAwsvpc) {
    throw invalidParameter(
      "Network Configuration is not valid for the given networkMode of this task definition.",
    );
  }
  if (network.assignPublicIp && !isFargate) {
    throw invalidParameter("Assign public IP is not supported for this launch type.");
  }
  const vpcIds = new Set<unknown>();
  for (const id of network.subnets) {
    const subnet = context.get("aws:ec2/subnet:Subnet", id);
    if (!subnet) {
      throw invalidParameter(
        `Error retrieving subnet information for [${id}]: The subnet ID '${id}' does not exist ` +
          "(ErrorCode: InvalidSubnetID.NotFound)",
      );
    }
    vpcIds.add(subnet.outputs.vpcId);
  }
  if (vpcIds.size > 1) throw invalidParameter("Subnets must all be in the same VPC.");
  for (const id of network.securityGroups ?? []) {
    const vpcId = vpcOfSecurityGroup(context, id);
    if (vpcId === undefined) {
      throw invalidParameter(
        `Error retrieving security group information for [${id}]: The security group '${id}' ` +
          "does not exist (ErrorCode: InvalidGroup.NotFound)",
      );
    }
    if (!vpcIds.has(vpcId)) {
      throw invalidParameter(`Security group ${id} is not in the same VPC as the subnets.`);
    }
  }
}

export function vpcOfSecurityGroup(context: AccountContext, id: string): unknown {
  return (
    context.get("aws:ec2/securityGroup:SecurityGroup", id)?.outputs.vpcId ??
    context.list("aws:ec2/vpc:Vpc").find(({ outputs }) => outputs.defaultSecurityGroupId === id)?.id
  );
}

export function checkLoadBalancers(
  context: AccountContext,
  inputs: ServiceInputs,
  definition: ResourceRecord,
): void {
  const { loadBalancers = [] } = inputs;
  if (loadBalancers.length === 0) {
    if ((inputs.healthCheckGracePeriodSeconds ?? 0) > 0) {
      throw invalidParameter(
        "Health check grace period is only valid for services configured to use load balancers",
      );
    }
    return;
  }
  const containers = parseContainers(String(definition.inputs.containerDefinitions));
  for (const { containerName, containerPort, targetGroupArn } of loadBalancers) {
    const container = containers.find(({ name }) => name === containerName);
    if (!container) {
      throw invalidParameter(
        `The container ${containerName} does not exist in the task definition.`,
      );
    }
    if (!container.portMappings?.some((port) => port.containerPort === containerPort)) {
      throw invalidParameter(
        `The container ${containerName} did not have a container port ${containerPort} defined.`,
      );
    }
    const group = context.get(TARGET_GROUP, targetGroupArn);
    if (!group) throw invalidParameter(`The target group ${targetGroupArn} does not exist.`);
    if (definition.outputs.networkMode === "awsvpc" && group.outputs.targetType !== "ip") {
      throw invalidParameter(
        `The provided target group ${targetGroupArn} has target type ` +
          `${String(group.outputs.targetType)}, which is incompatible with the awsvpc network mode ` +
          "specified in the task definition.",
      );
    }
    if (definition.outputs.networkMode !== "awsvpc" && group.outputs.targetType === "ip") {
      throw invalidParameter(
        `The provided target group ${targetGroupArn} has target type ip, which is incompatible with ` +
          `the ${String(definition.outputs.networkMode)} network mode specified in the task definition.`,
      );
    }
    if (balancersOf(context, targetGroupArn).length === 0) {
      throw invalidParameter(
        `The target group with targetGroupArn ${targetGroupArn} does not have an associated ` +
          "load balancer.",
      );
    }
  }
}

export function checkDeployment(inputs: ServiceInputs, definition: ResourceRecord): void {
  const { deploymentMaximumPercent: most, deploymentMinimumHealthyPercent: least } = inputs;
  if (inputs.schedulingStrategy === "REPLICA" && most === 100 && least === 100) {
    throw invalidParameter(
      "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
    );
  }
  if (inputs.enableExecuteCommand && definition.inputs.taskRoleArn === undefined) {
    throw invalidParameter(
      "The service couldn't be created because a valid taskRoleArn is not being used. " +
        "Specify a valid task role in your task definition and try again.",
    );
  }
}
