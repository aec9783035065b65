import * as pulumi from "@pulumi/pulumi";

import { physicalName } from "../components/shared/names";
import type { Shared } from "./shared";
import { refuse } from "./standing";

/**
 * Refuses a change of network for a service that CodeDeploy deploys: only a CodeDeploy deployment can change it, so the
 * update would fail halfway.
 *
 * @param base of the names of the service and its cluster.
 * @throws pulumi.RunError saying what cannot be changed, and how to get there.
 *
 * Source: Amazon ECS API reference, "UpdateService", "Unable to update network parameters".
 */
export async function refuseNetworkChange(shared: Shared, base: string): Promise<void> {
  const { settings, network, standing } = shared;
  const service = await standing.serviceOf(base, base);
  const [runsIn] = service?.networkConfigurations ?? [];
  if (runsIn === undefined) return;
  // Only the class's own stack sets the zones of its network; they do not change for those who share it.
  const zones = settings.sharedNetwork === "none" ? settings.availabilityZones : runsIn.subnets;
  const changed = [
    runsIn.assignPublicIp === network.assignPublicIp
      ? undefined
      : `natGateways ${settings.natGateways}`,
    runsIn.subnets.length === zones.length ? undefined : `availabilityZones ${zones.join(", ")}`,
  ].filter((setting) => setting !== undefined);
  const name = physicalName("service", base, pulumi.getStack());
  refuse(
    changed.map(
      (setting) =>
        `${setting}: CodeDeploy deploys the service ${name}, and ECS cannot change its subnets; ` +
        "first let ECS deploy it (cicdDeploy rolling), change this, and go back to codedeploy",
    ),
  );
}
