import { physicalName } from "./names";

/** The two target groups between which deployments move a service's requests; a rolling one has the first. */
export type TargetGroupSlot = "first" | "alternate";

/** A target group must have a port, but it has no effect: ECS registers each task with its container's port. */
export const TARGET_GROUP_PORT = 80;

/** Physical name of a service's target group. */
export function targetGroupName(service: string, slot: TargetGroupSlot, stack: string): string {
  const suffix = slot === "first" ? "" : "-alt";
  return physicalName("targetGroup", `${service}-${TARGET_GROUP_PORT}${suffix}`, stack);
}
