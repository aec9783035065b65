import type { LiveAccount } from "../../../account/record";
import type { RanTask } from "../../../protocol/runTask";
import type { MetricName } from "../../../shared/metric";
import type { TargetGroup } from "../../dataplane/alb/targetGroup";
import type { ReportEvent } from "../../dataplane/events";
import type { LogStore } from "../../dataplane/tasks/logStore";
import type { TaskRuntime } from "../../dataplane/tasks/runtime";

import type { Pace } from "../pace";
import { defaultStrategyOf } from "../ec2/capacityRecords";
import type { Instances } from "../ec2/instances";
import type { TrafficRoutes } from "../traffic/trafficRoutes";
import { AlarmScaling } from "./alarmScaling";
import { ECS_TYPES, toService, toTaskDefinition, type TaskDefinition } from "./ecs";
import { noteRollbacks } from "./rollbackNotes";
import { runTask, type TaskRequest } from "./runTask";
import { ScheduledScaling } from "./scheduledScaling";
import { ScheduledTasks } from "./scheduledTasks";
import type { SchedulerOptions } from "./scheduler/serviceScheduler";
import { secretValues } from "./secrets";
import { ServiceConnect } from "./serviceConnect";
import { Services } from "./services";
import { ServiceScaling } from "./serviceScaling";
import { StandaloneTasks } from "./standaloneTasks";
import type { PlaneStatus } from "./status";
import { findTaskDefinition } from "./taskRevisions";

/** What ECS's part of the control plane needs from its surroundings. */
export interface EcsPlaneOptions {
  readonly account: LiveAccount;
  readonly pace: Pace;
  /** @throws {Error} before there is one */
  readonly runtime: () => TaskRuntime;
  readonly logStore: LogStore;
  readonly targetGroup: (arn: string) => TargetGroup | undefined;
  /** Only called once tasks are being placed. */
  readonly instances: () => Instances;
  readonly routes: TrafficRoutes;
  readonly report: ReportEvent;
  /** Called after every change that may show in the status. */
  readonly onChange: () => void;
  /** @default the machine's clock */
  readonly now?: (() => Date) | undefined;
}

/** Zones of these subnets in order, without duplicates; subnets that are not in the account are skipped. */
function zonesOfSubnets(account: LiveAccount, subnets: readonly string[]): string[] {
  const zones = subnets.map((id) => account.get(SUBNET, id)?.outputs.availabilityZone);
  return [...new Set(zones.filter((zone) => typeof zone === "string"))].sort();
}

const SUBNET = "aws:ec2/subnet:Subnet";

/** ECS's control plane: services and standalone tasks, with their schedules and autoscaling. */
export class EcsPlane {
  readonly services: Services;
  private readonly standalone: StandaloneTasks;
  private readonly scheduled: ScheduledTasks;
  private readonly scaling: ServiceScaling;
  private readonly alarmScaling: AlarmScaling;
  private readonly scheduledScaling: ScheduledScaling;
  private readonly connect: ServiceConnect;
  /** CloudWatch alarms that somebody set, by name. */
  private readonly alarms = new Map<string, "OK" | "ALARM">();

  constructor(private readonly options: EcsPlaneOptions) {
    const { account, now, onChange, pace, report, targetGroup } = options;
    const surroundings = () => this.schedulerOptions();
    const taskDefinition = (reference: string) => this.taskDefinition(reference);
    const services = new Services(surroundings, onChange);
    this.services = services;
    this.standalone = new StandaloneTasks({ surroundings, onChange });
    this.scheduled = new ScheduledTasks({
      account,
      tasks: this.standalone,
      taskDefinition,
      report,
      onChange,
      now,
    });
    this.connect = new ServiceConnect({
      account,
      taskDefinition,
      addresses: (serviceKey, port) => services.get(serviceKey)?.addresses(port) ?? [],
    });
    const service = (clusterName: string, name: string) => services.find(clusterName, name);
    const scalable = { account, service, report };
    this.scaling = new ServiceScaling({
      ...scalable,
      pace,
      targetGroup,
      onMeasured: onChange,
    });
    this.alarmScaling = new AlarmScaling(scalable);
    this.scheduledScaling = new ScheduledScaling({ ...scalable, now });
  }

  /** Follows the account. */
  async sync(): Promise<void> {
    this.scaling.sync();
    const services = () => this.options.account.list(ECS_TYPES.service).map(toService);
    await this.connect.sync(services());
    // Read only now, since a scheduler may have recorded a rollback in the meantime.
    this.services.sync(services());
    this.scheduled.sync();
    this.scheduledScaling.sync();
  }

