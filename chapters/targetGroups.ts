import * as pulumi from "@pulumi/pulumi";

import type { DeploymentStrategy, FargateServiceArgs } from "../components";
import { targetGroupName } from "../components/shared/targetGroupNames";
import type { Shared } from "./shared";
import type { StandingService } from "./standing";

/** Who moves a service's requests: ECS by a strategy, CodeDeploy, or nobody. */
type Mover = DeploymentStrategy | "CODE_DEPLOY";

/**
 * Which of its target groups a service continues with. ECS and CodeDeploy change the target of its listener rule, which
 * the program does not know. When the program takes the rule back, or creates one on another listener, it uses the
 * group that has the tasks, so that no request fails. In the first case it keeps the other group for one more update,
 * as a group that a rule names cannot be deleted.
 *
 * @param chapter whose output names the service's listener rule.
 * @param base of the names of the service and its cluster.
 */
export async function targetGroups(
  { standing, listenerMoves }: Pick<Shared, "standing" | "listenerMoves">,
  chapter: "cicd" | "fargate",
  base: string,
  wanted: Mover,
): Promise<
  Pick<FargateServiceArgs, "ownTargetGroup" | "keepAlternateTargetGroup" | "listenerMoves">
> {
  const service = await standing.serviceOf(base, base);
  const [loadBalancer] = service?.loadBalancers ?? [];
  if (service === undefined || loadBalancer === undefined) return { listenerMoves };
  const before = trafficMover(service);
  const isReturned = wanted !== before && (wanted === "ROLLING" || before === "CODE_DEPLOY");
  const own =
    (isReturned || listenerMoves ? await standing.servingTargetGroup(chapter) : undefined) ??
    loadBalancer.targetGroupArn;
  const alternate = targetGroupName(base, "alternate", pulumi.getStack());
  return {
    listenerMoves,
    ownTargetGroup: own.includes(`:targetgroup/${alternate}/`) ? "alternate" : "first",
    keepAlternateTargetGroup: isReturned && wanted === "ROLLING",
  };
}

function trafficMover({ deploymentControllers, deploymentConfigurations }: StandingService): Mover {
  if (deploymentControllers.some(({ type }) => type === "CODE_DEPLOY")) return "CODE_DEPLOY";
  const [{ strategy } = { strategy: "ROLLING" }] = deploymentConfigurations;
  return strategy as DeploymentStrategy;
}
