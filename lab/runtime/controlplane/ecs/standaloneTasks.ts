import { lastPart } from "../../../shared/lastPart";
import type { StandaloneTaskStatus } from "./status";
import type { TaskDefinition } from "./ecs";
import type { TaskSurroundings } from "./scheduler/serviceTasks";
import { Task } from "./task";
import {
  nextCapacity,
  placementRequest,
  type CapacityRequest,
  type PlacedService,
} from "./taskCapacity";

/** A request for one or more tasks without a service. */
export interface TaskOrder extends CapacityRequest {
  readonly clusterArn: string;
  /** With its overrides. */
  readonly definition: TaskDefinition;
  readonly count: number;
  /** Who started them, as with `aws ecs run-task --started-by`. */
  readonly startedBy: string;
  readonly orderedPlacementStrategies: PlacedService["orderedPlacementStrategies"];
  readonly placementConstraints: PlacedService["placementConstraints"];
}

export interface StandaloneTasksOptions {
  readonly surroundings: () => Omit<TaskSurroundings, "serviceConnect" | "targetGroup" | "zones">;
  /** Called after every change of a task. */
  readonly onChange: () => void;
}

const STOPPED_TASKS_KEPT = 10;

/** Tasks without a service: none is started again after it has ended. */
export class StandaloneTasks {
  private tasks: Task[] = [];

  constructor(private readonly options: StandaloneTasksOptions) {}

  /** A task that is running, or among the last that stopped. */
  find(taskArn: string): Task | undefined {
    return this.tasks.find(({ arn }) => arn === taskArn);
  }

  /**
   * Starts tasks, on instances if they need any. Without enough room it starts fewer, since RunTask does not wait.
   * @returns the started tasks, and why each of the others was not started
   */
  start(order: TaskOrder): { readonly started: readonly Task[]; readonly because: string[] } {
    const started: Task[] = [];
    const because: string[] = [];
    for (let i = 0; i < order.count; i++) {
      const task = this.newTask(order, started);
      const why = this.begin(task, order);
      if (why === undefined) started.push(task);
      else because.push(why);
    }
    return { started, because };
  }

  /** Stops all. Resolves when they have ended. */
  async shutDown(): Promise<void> {
    const live = this.tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED");
    await Promise.all(live.map((task) => task.stop("UserInitiated", "The lab has ended.")));
  }

  /** The running tasks and the last ones that stopped, oldest first. */
  status(): StandaloneTaskStatus[] {
    return this.tasks.map((task) => {
      const { clusterName, deploymentId, group } = task.options;
      return { ...task.toStatus(), cluster: clusterName, group, startedBy: deploymentId };
    });
  }

  private newTask(order: TaskOrder, siblings: readonly Task[]): Task {
    const surroundings = this.options.surroundings();
    const { defaultStrategy, report, secrets } = surroundings;
    const clusterName = clusterNameOf(order);
    const { onChange } = this.options;
    return new Task({
      ...surroundings,
      serviceArn: order.clusterArn,
      clusterName,
      group: `family:${order.definition.family}`,
      deploymentId: order.startedBy,
      definition: order.definition,
      targets: [],
      targetGroup: () => undefined,
      surroundings: () => ({ secrets }),
      ...nextCapacity(order, defaultStrategy(clusterName), siblings),
      onStatus: ({ arn, lastStatus, stoppedReason }) => {
        const isStopped = lastStatus === "STOPPED";
        const message = isStopped ? `STOPPED: ${stoppedReason ?? ""}` : lastStatus;
        report({ source: "task", resource: arn, message });
        if (isStopped) this.forget();
        onChange();
      },
      onHealth: onChange,
    });
  }

  /** Starts a task. Returns why it could not, if so. */
  private begin(task: Task, order: TaskOrder): string | undefined {
    if (task.options.launchType === "FARGATE") {
      this.tasks.push(task);
      void task.start();
      return undefined;
    }
    const { orderedPlacementStrategies, placementConstraints } = order;
    const asked = {
      orderedPlacementStrategies,
      placementConstraints,
      arn: order.clusterArn,
      clusterName: clusterNameOf(order),
      schedulingStrategy: "REPLICA",
    };
    const place = this.options.surroundings().instances.place(placementRequest(asked, task));
    if ("because" in place) return place.because;
    this.tasks.push(task);
    void task.start(place);
    return undefined;
  }

  private forget(): void {
    const stopped = this.tasks.filter(({ lastStatus }) => lastStatus === "STOPPED");
    const forgotten = new Set(stopped.slice(0, -STOPPED_TASKS_KEPT));
    this.tasks = this.tasks.filter((task) => !forgotten.has(task));
  }
}

const clusterNameOf = ({ clusterArn }: TaskOrder): string => lastPart(clusterArn);
