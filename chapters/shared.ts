import type * as pulumi from "@pulumi/pulumi";

import type { LoadBalancer, Network, ScalingRules } from "../components";
import type { Settings } from "../settings";

/** What all chapters stand on: one network and one load balancer. */
export interface Shared {
  settings: Settings;
  network: Network;
  loadBalancer: LoadBalancer;
  /** Tags for what a provider's default tags do not reach. */
  tags: Record<string, string>;
  options: pulumi.ComponentResourceOptions;
}

/** The values that autoscaling keeps a metric at: half busy, so that a burst finds room. */
const targets = { cpu: { cpu: 50 }, memory: { memory: 60 }, requests: { requestsPerTarget: 600 } };

/** How services are scaled, if the settings say so. */
export function scalingRules(settings: Settings): ScalingRules | undefined {
  const { autoscaling, autoscalingMaxCount: maxCount } = settings;
  return autoscaling === "none" ? undefined : { maxCount, ...targets[autoscaling] };
}
