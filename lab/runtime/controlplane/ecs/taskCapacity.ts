import type { PlacementRequest } from "../ec2/instance";
import { nextProvider, type CapacityProviderStrategyItem } from "./capacityStrategy";
import { taskSize, type Service } from "./ecs";
import type { Task, TaskOptions } from "./task";

/** AWS's own capacity providers; all others are groups of instances, or launch instances. */
const FARGATE_PROVIDERS: readonly string[] = ["FARGATE", "FARGATE_SPOT"];

/** The requested capacity; if neither is set, the cluster's default applies. */
export interface CapacityRequest {
  readonly launchType?: "FARGATE" | "EC2" | undefined;
  readonly capacityProviderStrategies: readonly CapacityProviderStrategyItem[];
}

/**
 * What the next task of a service runs on: its launch type, or the next provider by its own strategy or its cluster's.
 * @param defaultStrategy the cluster's default strategy; if empty, the launch type is EC2, as on AWS
 * @param siblings tasks of the same deployment that are not being stopped
 */
export function nextCapacity(
  { launchType, capacityProviderStrategies: own }: CapacityRequest,
  defaultStrategy: readonly CapacityProviderStrategyItem[],
  siblings: readonly Task[],
): Pick<TaskOptions, "launchType" | "capacityProvider"> {
  if (launchType !== undefined) return { launchType };
  const strategy = own.length > 0 ? own : defaultStrategy;
  const running = strategy.map(
    (item) =>
      siblings.filter(({ options }) => options.capacityProvider === item.capacityProvider).length,
  );
  const capacityProvider = nextProvider(strategy, running);
  if (capacityProvider === undefined) return { launchType: "EC2" };
  const isFargate = FARGATE_PROVIDERS.includes(capacityProvider);
  return { launchType: isFargate ? "FARGATE" : "EC2", capacityProvider };
}

/** What decides where tasks go. */
export type PlacedService = Pick<
  Service,
  | "arn"
  | "clusterName"
  | "orderedPlacementStrategies"
  | "placementConstraints"
  | "schedulingStrategy"
>;

/** The processor architecture of a task definition, in the terms of an instance's attribute. */
const architectureOf = ({ options: { definition } }: Task): string =>
  definition.runtimePlatform?.cpuArchitecture === "ARM64" ? "arm64" : "x86_64";

/** A task's requirements for an instance. */
export function placementRequest(service: PlacedService, task: Task): PlacementRequest {
  const { definition, capacityProvider, instanceId } = task.options;
  return {
    taskArn: task.arn,
    serviceArn: service.arn,
    clusterName: service.clusterName,
    ...(capacityProvider === undefined ? {} : { capacityProvider }),
    ...(instanceId === undefined ? {} : { instanceId }),
    architecture: architectureOf(task),
    isDaemon: service.schedulingStrategy === "DAEMON",
    size: taskSize(definition),
    strategies: service.orderedPlacementStrategies,
    constraints: service.placementConstraints,
    onLost: (reason) => void task.lose(reason),
  };
}
