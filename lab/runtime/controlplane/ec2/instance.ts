import { randomBytes } from "node:crypto";
import {
  isAllowed,
  type Candidate,
  type PlacementConstraint,
  type PlacementQuestion,
  type Resources,
} from "../ecs/placement";
import type { InstanceStatus } from "../ecs/status";
import type { Pace, PacedWait } from "../pace";
import type { InstanceDesign } from "./capacityRecords";
import { minus } from "./managedScaling";

/** A task that needs an instance, or has one. */
export interface PlacementRequest extends PlacementQuestion {
  readonly taskArn: string;
  readonly serviceArn: string;
  readonly clusterName: string;
  /** Only instances of this provider's group. @default any instance of the cluster */
  readonly capacityProvider?: string;
  /** Processor architecture that the task needs, in the terms of an instance's attribute. @default any */
  readonly architecture?: string;
  /** Only this instance. @default any */
  readonly instanceId?: string;
  /** Whether it is a daemon's task: managed scaling ignores those. */
  readonly isDaemon: boolean;
  /** Called when the instance is terminated while the task is on it. */
  readonly onLost: (reason: string) => void;
}

/** A daemon, whose tasks have priority on every instance that they may run on. */
export interface DaemonService {
  readonly serviceArn: string;
  readonly clusterName: string;
  readonly constraints: readonly PlacementConstraint[];
  readonly size: Resources;
}

/** One simulated container instance: its design, and the capacity that its tasks leave. */
export class Instance {
  readonly id = `i-0${randomBytes(8).toString("hex")}`;
  readonly containerInstanceId = randomBytes(16).toString("hex");
  readonly tasks = new Map<string, PlacementRequest>();
  status: InstanceStatus["status"] = "REGISTERING";
  private readonly warmUp: PacedWait;

  /**
   * @param groupKey the Auto Scaling group or capacity provider that launches it
   * @param pace determines when it registers with its cluster
   * @param onRegistered called when it has registered
   */
  constructor(
    readonly groupKey: string,
    readonly zone: string,
    readonly design: InstanceDesign,
    pace: Pace,
    onRegistered: () => void,
  ) {
    this.warmUp = pace.after(
      ({ warmUpMs }) => warmUpMs,
      () => {
        this.status = "ACTIVE";
        onRegistered();
      },
    );
  }

  /** The capacity left for further tasks. */
  get free(): Resources {
    return [...this.tasks.values()].reduce(
      (free, { size }) => minus(free, size),
      this.design.resources,
    );
  }

  /** Whether it runs tasks other than daemons. */
  get isBusy(): boolean {
    return [...this.tasks.values()].some(({ isDaemon }) => !isDaemon);
  }

  /** Whether a daemon must have a task here. */
  takes({ clusterName, constraints }: DaemonService): boolean {
    return this.design.clusterName === clusterName && isAllowed(this.asCandidate(""), constraints);
  }

  /**
   * The capacity left for tasks that are not daemons: the room of daemons that have not started yet is reserved.
   * Source: ECS developer guide, "Amazon ECS service scheduler", "Daemon".
   */
  freeBeside(daemons: readonly DaemonService[]): Resources {
    const here = [...this.tasks.values()].map(({ serviceArn }) => serviceArn);
    return daemons
      .filter((daemon) => !here.includes(daemon.serviceArn) && this.takes(daemon))
      .reduce((free, { size }) => minus(free, size), this.free);
  }

  /** The instance as seen by the placement of a service's task. */
  asCandidate(serviceArn: string): Candidate {
    const tasks = [...this.tasks.values()];
    return {
      id: this.id,
      containerInstanceId: this.containerInstanceId,
      attributes: {
        "ecs.availability-zone": this.zone,
        "ecs.instance-type": this.design.instanceType,
        "ecs.cpu-architecture": this.design.architecture,
        "ecs.os-type": "linux",
      },
      free: this.free,
      tasksOfService: tasks.filter((task) => task.serviceArn === serviceArn).length,
    };
  }

  toStatus(group: Pick<InstanceStatus, "autoScalingGroup" | "capacityProvider">): InstanceStatus {
    const { design, free } = this;
    const used = minus(design.resources, free);
    return {
      id: this.id,
      containerInstanceId: this.containerInstanceId,
      ...group,
      cluster: design.clusterName,
      instanceType: design.instanceType,
      zone: this.zone,
      status: this.status,
      cpu: { used: used.cpu, free: free.cpu },
      memory: { used: used.memory, free: free.memory },
      interfaces: { used: used.interfaces, free: free.interfaces },
      tasks: [...this.tasks.keys()],
    };
  }

  /** Ends it, together with the tasks it still has. */
  end(): void {
    this.warmUp.cancel();
    for (const { onLost } of [...this.tasks.values()]) {
      onLost(`Host EC2 (instance ${this.id}) terminated.`);
    }
  }
}
