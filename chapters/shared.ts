import { setImmediate as nextTurn } from "node:timers/promises";

import * as pulumi from "@pulumi/pulumi";

import {
  type DeploymentStrategy,
  type FargateServiceArgs,
  ImageRepository,
  type ScalingRules,
  type StrategyArgs,
} from "../components";
import type { Settings } from "../settings";
import type { Foundation } from "./foundation";
import type { Standing } from "./standing";

/** What every chapter is given. */
export interface Shared extends Foundation {
  settings: Settings;
  /** What exists of the stack before this update. */
  standing: Standing;
  /** Whether existing rules move from one listener to another. */
  listenerMoves: boolean;
  /** The second tutorial's image repository, which its chapters share. */
  repository: () => ImageRepository;
  /** Tags for resources that a provider's default tags do not reach. */
  tags: Record<string, string>;
  options: pulumi.ComponentResourceOptions;
}

/** The image repository, created when a chapter first asks for it. */
export function imageRepository(
  { region }: Settings,
  options: pulumi.ComponentResourceOptions,
): () => ImageRepository {
  let repository: ImageRepository | undefined;
  return () => (repository ??= new ImageRepository("nginx", { region }, options));
}

/**
 * Hosts that a chapter answers to: the given ones on the stack's own listener; on a class's listener names that begin
 * with the stack's, so that no learner's rule can take another's requests.
 *
 * @param own hosts on a listener of the stack's own; none for every host.
 * @param label tells the chapter from the stack's others on a class's listener: `alice.nginx.*`.
 */
export function hostsOf({ sharedNetwork }: Settings, own: string[], label?: string): string[] {
  if (sharedNetwork === "none") return own;
  return [[pulumi.getStack(), ...(label === undefined ? [] : [label]), "*"].join(".")];
}

/**
 * The security groups that may send to tasks, if not all of the VPC may. On a shared network only the load balancer's
 * may, so that no learner's tasks reach another's past it.
 */
export function allowedSecurityGroups({
  settings: { sharedNetwork, taskIngress },
  loadBalancer,
}: Pick<Shared, "settings" | "loadBalancer">): FargateServiceArgs["allowedSecurityGroups"] {
  return sharedNetwork === "none" && taskIngress === "vpc"
    ? undefined
    : { alb: loadBalancer.securityGroupId };
}

/**
 * A command line that sends a request to the load balancer for one of `hosts`. With HTTPS the certificate must cover
 * the host: `nginx.*` becomes `nginx.<domain>`. If the domain is not known, curl skips the check.
 */
export function requestCommand(
  { loadBalancer, address: { scheme, domain } }: Foundation,
  [host]: readonly string[],
): pulumi.Output<string> {
  const own = host === undefined ? domain : domain && underDomain(host, domain);
  if (own !== undefined) return pulumi.output(`curl https://${own}/`);
  const name = host?.replaceAll("*", "example").replaceAll("?", "x");
  const header = name === undefined ? "" : `--header "Host: ${name}" `;
  const insecure = scheme === "https" ? "--insecure " : "";
  return pulumi.interpolate`curl ${insecure}${header}${scheme}://${loadBalancer.dnsName}/`;
}

/** `nginx.example.com` for `nginx.*`; undefined for any other pattern. */
function underDomain(pattern: string, domain: string): string | undefined {
  const [, label] = /^([a-z0-9.-]+)\.\*$/.exec(pattern) ?? [];
  return label === undefined ? undefined : `${label}.${domain}`;
}

/** Target values for autoscaling: half busy, which leaves room for a burst. */
const targets = { cpu: { cpu: 50 }, memory: { memory: 60 }, requests: { requestsPerTarget: 600 } };

/** How services are scaled, if the settings say so. */
export function scalingRules(settings: Settings): ScalingRules | undefined {
  const { autoscaling, autoscalingMaxCount: maxCount } = settings;
  return autoscaling === "none" ? undefined : { maxCount, ...targets[autoscaling] };
}

/** A deployment strategy with the settings that are its own. */
export function strategyArgs(settings: Settings, strategy: DeploymentStrategy): StrategyArgs {
  const { deploymentBakeMinutes: bakeTimeInMinutes } = settings;
  const { deploymentStepPercent: percent, deploymentStepBakeMinutes: minutes } = settings;
  switch (strategy) {
    case "ROLLING":
      return { strategy };
    case "BLUE_GREEN":
      return { strategy, bakeTimeInMinutes };
    case "LINEAR":
      return {
        strategy,
        bakeTimeInMinutes,
        linear: { stepPercent: percent, stepBakeTimeInMinutes: minutes },
      };
    case "CANARY":
      return { strategy, bakeTimeInMinutes, canary: { percent, bakeTimeInMinutes: minutes } };
  }
}

/**
 * Declares resources in a later turn of the event loop, so that Pulumi already works on the earlier ones while these
 * are declared.
 */
export async function inTurn<T>(declare: () => T): Promise<Awaited<T>> {
  await nextTurn();
  return await declare();
}
