import type { LoadBalancerStatus, TargetGroupStatus } from "../../dataplane/alb/loadBalancerStatus";
import type { RuntimeName, TaskKind } from "../../dataplane/tasks/runtime";
import type { PaceName } from "../pace";
import type { DeploymentStrategy } from "../traffic/shiftPlan";
import type { LifecycleStage } from "../traffic/trafficShift";

/** Everything that runs, as plain JSON. */
export interface PlaneStatus {
  /** How fast the lab runs. */
  readonly pace?: PaceName;
  /** How tasks are run; absent before `start`. */
  readonly runtime?: RuntimeName;
  readonly loadBalancers: readonly LoadBalancerStatus[];
  readonly targetGroups: readonly TargetGroupStatus[];
  readonly services: readonly ServiceStatus[];
  /** Container instances, oldest first. They are simulated: all tasks run on this machine. */
  readonly instances: readonly InstanceStatus[];
  /** Tasks without a service, oldest first, with the last ones that stopped. */
  readonly tasks: readonly StandaloneTaskStatus[];
  /** Enabled rules and schedules that start tasks. */
  readonly schedules: readonly ScheduleStatus[];
}

/** A rule of EventBridge, or a schedule of its Scheduler, that starts tasks. */
export interface ScheduleStatus {
  readonly name: string;
  /** The rule's expression, such as `rate(5 minutes)`. */
  readonly expression: string;
  /** When it last started tasks, or tried to; absent before. ISO 8601. */
  readonly lastStart?: string;
  /** When it next starts tasks; absent if never. ISO 8601. */
  readonly nextStart?: string;
}

/** One simulated container instance, with the names of `aws ecs describe-container-instances`. */
export interface InstanceStatus {
  /** As EC2 names it, `i-0…`. */
  readonly id: string;
  /** As ECS's events name it. */
  readonly containerInstanceId: string;
  /** Absent for a managed instance, which has no group. */
  readonly autoScalingGroup?: string;
  /** Absent if its group has none. */
  readonly capacityProvider?: string;
  readonly cluster: string;
  readonly instanceType: string;
  readonly zone: string;
  /** `REGISTERING` until it has started, `DRAINING` while its tasks move elsewhere. */
  readonly status: "REGISTERING" | "ACTIVE" | "DRAINING";
  /** CPU units. */
  readonly cpu: Usage;
  /** MiB. */
  readonly memory: Usage;
  /** Network interfaces for tasks, excluding its own. */
  readonly interfaces: Usage;
  /** ARNs of the tasks on it. */
  readonly tasks: readonly string[];
}

/** What tasks have reserved, and what is left. */
export interface Usage {
  readonly used: number;
  readonly free: number;
}

/** One service, with the names of `aws ecs describe-services`. */
export interface ServiceStatus {
  readonly arn: string;
  readonly name: string;
  readonly cluster: string;
  /** `DRAINING` once it was deleted, while its last tasks end. */
  readonly status: "ACTIVE" | "DRAINING";
  readonly schedulingStrategy: "REPLICA" | "DAEMON";
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly pendingCount: number;
  /** Absent when steady. */
  readonly notSteadyBecause?: string;
  /** In percent of what its tasks reserve; absent unless autoscaling or an alarm uses it. */
  readonly utilization?: { readonly CPUUtilization?: number; readonly MemoryUtilization?: number };
  /** Newest first. */
  readonly deployments: readonly DeploymentStatus[];
  /** Running tasks, oldest first, then the last ones that stopped. */
  readonly tasks: readonly TaskStatus[];
  /** The last 100, newest first. */
  readonly events: readonly { readonly at: string; readonly message: string }[];
}

