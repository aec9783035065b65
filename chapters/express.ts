import type * as pulumi from "@pulumi/pulumi";

import { ExpressService, FargateCluster, Network } from "../components";
import type { Settings } from "../settings";
import type { Foundation } from "./foundation";
import { scalingRules } from "./shared";

/** What the chapter builds on: a network, but no load balancer, as ECS creates one. */
interface Ground {
  settings: Settings;
  network: Pick<Foundation["network"], "publicSubnetIds" | "taskSubnetIds">;
  options: pulumi.ComponentResourceOptions;
}

/** The shortest way: nginx by ECS Express Mode, under a name and behind a load balancer that ECS makes. */
export function deployExpress({ settings, network, options }: Ground) {
  const { desiredCount: minCount } = settings;
  const { maxCount = Math.max(minCount, 1), ...metric } = scalingRules(settings) ?? {};
  const { publicSubnetIds = network.taskSubnetIds, taskSubnetIds } = network;
  // #region express
  const cluster = new FargateCluster("express", { name: "express" }, options);
  const service = new ExpressService(
    "express",
    {
      cluster,
      network: { publicSubnetIds, taskSubnetIds },
      region: settings.region,
      image: settings.image,
      containerPort: settings.containerPort,
      healthCheckPath: settings.healthCheckPath,
      cpu: settings.cpu,
      memory: settings.memory,
      scaling: { minCount, maxCount, ...metric },
      logRetentionDays: settings.logRetentionDays,
    },
    options,
  );
  // #endregion
  return {
    url: service.url,
    clusterName: service.clusterName,
    serviceName: service.serviceName,
    serviceArn: service.serviceArn,
    commands: service.commands,
  };
}

/**
 * Settings of a stack with this chapter alone; undefined for any other. It needs neither its own load balancer nor NAT
 * gateways: everything is in public subnets.
 */
export function deployExpressAlone(settings: Settings, options: pulumi.ComponentResourceOptions) {
  if (settings.chapters.some((chapter) => chapter !== "express")) return undefined;
  const network = new Network("network", { ...settings, natGateways: "none" }, options);
  return { express: deployExpress({ settings, network, options }) };
}
