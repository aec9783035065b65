import type { LiveAccount } from "../../../account/record";
import { messageOf } from "../../../shared/messageOf";
import type { ReportEvent } from "../../dataplane/events";
import { ECS_TYPES } from "./ecs";

/**
 * Records which revision a service was rolled back to, as DescribeServices then reports, even one that its stack has
 * deregistered. A refresh thus shows the drift, and the stack's next update tries again.
 *
 * The returned function resolves to whether it was recorded; it never rejects.
 */
export function noteRollbacks(account: LiveAccount, report: ReportEvent) {
  return async (serviceKey: string, taskDefinition: string): Promise<boolean> => {
    try {
      await account.note(ECS_TYPES.service, serviceKey, { taskDefinition });
      return true;
    } catch (error) {
      const message = `could not record the rollback to ${taskDefinition}: ${messageOf(error)}`;
      report({ source: "service", resource: serviceKey, message });
      return false;
    }
  };
}
