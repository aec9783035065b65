import type { TargetGroup } from "../../../dataplane/alb/targetGroup";
import type { ReportEvent } from "../../../dataplane/events";
import type { LogStore } from "../../../dataplane/tasks/logStore";
import type { TaskConnection, TaskRuntime } from "../../../dataplane/tasks/runtime";
import type { PlacementRequest } from "../../ec2/instance";
import type { Instances, InstanceReservation } from "../../ec2/instances";
import type { Pace } from "../../pace";
import type { CapacityProviderStrategyItem } from "../capacityStrategy";
import type { ContainerDefinition, Service } from "../ecs";
import { Task } from "../task";
import { nextCapacity, placementRequest } from "../taskCapacity";
import type { Deployment } from "./deployment";
import type { SchedulingStep } from "./schedulingStrategy";

/** What the tasks of every service need from their surroundings. */
export interface TaskSurroundings {
  readonly runtime: TaskRuntime;
  readonly targetGroup: (arn: string) => TargetGroup | undefined;
  readonly instances: Pick<Instances, "place">;
  /** A cluster's default capacity provider strategy; may be empty. */
  readonly defaultStrategy: (clusterName: string) => readonly CapacityProviderStrategyItem[];
  /** Availability Zones of the subnets of a service's tasks on Fargate; may be empty. */
  readonly zones: (service: Service) => readonly string[];
  /** Values of a container's secrets. @throws {TaskStartError} when one cannot be read */
  readonly secrets: (container: ContainerDefinition) => Readonly<Record<string, string>>;
  /** How the service's tasks find other services by name; undefined if they cannot. */
  readonly serviceConnect: (service: Service) => TaskConnection | undefined;
  readonly logStore?: LogStore | undefined;
  readonly pace: Pace;
  readonly report: ReportEvent;
}

/** What the tasks need from their service. */
export interface ServiceTasksOptions {
  readonly surroundings: TaskSurroundings;
  readonly service: () => Service;
  /** Records an event of the service. */
  readonly say: (message: string) => void;
  /** Called for each task that could not start, or ended by itself. */
  readonly onFailure: (task: Task) => void;
  /** Called after every change of a task. */
  readonly onChange: () => void;
}

const STOPPED_TASKS_KEPT = 10;

/** The tasks of one service: starts, places and stops them, and records events. The decisions are made elsewhere. */
export class ServiceTasks {
  private tasks: Task[] = [];
  /** Why the last task could not be placed; undefined if none is waiting. */
  private unplaced: string | undefined;

  constructor(private readonly options: ServiceTasksOptions) {}

  /** Oldest first, including the last ones that stopped. */
  get all(): readonly Task[] {
    return this.tasks;
  }

  /** Those that are not `STOPPED`. */
  get live(): Task[] {
    return this.tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED");
  }

  get stopped(): Task[] {
    return this.tasks.filter(({ lastStatus }) => lastStatus === "STOPPED");
  }

  /** Those that have not been told to stop. */
  get active(): Task[] {
    return this.tasks.filter((task) => !task.isStopping);
  }

  /** Those that are waiting for an instance. */
  get waiting(): Task[] {
    return this.tasks.filter(({ isUnplaced }) => isUnplaced);
  }

  /** Why no instance took the last task, in ECS's words; undefined if none is waiting. */
  get unplacedBecause(): string | undefined {
    return this.unplaced;
  }

  find(arn: string): Task | undefined {
    return this.tasks.find((task) => task.arn === arn);
  }

  /** The waiting tasks' requirements for an instance. */
  placementRequests(): PlacementRequest[] {
    return this.waiting.map((task) => placementRequest(this.options.service(), task));
  }

  /** Starts tasks of a deployment. Returns whether all have started; the others wait for an instance. */
  start(deployment: Deployment, { start, startOn }: SchedulingStep): boolean {
    const started: Task[] = [];
    for (let index = 0; index < start; index++) {
      const task = this.newTask(deployment, startOn?.[index]);
      this.tasks.push(task);
      if (task.options.launchType === "FARGATE") started.push(task);
    }
    this.reportStarts(started);
    for (const task of started) void task.start();
    return started.length === start;
  }

