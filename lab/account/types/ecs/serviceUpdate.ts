import { isDeepStrictEqual } from "node:util";

import type { ResourceRecord } from "../../record";
import type { Properties } from "../../resourceType";
import { invalidParameter } from "./lookups";
import type { ServiceInputs } from "./serviceInputs";

/**
 * Changes that the provider ignores: triggers without a forced deployment, and, for daemons, properties that it never
 * sends or treats as its own defaults.
 *
 * Source: terraform-provider-aws, internal/service/ecs/service.go, `triggersCustomizeDiff` and the DiffSuppressFuncs of
 * `resourceService`.
 */
export function suppressedChanges(_olds: Properties, news: Properties): (keyof ServiceInputs)[] {
  const { deploymentMaximumPercent: most, deploymentMinimumHealthyPercent: least } = news;
  const isTriggered =
    news.forceNewDeployment === true && Object.keys(news.triggers ?? {}).length > 0;
  const isDaemon = news.schedulingStrategy === "DAEMON";
  return [
    ...(isTriggered ? [] : (["triggers"] as const)),
    ...(isDaemon ? (["desiredCount"] as const) : []),
    ...(isDaemon && most === 200 ? (["deploymentMaximumPercent"] as const) : []),
    ...(isDaemon && least === 100 ? (["deploymentMinimumHealthyPercent"] as const) : []),
  ];
}

/**
 * Percentages of a daemon. The provider sends no maximum, and no minimum of 100; ECS then takes 100 and 0, so that each
 * old task stops before its successor starts.
 *
 * Source: service.go, `resourceServiceCreate` and `resourceServiceUpdate`; ECS API, "DeploymentConfiguration".
 */
export function daemonPercentages(
  { deploymentMinimumHealthyPercent: least }: ServiceInputs,
  before: ResourceRecord | undefined,
): Properties {
  const kept = before?.outputs.deploymentMinimumHealthyPercent ?? 0;
  // Omitted if it equals the provider's default.
  const isSent = (least as number | undefined) !== undefined && least !== 100;
  return {
    deploymentMaximumPercent: 100,
    deploymentMinimumHealthyPercent: isSent ? least : kept,
  };
}

/** Inputs whose change alone does not call UpdateService: service.go, `resourceServiceUpdate`. */
const NOT_SENT: readonly string[] = ["forceDelete", "tags"];

/**
 * What UpdateService does for an update by the stack: with `forceNewDeployment`, each update starts a deployment,
 * whatever it changes; under CODE_DEPLOY, few changes are allowed.
 */
export function updateByStack(inputs: ServiceInputs, { inputs: olds, outputs }: ResourceRecord) {
  const news = inputs as Properties;
  const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (key) => !NOT_SENT.includes(key) && !isDeepStrictEqual(olds[key], news[key]),
  );
  if (changed.length === 0) return {};
  if (inputs.deploymentController?.type === "CODE_DEPLOY") checkByCodeDeploy(inputs, changed);
  if (inputs.forceNewDeployment !== true) return {};
  return { forcedDeployments: Number(outputs.forcedDeployments ?? 0) + 1 };
}

/** Properties that only a CodeDeploy deployment can change, with their names in ECS's errors. */
const BY_CODE_DEPLOY = {
  taskDefinition: "task definition",
  networkConfiguration: "network parameters",
  platformVersion: "platform version",
  loadBalancers: "load balancers",
} as const;

/** ECS API, "UpdateService": changes that it accepts for services deployed by CodeDeploy. */
function checkByCodeDeploy(inputs: ServiceInputs, changed: readonly string[]): void {
  const suffix =
    "on services with a CODE_DEPLOY deployment controller. " +
    "Use AWS CodeDeploy to trigger a new deployment.";
  for (const [key, what] of Object.entries(BY_CODE_DEPLOY)) {
    if (changed.includes(key)) throw invalidParameter(`Unable to update ${what} ${suffix}`);
  }
  if (inputs.forceNewDeployment === true) {
    throw invalidParameter(`Cannot force a new deployment ${suffix}`);
  }
}
