import type { ServiceStatus, TaskLastStatus } from "../status";
import type { Task } from "../task";

const BEFORE_RUNNING: readonly TaskLastStatus[] = ["PROVISIONING", "PENDING", "ACTIVATING"];

/** How many tasks are running, and how many are pending. */
export function countTasks(
  tasks: readonly Task[],
): Pick<ServiceStatus, "runningCount" | "pendingCount"> {
  return {
    runningCount: tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").length,
    pendingCount: tasks.filter(({ lastStatus }) => BEFORE_RUNNING.includes(lastStatus)).length,
  };
}
