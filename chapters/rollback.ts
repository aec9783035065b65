import * as pulumi from "@pulumi/pulumi";

import type { DeployTarget } from "../components";
import type { Shared } from "./shared";

/**
 * Warns in a preview that a service runs a different revision from the one that the stack deployed last. Without a
 * refresh neither state nor preview shows it: an update would change nothing, and succeed.
 *
 * Source: Amazon ECS developer guide, "How the Amazon ECS deployment circuit breaker detects failures"; after a
 * rollback the service names the revision that it returned to.
 */
export function warnOfRollback(
  { standing }: Pick<Shared, "standing">,
  { clusterName, serviceName, taskDefinition }: DeployTarget,
): void {
  if (!pulumi.runtime.isDryRun()) return;
  // The revision is unknown if this update registers another one; then there is nothing to warn of.
  pulumi
    .all([standing.service(clusterName, serviceName), taskDefinition.arn])
    .apply(async ([service, last]) => {
      if (service === undefined || service.taskDefinition === last) return;
      const [runs, deployed] = [service.taskDefinition, last].map((arn) => arn.split("/").at(-1));
      await pulumi.log.warn(
        `the service ${serviceName} runs ${runs}, not ${deployed}, which the stack deployed last: ECS rolled it back, ` +
          `or somebody changed it; \`pulumi up --refresh\` deploys ${deployed} again`,
      );
    });
}
