import type { LiveAccount } from "../../../account/record";
import { messageOf } from "../../../shared/messageOf";
import type { Report } from "../../dataplane/events";
import { ECS_TYPES } from "./ecs";

/**
 * Writes down which revision a service has gone back to, as DescribeServices then names it, also one that its
 * stack has deregistered: so a refresh sees the drift, and the stack's next update tries again.
 *
 * What it returns resolves to whether it stands there; it never rejects.
 */
export function noteRollbacks(account: LiveAccount, report: Report) {
  return async (serviceKey: string, taskDefinition: string): Promise<boolean> => {
    try {
      await account.note(ECS_TYPES.service, serviceKey, { taskDefinition });
      return true;
    } catch (error) {
      const message = `could not write down the rollback to ${taskDefinition}: ${messageOf(error)}`;
      report({ source: "service", resource: serviceKey, message });
      return false;
    }
  };
}
