import type { TargetGroup } from "../../../dataplane/alb/targetGroup";
import type { Pace } from "../../pace";
import type { Service } from "../ecs";
import type { TargetedPort } from "../containers/taskMakeup";
import type { Task } from "../task";

/** What judging the tasks' health needs. */
export interface UnhealthyTasksOptions {
  readonly service: () => Service;
  /** All tasks of the service. */
  readonly tasks: () => readonly Task[];
  readonly targetGroup: (arn: string) => TargetGroup | undefined;
  readonly pace: Pace;
  /** Asks to check again after this many ms. */
  readonly wakeIn: (milliseconds: number) => void;
  /** Records an event of the service. */
  readonly say: (message: string) => void;
  /** Called for each unhealthy task, once. */
  readonly onFailure: (task: Task) => void;
}

/**
 * Tasks to replace: those that a target group or a container's health check finds unhealthy after their grace period.
 * Source: ECS developer guide, "Amazon ECS task health and task replacement".
 */
export class UnhealthyTasks {
  private readonly reported = new WeakSet<Task>();

  constructor(private readonly options: UnhealthyTasksOptions) {}

  /** Those that have not been told to stop. */
  list(): Task[] {
    const { pace, service, tasks, wakeIn } = this.options;
    const graceMs = (service().healthCheckGracePeriodSeconds * 1000) / pace.now.healthCheckSpeed;
    const now = Date.now();
    return tasks().filter((task) => {
      if (task.isStopping || task.health !== "UNHEALTHY") return false;
      const leftMs = graceMs - (task.runningForMs(now) ?? 0);
      if (leftMs > 0) wakeIn(leftMs);
      return leftMs <= 0;
    });
  }

  /** Reports those that have not been reported yet. */
  report(): void {
    const { onFailure, say, targetGroup } = this.options;
    for (const task of this.list()) {
      if (this.reported.has(task)) continue;
      const target = unhealthyTarget(task);
      this.reported.add(task);
      if (target === undefined) {
        say(`(task ${task.id}) failed container health checks.`);
      } else {
        const { containerPort, targetGroupArn } = target;
        const { description = "Health checks failed" } =
          targetGroup(targetGroupArn)?.health(task.arn) ?? {};
        say(
          `(task ${task.id}, port ${containerPort}) is unhealthy in ` +
            `(target-group ${targetGroupArn}) due to (reason ${description}).`,
        );
      }
      onFailure(task);
    }
  }
}

/** Why an unhealthy task is stopped. */
export function healthCheckReason(task: Task): string {
  const target = unhealthyTarget(task);
  return target === undefined && task.isUnhealthyByItself
    ? "Task failed container health checks"
    : `Task failed ELB health checks in (target-group ${target?.targetGroupArn ?? ""})`;
}

/** The target group that considers a task unhealthy. */
function unhealthyTarget({
  arn,
  options: { targetGroup, targets },
}: Task): TargetedPort | undefined {
  return targets.find(
    ({ targetGroupArn }) => targetGroup(targetGroupArn)?.health(arn)?.state === "unhealthy",
  );
}
