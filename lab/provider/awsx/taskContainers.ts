import type * as aws from "@pulumi/aws";
import type { types } from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";

import type { LogGroupId } from "./taskDefaults";

type ContainerArgs = types.input.ecs.TaskDefinitionContainerDefinitionArgs;
type PortMappingArgs = types.input.ecs.TaskDefinitionPortMappingArgs;

/** Containers by their names. */
export type Containers = pulumi.Output<Readonly<Record<string, ContainerArgs>>>;
/** A container as it goes into the task definition's JSON. */
export type ContainerDefinition = pulumi.Unwrap<Omit<ContainerArgs, "portMappings">> & {
  readonly portMappings?: readonly object[] | undefined;
};

// Source of all that follows: pulumi-awsx, awsx/ecs/containers.ts.

/**
 * The containers of a task definition's arguments; a single one without a name is `container`.
 *
 * @throws Error unless either one or several are given.
 */
export function containersOf({
  container,
  containers,
}: {
  readonly container?: ContainerArgs;
  readonly containers?: Record<string, ContainerArgs>;
}): Containers {
  if (container !== undefined && containers === undefined) {
    const name = container.name as pulumi.Input<string> | undefined;
    return pulumi.output(name).apply((known = "container") => ({ [known]: container }));
  }
  if (containers !== undefined && container === undefined)
    return pulumi.output({ containers }).apply(() => containers);
  throw new Error("Exactly one of [container] or [containers] must be provided");
}

/** The container definitions; containers without their own log configuration write to the group. */
export function containerDefinitions(
  containers: Containers,
  logGroup: pulumi.Output<LogGroupId> | undefined,
): pulumi.Output<ContainerDefinition[]> {
  return containers.apply((all) =>
    pulumi.all(
      Object.entries(all).map(([name, container]) => {
        const { portMappings, ...rest } = container;
        return pulumi
          .all([rest, mappingsOf(portMappings), logGroup])
          .apply(([known, ports, logs]) => definitionOf(name, known, ports, logs));
      }),
    ),
  );
}

function definitionOf(
  name: string,
  container: pulumi.Unwrap<Omit<ContainerArgs, "portMappings">>,
  portMappings: readonly object[] | undefined,
  logs: LogGroupId | undefined,
): ContainerDefinition {
  const definition = { ...container, portMappings, name };
  if (definition.logConfiguration !== undefined || logs === undefined) return definition;
  const options = {
    "awslogs-group": logs.name,
    "awslogs-region": logs.region,
    "awslogs-stream-prefix": name,
  };
  return { ...definition, logConfiguration: { logDriver: "awslogs", options } };
}

/** Derives omitted ports from the target group's and from each other. */
function mappingsOf(given: ContainerArgs["portMappings"]): pulumi.Output<object[] | undefined> {
  return pulumi
    .output(given as pulumi.Input<PortMappingArgs[]> | undefined)
    .apply((mappings) =>
      mappings === undefined
        ? pulumi.output(undefined)
        : pulumi.all(
            mappings.map(({ targetGroup, ...mapping }) => withPorts(mapping, targetGroup)),
          ),
    );
}

function withPorts(
  mapping: pulumi.Unwrap<Omit<PortMappingArgs, "targetGroup">>,
  targetGroup: aws.lb.TargetGroup | undefined,
): pulumi.Output<object> {
  const { containerPort, hostPort } = mapping;
  return pulumi.output(targetGroup?.port).apply((port) => ({
    ...mapping,
    containerPort: containerPort ?? hostPort ?? port,
    hostPort: hostPort ?? port ?? containerPort,
  }));
}

/** The service's load balancers, from the target groups that port mappings name. */
export function loadBalancersOf(
  containers: Containers,
): pulumi.Output<aws.types.input.ecs.ServiceLoadBalancer[]> {
  return containers.apply((all) => {
    const perContainer = Object.entries(all).map(([containerName, { portMappings }]) =>
      pulumi
        .output(portMappings as pulumi.Input<PortMappingArgs[]> | undefined)
        .apply((mappings = []) =>
          pulumi.all(
            mappings.flatMap(({ targetGroup }) =>
              targetGroup === undefined ? [] : [balancerOf(containerName, targetGroup)],
            ),
          ),
        ),
    );
    return pulumi.all(perContainer).apply((groups) => groups.flat());
  });
}

function balancerOf(containerName: string, { arn, port }: aws.lb.TargetGroup) {
  return pulumi.all([arn, port]).apply(([targetGroupArn, containerPort = 0]) => ({
    containerName,
    containerPort,
    targetGroupArn,
  }));
}
