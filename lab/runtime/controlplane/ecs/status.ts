import type { LoadBalancerStatus, TargetGroupStatus } from "../../dataplane/alb/loadBalancerStatus";
import type { RuntimeName, TaskKind } from "../../dataplane/tasks/runtime";
import type { PaceName } from "../pace";
import type { DeploymentStrategy } from "../traffic/shiftPlan";
import type { LifecycleStage } from "../traffic/trafficShift";

/** All that runs, as plain JSON. */
export interface PlaneStatus {
  /** How fast the lab lives. */
  readonly pace?: PaceName;
  /** How tasks are run; absent before `start`. */
  readonly runtime?: RuntimeName;
  readonly loadBalancers: readonly LoadBalancerStatus[];
  readonly targetGroups: readonly TargetGroupStatus[];
  readonly services: readonly ServiceStatus[];
  /** Container instances, oldest first. They are simulated: all tasks run on this machine. */
  readonly instances: readonly InstanceStatus[];
  /** Those without a service, oldest first, with the last ones that stopped. */
  readonly tasks: readonly StandaloneTaskStatus[];
  /** Rules and schedules that start tasks, unless they are off. */
  readonly schedules: readonly ScheduleStatus[];
}

/** One rule of EventBridge, or schedule of its Scheduler, that starts tasks, while it is served. */
export interface ScheduleStatus {
  readonly name: string;
  /** As the rule has it, such as `rate(5 minutes)`. */
  readonly expression: string;
  /** When it last started tasks, or tried to; absent before. ISO 8601. */
  readonly lastStart?: string;
  /** When it starts tasks next; absent where it never does. ISO 8601. */
  readonly nextStart?: string;
}

/** One simulated container instance, with the names of `aws ecs describe-container-instances`. */
export interface InstanceStatus {
  /** As EC2 names it, `i-0…`. */
  readonly id: string;
  /** As ECS's events name it. */
  readonly containerInstanceId: string;
  /** Absent for a managed instance, which is in none. */
  readonly autoScalingGroup?: string;
  /** Absent when its group has none. */
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
  /** Network interfaces for tasks; its own is not among them. */
  readonly interfaces: Usage;
  /** ARNs of the tasks on it. */
  readonly tasks: readonly string[];
}

/** What tasks reserve, and what is left for others. */
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
  /** In percent of what its tasks reserve; absent unless autoscaling or an alarm asks for it. */
  readonly utilization?: { readonly CPUUtilization?: number; readonly MemoryUtilization?: number };
  /** Newest first. */
  readonly deployments: readonly DeploymentStatus[];
  /** Those that run, oldest first, then the last ones that stopped. */
  readonly tasks: readonly TaskStatus[];
  /** The last 100, newest first. */
  readonly events: readonly { readonly at: string; readonly message: string }[];
}

/** One deployment. `INACTIVE` is the last failed one: gone, but worth showing. */
export interface DeploymentStatus {
  readonly id: string;
  readonly strategy: DeploymentStrategy;
  /** Where it is; absent for rolling updates and once it is over. */
  readonly lifecycleStage?: LifecycleStage;
  /**
   * Percentages of the production traffic on the target groups that it moves requests between; absent
   * for rolling updates and once it is over.
   */
  readonly trafficWeights?: readonly { readonly targetGroupArn: string; readonly weight: number }[];
  /** All percentages of the production traffic on its tasks that it goes through; as `trafficWeights`. */
  readonly trafficSteps?: readonly number[];
  /** When the present step ends, while only the time is waited for. ISO 8601. */
  readonly until?: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** When it last completed, failed, or began to be rolled back to. ISO 8601. */
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

/** Where a task is in its life, in this order. */
export type TaskLastStatus =
  "PROVISIONING" | "PENDING" | "ACTIVATING" | "RUNNING" | "DEACTIVATING" | "STOPPING" | "STOPPED";

/** Why a task stopped, as the ECS API names it. */
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
  /** When its containers start, while it waits for that. ISO 8601. */
  readonly until?: string;
  /** Where it runs, once it is placed. On Fargate a zone of its subnets; absent where those are not known. */
  readonly availabilityZone?: string;
  readonly desiredStatus: "RUNNING" | "STOPPED";
  /** `UNKNOWN` until it runs and its targets have been judged. */
  readonly health: "HEALTHY" | "UNHEALTHY" | "UNKNOWN";
  /** What it runs as on this machine; before it has started, how tasks are run here. */
  readonly runtime: TaskKind;
  readonly launchType: "FARGATE" | "EC2";
  /** Absent when the service asks for a launch type. */
  readonly capacityProvider?: string;
  /** The instance it was placed on; absent on Fargate and while it waits for one. */
  readonly instanceId?: string;
  /** `127.0.0.1:PORT`, while it runs. */
  readonly address?: string;
  /** On this machine, while it runs, unless it is a container. */
  readonly pid?: number;
  readonly startedAt?: string;
  readonly stoppedAt?: string;
  readonly stopCode?: StopCode;
  readonly stoppedReason?: string;
  /** Of the essential container that ended it, else of the one with its first target or port. */
  readonly exitCode?: number;
  /** All of it, in the order of the task definition; empty before it starts. */
  readonly containers: readonly ContainerStatus[];
}

/** One task without a service, as `aws ecs run-task` or a schedule starts it. */
export interface StandaloneTaskStatus extends TaskStatus {
  readonly cluster: string;
  /** `family:NAME`. */
  readonly group: string;
  /** Who wanted it, such as `events-rule/nightly`. */
  readonly startedBy: string;
}

/** One container of a task, with the names of `aws ecs describe-tasks` where there are any. */
export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly lastStatus: "PENDING" | "RUNNING" | "STOPPED";
  /** Absent without a health check of its own. */
  readonly healthStatus?: "HEALTHY" | "UNHEALTHY" | "UNKNOWN";
  /** What it runs as on this machine; absent before it has started. */
  readonly runtime?: TaskKind;
  /** On this machine, while it runs, unless it is a container there. */
  readonly pid?: number;
  /** 128 and more for a signal: 137 for one that was killed. */
  readonly exitCode?: number;
  /** Why it did not start. */
  readonly reason?: string;
}