/** A deployment. `INACTIVE` is the last failed one: no longer there, but worth showing. */
export interface DeploymentStatus {
  readonly id: string;
  readonly strategy: DeploymentStrategy;
  /** Its current stage; absent for rolling updates and once it has ended. */
  readonly lifecycleStage?: LifecycleStage;
  /**
   * Percentages of the production traffic on the target groups that it moves requests between; absent for rolling
   * updates and once it has ended.
   */
  readonly trafficWeights?: readonly { readonly targetGroupArn: string; readonly weight: number }[];
  /** All percentages of production traffic that its tasks go through; absent as for `trafficWeights`. */
  readonly trafficSteps?: readonly number[];
  /** When the present step ends, if it is only waiting for time to pass. ISO 8601. */
  readonly until?: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** When it last completed, failed, or became the target of a rollback. ISO 8601. */
  readonly updatedAt: string;
  /** When it completed or failed; absent while it is in progress. ISO 8601. */
  readonly finishedAt?: string;
  readonly status: "PRIMARY" | "ACTIVE" | "INACTIVE";
  /** `family:revision`. */
  readonly taskDefinition: string;
  readonly rolloutState: RolloutState;
  readonly rolloutStateReason: string;
  readonly failedTasks: number;
  readonly runningCount: number;
  readonly pendingCount: number;
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html */
export type RolloutState = "IN_PROGRESS" | "COMPLETED" | "FAILED";

/** The states of a task's lifecycle, in order. */
export type TaskLastStatus =
  "PROVISIONING" | "PENDING" | "ACTIVATING" | "RUNNING" | "DEACTIVATING" | "STOPPING" | "STOPPED";

/** Why a task stopped, in the ECS API's terms. */
export type StopCode =
  | "TaskFailedToStart"
  | "EssentialContainerExited"
  | "UserInitiated"
  | "ServiceSchedulerInitiated"
  | "TerminationNotice";

/** One task, with the names of `aws ecs describe-tasks` where there are any. */
export interface TaskStatus {
  readonly arn: string;
  readonly deploymentId: string;
  /** `family:revision`. */
  readonly taskDefinition: string;
  readonly revision: number;
  readonly lastStatus: TaskLastStatus;
  /** When its containers will start, while it is waiting for that. ISO 8601. */
  readonly until?: string;
  /** Its zone, once it is placed. On Fargate, a zone of its subnets; absent if those are not known. */
  readonly availabilityZone?: string;
  readonly desiredStatus: "RUNNING" | "STOPPED";
  /** `UNKNOWN` until it runs and its targets have been judged. */
  readonly health: "HEALTHY" | "UNHEALTHY" | "UNKNOWN";
  /** How it runs on this machine; before it has started, how tasks run here in general. */
  readonly runtime: TaskKind;
  readonly launchType: "FARGATE" | "EC2";
  /** Absent if the service sets a launch type. */
  readonly capacityProvider?: string;
  /** The instance it was placed on; absent on Fargate and while it is waiting for one. */
  readonly instanceId?: string;
  /** `127.0.0.1:PORT`, while it is running. */
  readonly address?: string;
  /** Process ID on this machine, while it is running, unless it is a Docker container. */
  readonly pid?: number;
  readonly startedAt?: string;
  readonly stoppedAt?: string;
  readonly stopCode?: StopCode;
  readonly stoppedReason?: string;
  /** Exit code of the essential container that ended it, else of the container with its first target or port. */
  readonly exitCode?: number;
  /** Its containers, in the order of the task definition; empty before it starts. */
  readonly containers: readonly ContainerStatus[];
}

/** One task without a service, as `aws ecs run-task` or a schedule starts it. */
export interface StandaloneTaskStatus extends TaskStatus {
  readonly cluster: string;
  /** `family:NAME`. */
  readonly group: string;
  /** Who started it, such as `events-rule/nightly`. */
  readonly startedBy: string;
}

/** One container of a task, with the names of `aws ecs describe-tasks` where there are any. */
export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly lastStatus: "PENDING" | "RUNNING" | "STOPPED";
  /** Absent without a container health check. */
  readonly healthStatus?: "HEALTHY" | "UNHEALTHY" | "UNKNOWN";
  /** How it runs on this machine; absent before it has started. */
  readonly runtime?: TaskKind;
  /** Process ID on this machine, while it is running, unless it is a Docker container. */
  readonly pid?: number;
  /** 128 plus the signal's number if a signal ended it: 137 if it was killed. */
  readonly exitCode?: number;
  /** Why it did not start. */
  readonly reason?: string;
}
