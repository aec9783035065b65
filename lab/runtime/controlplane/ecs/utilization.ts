import type { ContainerUsage } from "../../dataplane/tasks/runtime";
import type { Utilization } from "./alarmScaling";
import { taskSize } from "./ecs";
import type { Task } from "./task";

/**
 * What tasks use, in total, of what their task definitions reserve, as CloudWatch reports it for a service. A task with
 * a size counts for at most that much CPU, since the lab does not limit its processes. Source: ECS developer guide,
 * "Amazon ECS service utilization metrics".
 */
export async function utilizationOf(tasks: readonly Task[]): Promise<Utilization | undefined> {
  const measured = await Promise.all(
    tasks.map(async (task) => ({ task, usage: await task.usage() })),
  );
  const known = measured.flatMap(({ task, usage }) =>
    usage === undefined ? [] : [{ size: taskSize(task.options.definition), task, usage }],
  );
  if (known.length === 0) return undefined;
  const reserved = {
    cpu: sum(known.map(({ size }) => size.cpu)),
    memory: sum(known.map(({ size }) => size.memory)),
  };
  const used = {
    cpu: sum(known.map(({ task, usage }) => withinSize(task, usage).cpu)),
    memory: sum(known.map(({ task, usage }) => withinSize(task, usage).memory)),
  };
  return {
    ...(reserved.cpu > 0 && { CPUUtilization: (100 * used.cpu) / reserved.cpu }),
    ...(reserved.memory > 0 && { MemoryUtilization: (100 * used.memory) / reserved.memory }),
  };
}

/** Reservations of containers alone do not limit CPU. */
function withinSize({ options: { definition } }: Task, usage: ContainerUsage): ContainerUsage {
  return {
    cpu: Math.min(usage.cpu, definition.cpu ?? Infinity),
    memory: Math.min(usage.memory, definition.memory ?? Infinity),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
