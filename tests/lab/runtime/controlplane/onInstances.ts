import type { ControlPlane } from "../../../../lab/runtime/controlplane/controlPlane";
import type { InstanceStatus } from "../../../../lab/runtime/controlplane/ecs/status";
import type { MemoryAccount } from "./memoryAccount";
import { runningTasks, service } from "./plane";

/** A service on the instances of `account`'s cluster, through its capacity provider. */
export function onInstances(account: MemoryAccount, changes: Record<string, unknown> = {}): string {
  return account.service("nginx", {
    taskDefinition: account.instanceTask("nginx-task"),
    capacityProviderStrategies: [{ capacityProvider: "nginx", weight: 1, base: 0 }],
    ...changes,
  });
}

export function daemonOn(account: MemoryAccount, changes: Record<string, unknown> = {}): string {
  return account.service("daemon", {
    taskDefinition: account.instanceTask("daemon"),
    launchType: "EC2",
    schedulingStrategy: "DAEMON",
    desiredCount: 0,
    deploymentMinimumHealthyPercent: 0,
    deploymentMaximumPercent: 100,
    ...changes,
  });
}

export function instances(plane: ControlPlane): readonly InstanceStatus[] {
  return plane.status().instances;
}

export const active = (plane: ControlPlane) =>
  instances(plane).filter(({ status }) => status === "ACTIVE");

export const said = (plane: ControlPlane, name = "nginx") =>
  service(plane, name)
    .events.map(({ message }) => message)
    .join("\n");

/** Ids of the instances with running tasks, one for each task. */
export const places = (plane: ControlPlane, name = "nginx") =>
  runningTasks(plane, name).map(({ instanceId }) => instanceId);
