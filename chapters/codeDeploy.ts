import * as pulumi from "@pulumi/pulumi";

import { physicalName } from "../components/shared/names";
import type { Shared } from "./shared";
import { refuse } from "./standing";

/**
 * Refuses another network for a service that CodeDeploy deploys: only a deployment of CodeDeploy could give it one,
 * and the update would end in its middle.
 *
 * @param base of the names of the service and its cluster.
 * @throws pulumi.RunError saying what cannot be changed, and how it can be had.
 *
 * Source: Amazon ECS API reference, "UpdateService", "Unable to update network parameters".
 */
export async function refuseNetworkChange(shared: Shared, base: string): Promise<void> {
  const { settings, network, standing } = shared;
  const service = await standing.serviceOf(base, base);
  const [runsIn] = service?.networkConfigurations ?? [];
  if (runsIn === undefined) return;
  // A class's network has its zones to itself; they do not change under those who share it.
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
        `${setting}: CodeDeploy deploys the service ${name}, and ECS gives it no other subnets; ` +
        "first let ECS deploy it (cicdDeploy rolling), change this, and go back to codedeploy",
    ),
  );
}
