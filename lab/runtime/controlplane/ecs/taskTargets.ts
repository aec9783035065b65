import type { TargetGroup } from "../../dataplane/alb/targetGroup";
import type { TaskContainers } from "./containers/taskContainers";
import type { TaskMakeup } from "./containers/taskMakeup";

/** Looks up the target groups that a task is registered with. */
export interface TargetGroups {
  /** @returns undefined once the group is deleted. */
  readonly targetGroup: (arn: string) => TargetGroup | undefined;
}

/** A task as the target of its target groups. */
export class TaskTargets {
  constructor(
    private readonly taskArn: string,
    private readonly options: Pick<TaskMakeup, "targets"> & TargetGroups,
  ) {}

  get groupArns(): string[] {
    return this.options.targets.map(({ targetGroupArn }) => targetGroupArn);
  }

  /** The task's health in each group; undefined if it is not registered there. */
  states() {
    return this.groupArns.map((arn) => this.options.targetGroup(arn)?.health(this.taskArn)?.state);
  }

  register(containers: TaskContainers): void {
    for (const { containerName, containerPort, targetGroupArn } of this.options.targets) {
      const address = containers.address(containerName, containerPort);
      if (address === undefined) continue;
      this.options.targetGroup(targetGroupArn)?.register(this.taskArn, address);
    }
  }

  /** Resolves when no group sends it requests any more, and those in flight are answered. */
  async drain(): Promise<void> {
    await Promise.all(this.groups().map((group) => group.deregister(this.taskArn)));
  }

  /** Deregisters it at once, because it has ended. */
  remove(): void {
    for (const group of this.groups()) group.remove(this.taskArn);
  }

  private groups(): TargetGroup[] {
    return this.groupArns.flatMap((arn) => this.options.targetGroup(arn) ?? []);
  }
}
