import type { LiveAccount } from "../../../account/record";
import { messageOf } from "../../../shared/messageOf";
import type { Report } from "../../dataplane/events";
import { ECS_TYPES } from "./ecs";

/**
 * Writes down which revision a service has gone back to, as DescribeServices then names it, also one that its
 * stack has deregistered: so a refresh sees the drift, and the stack's next update tries again.
 */
export function noteRollbacks(account: LiveAccount, report: Report) {
  return (serviceKey: string, taskDefinition: string): void => {
    account.note(ECS_TYPES.service, serviceKey, { taskDefinition }).catch((error: unknown) => {
      const message = `could not write down the rollback to ${taskDefinition}: ${messageOf(error)}`;
      report({ source: "service", resource: serviceKey, message });
    });
  };
}