  /** Stops starting and scaling anything by itself. */
  closeTimers(): void {
    this.scaling.close();
    this.scheduledScaling.close();
    this.scheduled.close();
  }

  /** Ends all tasks. Resolves when they have ended. */
  async shutDown(): Promise<void> {
    await Promise.all([this.services.shutDown(), this.standalone.shutDown()]);
    this.connect.close();
  }

  status(): Pick<PlaneStatus, "services" | "tasks" | "schedules"> {
    return {
      services: this.services.status(),
      tasks: this.standalone.status(),
      schedules: this.scheduled.status(),
    };
  }

  /**
   * Stops one task as a person would. Resolves when it has stopped.
   * @throws {Error} when there is no such task
   */
  stopTask(taskArn: string, reason: string): Promise<void> {
    const standalone = this.standalone.find(taskArn);
    if (standalone) return standalone.stop("UserInitiated", reason);
    return this.services.stopTask(taskArn, reason);
  }

  /**
   * Starts tasks without a service.
   * @throws {Error} with AWS's code when there is no such task definition, container or cluster
   */
  runTask(request: TaskRequest): RanTask {
    const { account } = this.options;
    return runTask(
      {
        account,
        tasks: this.standalone,
        taskDefinition: (reference) => this.taskDefinition(reference),
        hasDefaultStrategy: (clusterName) => defaultStrategyOf(account, clusterName).length > 0,
      },
      request,
    );
  }

  /**
   * Gives a service another task definition, in the account's record of it.
   * @throws {Error} when there is no such service, or AWS would refuse the change
   */
  async updateService(cluster: string, service: string, taskDefinition: string): Promise<void> {
    const { key, deploymentController } = this.services.require(cluster, service);
    if (deploymentController === "CODE_DEPLOY") {
      throw new Error(
        "InvalidParameterException: Unable to update task definition on services with a CODE_DEPLOY " +
          "deployment controller. Use AWS CodeDeploy to trigger a new deployment.",
      );
    }
    await this.options.account.modify(ECS_TYPES.service, key, { taskDefinition });
  }

  /**
   * Sets another number of a service's tasks.
   * @throws {Error} when there is no such service, or it is a daemon
   */
  setDesiredCount(serviceArn: string, count: number): void {
    const scheduler = this.services.requireArn(serviceArn);
    if (scheduler.isDaemon) {
      throw new Error("A daemon has a task on each instance: its desired count cannot be set.");
    }
    scheduler.scaleTo(count);
  }

  /** Takes data points of a custom metric, which policies may follow. */
  putMetric(metric: MetricName, values: readonly number[]): void {
    this.scaling.put(metric, values);
  }

  /** Sets the state of a CloudWatch alarm. */
  setAlarmState(alarmName: string, state: "OK" | "ALARM"): void {
    this.alarms.set(alarmName, state);
    this.alarmScaling.alarmChanged(alarmName, state);
  }

  /** The state that {@link setAlarmState} set; undefined before. */
  alarmState(alarmName: string): "OK" | "ALARM" | undefined {
    return this.alarms.get(alarmName);
  }

  /**
   * The last lines that a task wrote, oldest first.
   * @throws {Error} when there is no such task
   */
  logs(taskArn: string): readonly string[] {
    return this.standalone.find(taskArn)?.logs ?? this.services.logs(taskArn);
  }

  private schedulerOptions(): SchedulerOptions {
    const { account, logStore, onChange, pace, report, routes, targetGroup } = this.options;
    const instances = this.options.instances();
    return {
      pace,
      runtime: this.options.runtime(),
      logStore,
      targetGroup,
      instances,
      defaultStrategy: (clusterName) => defaultStrategyOf(account, clusterName),
      taskDefinition: (reference) => this.taskDefinition(reference),
      zones: ({ networkConfiguration: subnets }) => zonesOfSubnets(account, subnets),
      secrets: ({ secrets }) => secretValues(account, secrets ?? []),
      serviceConnect: (service) => this.connect.connectionOf(service),
      routes,
      isInAlarm: (name) => this.alarms.get(name) === "ALARM",
      report,
      rolledBack: noteRollbacks(account, report),
      onChange: () => {
        instances.wake();
        onChange();
      },
    };
  }

  private taskDefinition(reference: string): TaskDefinition | undefined {
    const record = findTaskDefinition(this.options.account, reference);
    return record && toTaskDefinition(record);
  }
}