  /**
   * Starts waiting tasks for which there is now an instance. On AWS, a task of launch type EC2 only exists from then
   * on; here it is visible while it waits, as all tasks of capacity providers are.
   */
  place(): void {
    const { say, service, surroundings } = this.options;
    const placed: [Task, InstanceReservation][] = [];
    let because: string | undefined;
    for (const task of this.waiting) {
      const place = surroundings.instances.place(placementRequest(service(), task));
      if ("because" in place) because = place.because;
      else placed.push([task, place]);
    }
    this.reportStarts(placed.map(([task]) => task));
    for (const [task, place] of placed) void task.start(place);
    // While some of its own tasks are still stopping, these are what it is waiting for.
    const isLeaving = this.live.some((task) => task.isStopping);
    if (because !== undefined && because !== this.unplaced && !isLeaving) say(because);
    if (because === undefined || !isLeaving) this.unplaced = because;
  }

  /** @param reasonOf why it stops, in ECS's words */
  stop(tasks: readonly Task[], reasonOf: (task: Task) => string): void {
    this.reportStops(tasks);
    for (const task of tasks) void task.stop("ServiceSchedulerInitiated", reasonOf(task));
  }

  /** Stops all tasks. Resolves when they have ended. */
  async stopAll(reason: string): Promise<void> {
    const { live } = this;
    this.reportStops(live.filter((task) => !task.isStopping));
    await Promise.all(live.map((task) => task.stop("ServiceSchedulerInitiated", reason)));
  }

  private newTask(deployment: Deployment, instanceId: string | undefined): Task {
    const { definition, targets } = deployment.spec;
    const { surroundings } = this.options;
    const { defaultStrategy } = surroundings;
    const service = this.options.service();
    const siblings = this.active.filter(({ options }) => options.deploymentId === deployment.id);
    return new Task({
      ...surroundings,
      serviceArn: service.arn,
      clusterName: service.clusterName,
      group: service.name,
      deploymentId: deployment.id,
      definition,
      targets,
      surroundings: () => {
        const serviceConnect = surroundings.serviceConnect(this.options.service());
        const { secrets } = surroundings;
        return { secrets, ...(serviceConnect === undefined ? {} : { serviceConnect }) };
      },
      ...nextCapacity(service, defaultStrategy(service.clusterName), siblings),
      ...(instanceId === undefined ? {} : { instanceId }),
      ...this.emptiestZone(service, siblings),
      onStatus: (task) => {
        this.taskChanged(task);
      },
      onHealth: this.options.onChange,
    });
  }

  /** Fargate spreads a service's tasks over the zones of its subnets. */
  private emptiestZone(service: Service, siblings: readonly Task[]): { readonly zone?: string } {
    const counts = this.options.surroundings.zones(service).map((zone) => ({
      zone,
      count: siblings.filter((task) => task.options.zone === zone).length,
    }));
    const [emptiest] = counts.sort((one, other) => one.count - other.count);
    return emptiest === undefined ? {} : { zone: emptiest.zone };
  }

  private taskChanged(task: Task): void {
    const { onChange, say, surroundings } = this.options;
    const { lastStatus, stoppedReason } = task;
    surroundings.report({
      source: "task",
      resource: task.arn,
      message: lastStatus === "STOPPED" ? `STOPPED: ${stoppedReason ?? ""}` : lastStatus,
    });
    if (lastStatus === "RUNNING") {
      for (const arn of task.targetGroupArns) {
        say(`registered 1 targets in (target-group ${arn})`);
      }
    }
    if (lastStatus === "STOPPED") this.taskStopped(task);
    onChange();
  }

  private taskStopped(task: Task): void {
    const { onFailure, say } = this.options;
    const { stopCode, stoppedReason } = task;
    if (stopCode === "TaskFailedToStart" || stopCode === "EssentialContainerExited") {
      onFailure(task);
    }
    if (stopCode === "TaskFailedToStart") {
      say(`was unable to start (task ${task.id}). Reason: ${stoppedReason ?? ""}`);
    }
    const forgotten = new Set(this.stopped.slice(0, -STOPPED_TASKS_KEPT));
    this.tasks = this.tasks.filter((one) => !forgotten.has(one));
  }

  private reportStarts(tasks: readonly Task[]): void {
    if (tasks.length === 0) return;
    this.options.say(`has started ${tasks.length} tasks: ${namesOf(tasks)}.`);
  }

  private reportStops(tasks: readonly Task[]): void {
    if (tasks.length === 0) return;
    const draining = tasks.filter(({ targetGroupArns }) => targetGroupArns.length > 0);
    if (draining.length > 0) {
      this.options.say(`has begun draining connections on ${draining.length} tasks.`);
    }
    this.options.say(`has stopped ${tasks.length} running tasks: ${namesOf(tasks)}.`);
  }
}

const namesOf = (tasks: readonly Task[]): string => tasks.map(({ id }) => `(task ${id})`).join(" ");
