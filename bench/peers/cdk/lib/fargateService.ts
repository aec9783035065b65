import * as ecs from "aws-cdk-lib/aws-ecs";
import type { Construct } from "constructs";

import {
  containerOf,
  createLogging,
  publicImage,
  route,
  serviceOptions,
  type ServiceProps,
} from "./service";

export interface FargateServiceProps extends ServiceProps {
  /** @default a cluster of the service's own */
  cluster?: ecs.Cluster;
  /** @default nginx from the public gallery */
  image?: ecs.ContainerImage;
  secrets?: Record<string, ecs.Secret>;
  /** Whether the cluster's other services find it by its name. */
  serviceConnect?: boolean;
}

/** A service on Fargate, from its cluster to its rule on the listener. */
export function createFargateService(
  scope: Construct,
  props: FargateServiceProps,
): ecs.FargateService {
  const { name, image = publicImage(), secrets, port = 80 } = props;
  const logging = createLogging(scope, props);
  const taskDefinition = new ecs.FargateTaskDefinition(scope, `${name}-task`, {
    family: `${name}-dev`,
    cpu: 256,
    memoryLimitMiB: 512,
    runtimePlatform: {
      cpuArchitecture: ecs.CpuArchitecture.X86_64,
      operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
    },
  });
  const linuxParameters = new ecs.LinuxParameters(scope, `${name}-linux`, {
    initProcessEnabled: true,
  });
  taskDefinition.addContainer(name, {
    ...containerOf(props, image, logging),
    secrets,
    linuxParameters,
  });
  const service = new ecs.FargateService(scope, `${name}-service`, {
    ...serviceOptions(scope, props),
    cluster: props.cluster ?? createFargateCluster(scope, props),
    taskDefinition,
    assignPublicIp: false,
    serviceConnectConfiguration: props.serviceConnect
      ? { services: [{ portMappingName: name, dnsName: name, port }], logDriver: logging }
      : undefined,
  });
  route(scope, props, service);
  return service;
}

/** A cluster for Fargate with the metrics of Container Insights. */
export function createFargateCluster(
  scope: Construct,
  { name, vpc }: Pick<ServiceProps, "name" | "vpc">,
): ecs.Cluster {
  return new ecs.Cluster(scope, `${name}-cluster`, {
    vpc,
    clusterName: `${name}-dev`,
    containerInsightsV2: ecs.ContainerInsights.ENABLED,
    enableFargateCapacityProviders: true,
  });
}
