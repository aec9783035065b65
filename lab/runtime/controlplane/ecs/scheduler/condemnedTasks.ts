import type { TargetGroup } from "../../../dataplane/alb/targetGroup";
import type { Service } from "../ecs";
import type { Task } from "../task";

/** What judging tasks needs. */
export interface CondemnedTasksOptions {
  readonly service: () => Service;
  /** All of the service's. */
  readonly tasks: () => readonly Task[];
  readonly targetGroup: (arn: string) => TargetGroup | undefined;
  /** The health check grace period passes this many times faster than configured. */
  readonly healthCheckSpeed: number;
  /** Asks to look again after some ms. */
  readonly wakeIn: (milliseconds: number) => void;
  /** Tells the service's events. */
  readonly say: (message: string) => void;
  /** Called for each condemned task, once. */
  readonly onFailure: (task: Task) => void;
}

/**
 * Tasks that a target group found unhealthy and whose grace period is over: they are to be replaced.
 * Source: ECS developer guide, "Amazon ECS task health and task replacement".
 */
export class CondemnedTasks {
  private readonly reported = new WeakSet<Task>();

  constructor(private readonly options: CondemnedTasksOptions) {}

  /** Those that nobody has told to stop. */
  list(): Task[] {
    const { healthCheckSpeed, service, tasks, wakeIn } = this.options;
    const graceMs = (service().healthCheckGracePeriodSeconds * 1000) / healthCheckSpeed;
    const now = Date.now();
    return tasks().filter((task) => {
      if (task.isStopping || task.health !== "UNHEALTHY") return false;
      const leftMs = graceMs - (task.runningForMs(now) ?? 0);
      if (leftMs > 0) wakeIn(leftMs);
      return leftMs <= 0;
    });
  }

  /** Reports those that have not been yet. */
  report(): void {
    const { onFailure, say, targetGroup } = this.options;
    for (const task of this.list()) {
      if (this.reported.has(task)) continue;
      const groupArn = unhealthyGroup(task) ?? "";
      const health = targetGroup(groupArn)?.health(task.arn);
      this.reported.add(task);
      say(
        `(task ${task.id}, port ${task.options.containerPort}) is unhealthy in ` +
          `(target-group ${groupArn}) due to (reason ${health?.description ?? "Health checks failed"}).`,
      );
      onFailure(task);
    }
  }
}

/** Why a condemned task is stopped. */
export const healthCheckReason = (task: Task): string =>
  `Task failed ELB health checks in (target-group ${unhealthyGroup(task) ?? ""})`;

/** ARN of the target group that finds a task unhealthy. */
function unhealthyGroup(task: Task): string | undefined {
  const { targetGroupArns, targetGroup } = task.options;
  return targetGroupArns.find((arn) => targetGroup(arn)?.health(task.arn)?.state === "unhealthy");
}
