import type { LiveAccount } from "../../account/record";
import { messageOf } from "../../shared/messageOf";
import { LoadBalancers } from "../dataplane/alb/alb";
import type { PlaneEvent } from "../dataplane/events";
import { chooseRuntime } from "../dataplane/tasks/chooseRuntime";
import type { RuntimeName, TaskRuntime } from "../dataplane/tasks/runtime";
import { defaultStrategyOf } from "./ec2/capacityRecords";
import { Instances } from "./ec2/instances";
import { ECS_TYPES, toService, toTaskDefinition, type TaskDefinition } from "./ecs/ecs";
import { secretValues } from "./ecs/secrets";
import { ServiceConnect } from "./ecs/serviceConnect";
import { ServiceScaling } from "./ecs/serviceScaling";
import { ServiceScheduler, type SchedulerOptions } from "./ecs/serviceScheduler";
import type { PlaneStatus } from "./ecs/status";
import { registerTaskDefinition, type RevisionRequest } from "./ecs/taskRevisions";
import {
  codeDeploy,
  type CodeDeployDeployment,
  type CodeDeployRequest,
} from "./traffic/codeDeploy";
import { TrafficRoutes } from "./traffic/trafficRoutes";

/** How the lab lives. Only `images` and `workDir` are needed. */
export interface ControlPlaneOptions {
  /** Folder (Dockerfile, `html/`, `default.conf`) that stands for an image; undefined: none. */
  readonly images: (image: string) => string | undefined;
  /** Folder for generated files; created when missing. */
  readonly workDir: string;
  /** How to run tasks. @default the most faithful way that this machine has */
  readonly runtime?: RuntimeName;
  /** Port of the first HTTP listener on 80; the next free one if it is taken. @default 8080 */
  readonly port?: number;
  /**
   * How many times faster than configured a new target is checked and a health check grace period
   * passes, so that nobody waits half a minute for a page. 1 is AWS's own pace. @default 10
   */
  readonly healthCheckSpeed?: number;
  /** Longest time a target drains, in seconds. @default 5 */
  readonly maximumDrainSeconds?: number;
  /** Longest time between a task's stop signal and its kill, in seconds. @default 10 */
  readonly maximumStopSeconds?: number;
  /** Wait after the first failed task in a row, in seconds; it doubles each time. @default 1 */
  readonly backoffSeconds?: number;
  /** Longest wait after failed tasks, in seconds. @default 60 */
  readonly maximumBackoffSeconds?: number;
  /** Without a target group a task is healthy when it has run this long, in seconds. @default 1 */
  readonly settleSeconds?: number;
  /** From an instance's launch to its registration, in seconds; on AWS a minute or two. @default 2 */
  readonly instanceWarmUpSeconds?: number;
  /**
   * How long a group must have more instances than its tasks need before managed scaling removes
   * any, in seconds; on AWS 15 minutes. @default 15
   */
  readonly scaleInSeconds?: number;
  /** How many times faster than configured bake times pass: 60 makes a minute a second. @default 60 */
  readonly deploymentSpeed?: number;
  /** Time between two data points of a service's autoscaling, in seconds; 60 on AWS. @default 5 */
  readonly scalingPeriodSeconds?: number;
}

/**
 * The living half of the offline account: what ECS's and ELB's control planes do, for the resources
 * that `account` holds, following every change of them while it runs.
 */
export class ControlPlane {
  private readonly schedulers = new Map<string, ServiceScheduler>();
  /** Schedulers of deleted services whose last tasks still end. */
  private readonly leaving = new Map<ServiceScheduler, Promise<void>>();
  private readonly listeners = new Set<(event: PlaneEvent) => void>();
  private readonly watchers = new Set<() => void>();
  private readonly loadBalancers: LoadBalancers;
  private readonly instances: Instances;
  private readonly scaling: ServiceScaling;
  private readonly connect: ServiceConnect;
  private readonly routes: TrafficRoutes;
  /** Names of the CloudWatch alarms that ring. */
  private readonly alarms = new Set<string>();
  private runtime: TaskRuntime | undefined;
  private unsubscribe: (() => void) | undefined;
  private queue: Promise<void> = Promise.resolve();
  private syncPending = false;

  constructor(
    private readonly account: LiveAccount,
    private readonly options: ControlPlaneOptions,
  ) {
    this.loadBalancers = new LoadBalancers(
      account,
      {
        port: options.port ?? 8080,
        workDir: options.workDir,
        healthCheckSpeed: options.healthCheckSpeed ?? 10,
        maximumDrainMs: (options.maximumDrainSeconds ?? 5) * 1000,
      },
      (event) => {
        this.report(event);
      },
      () => {
        this.surroundingsChanged();
      },
    );
    this.routes = new TrafficRoutes(account, () => this.sync());
    this.instances = new Instances({
      account,
      warmUpMs: (options.instanceWarmUpSeconds ?? 2) * 1000,
      scaleInAfterMs: (options.scaleInSeconds ?? 15) * 1000,
      daemons: () => [...this.schedulers.values()].flatMap((one) => one.asDaemon() ?? []),
      waiting: () => [...this.schedulers.values()].flatMap((scheduler) => scheduler.waiting()),
      report: (event) => {
        this.report(event);
      },
      onChange: () => {
        this.surroundingsChanged();
      },
    });
    this.connect = new ServiceConnect({
      account,
      taskDefinition: (reference) => this.taskDefinition(reference),
      addresses: (serviceKey) => this.schedulers.get(serviceKey)?.addresses() ?? [],
    });
    this.scaling = new ServiceScaling({
      account,
      periodMs: (options.scalingPeriodSeconds ?? 5) * 1000,
      service: (clusterName, serviceName) =>
        [...this.schedulers.values()].find(
          ({ name: [cluster, service] }) => cluster === clusterName && service === serviceName,
        ),
      targetGroup: (arn) => this.loadBalancers.targetGroup(arn),
      report: (event) => {
        this.report(event);
      },
    });
  }

  /**
   * Opens the listeners and starts the services' first tasks; see {@link whenSteady} for the rest.
   * @throws {Error} when the runtime asked for is not available
   */
  async start(): Promise<void> {
    this.runtime = await chooseRuntime(this.options);
    await this.runtime.prepare();
    this.unsubscribe = this.account.onChange(() => {
      void this.sync();
    });
    await this.sync();
  }

  /** Closes the listeners, drains and ends all tasks. Afterwards nothing of it runs any more. */
  async stop(): Promise<void> {
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    await this.queue;
    this.scaling.close();
    await this.loadBalancers.closeListeners((this.options.maximumDrainSeconds ?? 5) * 1000);
    await Promise.all([
      ...[...this.schedulers.values()].map((scheduler) => scheduler.shutDown()),
      ...this.leaving.values(),
    ]);
    this.schedulers.clear();
    this.connect.close();
    this.instances.close();
    this.loadBalancers.closeTargetGroups();
    this.notify();
  }

  /** What is now, as plain JSON. */
  status(): PlaneStatus {
    return {
      ...(this.runtime === undefined ? {} : { runtime: this.runtime.name }),
      ...this.loadBalancers.status(),
      instances: this.instances.status(),
      services: [...this.schedulers.values(), ...this.leaving.keys()].map((scheduler) =>
        scheduler.status(),
      ),
    };
  }

  /** Calls `listener` for everything that happens from now on. Returns a function that stops it. */
  onEvent(listener: (event: PlaneEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Calls `listener` whenever {@link status} may have changed. Returns a function that stops it. */
  onChange(listener: () => void): () => void {
    this.watchers.add(listener);
    return () => this.watchers.delete(listener);
  }

  /**
   * Resolves when every service is steady, as `aws ecs wait services-stable` does, and all instances
   * that groups want have registered: at once without services and groups, and also when a deployment was rolled back to one that is steady.
   * @param timeoutMs how long to wait, in ms
   * @param signal ends the waiting early; it rejects with the signal's reason
   * @throws {Error} with one line for each service that is not steady, when the time is over or as
   * soon as those services cannot become steady any more (their deployment failed)
   */
  async whenSteady(timeoutMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.sync();
    await new Promise<void>((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        this.watchers.delete(check);
        signal?.removeEventListener("abort", abort);
        settle();
      };
      const check = () => {
        const unsteady = [...this.schedulers.values()].filter(
          (scheduler) => scheduler.notSteadyBecause() !== undefined,
        );
        // A daemon has nothing to do, and so is steady, until instances come.
        const instances = this.instances.notSteadyBecause();
        if (unsteady.length === 0 && instances === undefined) {
          finish(resolve);
        } else if (unsteady.length > 0 && unsteady.every(({ hasFailed }) => hasFailed)) {
          finish(() => {
            reject(notSteady(unsteady, ""));
          });
        }
      };
      const timer = setTimeout(() => {
        const reasons = [this.instances, ...this.schedulers.values()];
        finish(() => {
          reject(notSteady(reasons, ` after ${timeoutMs / 1000} s`));
        });
      }, timeoutMs);
      const abort = () => {
        finish(() => {
          reject(signal?.reason as Error);
        });
      };
      this.watchers.add(check);
      signal?.addEventListener("abort", abort);
      check();
    });
  }

  /**
   * Stops one task as `aws ecs stop-task` does; its service then starts another. Resolves when it
   * has stopped.
   * @throws {Error} when no service has such a task
   */
  async stopTask(taskArn: string, reason: string): Promise<void> {
    for (const scheduler of this.schedulers.values()) {
      if (await scheduler.stopTask(taskArn, reason)) return;
    }
    throw noSuchTask(taskArn);
  }

  /**
   * Wants another number of a service's tasks, until the account's record of it or its autoscaling
   * asks for one.
   * @throws {Error} when there is no such service, or it is a daemon
   */
  setDesiredCount(serviceArn: string, count: number): void {
    const scheduler = [...this.schedulers.values()].find(({ arn }) => arn === serviceArn);
    if (scheduler === undefined) throw new Error(`There is no service ${serviceArn}.`);
    if (scheduler.isDaemon) {
      throw new Error("A daemon has a task on each instance: its desired count cannot be set.");
    }
    scheduler.scaleTo(count);
  }

  /**
   * Lets a task's health checks fail from now on, or pass again (`isBroken` false).
   * @throws {Error} when the task is not a target of any target group
   */
  breakHealth(taskArn: string, isBroken: boolean): void {
    if (!this.loadBalancers.breakHealth(taskArn, isBroken)) {
      throw new Error(`Task ${taskArn} is not a target whose health a target group checks.`);
    }
    this.notify();
  }

  /**
   * Registers a revision outside of any stack, as `aws ecs register-task-definition` does for a
   * pipeline. Resolves to its ARN.
   * @throws {Error} when there is no such revision, or it has no such container
   */
  registerTaskDefinition(request: RevisionRequest): Promise<string> {
    return registerTaskDefinition(this.account, request);
  }

  /**
   * Gives a service another task definition, as `aws ecs update-service` does; it is deployed by the
   * service's own strategy. {@link onEvent} and the status follow it, {@link whenSteady} waits.
   * @throws {Error} when there is no such service, or AWS would refuse the change
   */
  async updateService(request: {
    readonly cluster: string;
    readonly service: string;
    readonly taskDefinition: string;
  }): Promise<void> {
    const { cluster, service, taskDefinition } = request;
    const { key, deploymentController } = this.scheduler(cluster, service);
    if (deploymentController === "CODE_DEPLOY") {
      throw new Error(
        "InvalidParameterException: Unable to update task definition on services with a CODE_DEPLOY " +
          "deployment controller. Use AWS CodeDeploy to trigger a new deployment.",
      );
    }
    await this.account.modify(ECS_TYPES.service, key, { taskDefinition });
    await this.sync();
  }

  /**
   * Creates a deployment of a CodeDeploy deployment group, as `aws deploy create-deployment` does.
   * It fails by itself when its tasks are not healthy within an hour (by `deploymentSpeed`), and is
   * then undone; {@link stopServiceDeployment} stops and undoes it too.
   * @throws {Error} with AWS's code when there is no such group or revision, or one is deployed already
   */
  codeDeploy(request: CodeDeployRequest): CodeDeployDeployment {
    return codeDeploy(
      {
        account: this.account,
        routes: this.routes,
        scheduler: (cluster, service) => this.scheduler(cluster, service),
        onChange: (listener) => this.onChange(listener),
      },
      request,
    );
  }

  /**
   * Ends a service's deployment in progress and goes back to the one before, as `aws ecs
   * stop-service-deployment --stop-type ROLLBACK` does.
   * @throws {Error} when there is no such service, or nothing to stop or to go back to
   */
  stopServiceDeployment({ cluster, service }: { cluster: string; service: string }): void {
    this.scheduler(cluster, service).stopDeployment();
  }

  /**
   * Lets a CloudWatch alarm ring or be quiet, as `aws cloudwatch set-alarm-state` does: the lab
   * measures nothing that alarms could follow. Alarms are quiet at first.
   */
  setAlarmState(alarmName: string, state: "OK" | "ALARM"): void {
    if (state === "ALARM") this.alarms.add(alarmName);
    else this.alarms.delete(alarmName);
    this.surroundingsChanged();
  }

  /**
   * Ends an instance as `aws ec2 terminate-instances` does: its tasks die with it and are replaced,
   * and its group launches another instance.
   * @param instanceId e.g. `i-0123456789abcdef0`
   * @throws {Error} when there is no such instance
   */
  terminateInstance(instanceId: string): void {
    this.instances.terminate(instanceId);
  }

  /**
   * The last 200 lines that a task wrote, oldest first. The nginx runtime shows errors only.
   * @throws {Error} when no service has such a task, or it ended too long ago
   */
  logs(taskArn: string): readonly string[] {
    for (const scheduler of this.schedulers.values()) {
      const lines = scheduler.logs(taskArn);
      if (lines !== undefined) return lines;
    }
    throw noSuchTask(taskArn);
  }

  /** Follows the account; changes that come while it runs lead to one more run. */
  private sync(): Promise<void> {
    if (!this.syncPending) {
      this.syncPending = true;
      this.queue = this.queue.then(async () => {
        this.syncPending = false;
        try {
          await this.follow();
        } catch (error) {
          this.report({
            source: "account",
            resource: "account",
            message: messageOf(error),
          });
        }
      });
    }
    return this.queue;
  }

  private async follow(): Promise<void> {
    await this.loadBalancers.sync();
    this.instances.sync();
    this.scaling.sync();
    const services = this.account.list(ECS_TYPES.service).map(toService);
    await this.connect.sync(services);
    for (const [key, scheduler] of this.schedulers) {
      if (services.some((service) => service.key === key)) continue;
      this.schedulers.delete(key);
      this.leaving.set(scheduler, Promise.resolve()); // shown in the status from the first event on
      const gone = scheduler.shutDown().then(() => {
        this.leaving.delete(scheduler);
        this.notify();
      });
      this.leaving.set(scheduler, gone);
    }
    for (const service of services) {
      const scheduler = this.schedulers.get(service.key);
      if (scheduler === undefined) {
        this.schedulers.set(service.key, new ServiceScheduler(service, this.schedulerOptions()));
      } else {
        scheduler.update(service);
      }
    }
    this.notify();
  }

  private schedulerOptions(): SchedulerOptions {
    if (this.runtime === undefined) throw new Error("The control plane has not been started.");
    const { options } = this;
    return {
      runtime: this.runtime,
      targetGroup: (arn) => this.loadBalancers.targetGroup(arn),
      instances: this.instances,
      defaultStrategy: (clusterName) => defaultStrategyOf(this.account, clusterName),
      taskDefinition: (reference) => this.taskDefinition(reference),
      secrets: ({ secrets }) => secretValues(this.account, secrets ?? []),
      serviceConnect: (service) => this.connect.connectionOf(service),
      healthCheckSpeed: options.healthCheckSpeed ?? 10,
      backoffFirstMs: (options.backoffSeconds ?? 1) * 1000,
      backoffLimitMs: (options.maximumBackoffSeconds ?? 60) * 1000,
      settleMs: (options.settleSeconds ?? 1) * 1000,
      maximumStopMs: (options.maximumStopSeconds ?? 10) * 1000,
      deploymentSpeed: options.deploymentSpeed ?? 60,
      routes: this.routes,
      isInAlarm: (name) => this.alarms.has(name),
      report: (event) => {
        this.report(event);
      },
      rolledBack: (key, taskDefinition) => {
        void this.noteRollback(key, taskDefinition);
      },
      onChange: () => {
        this.instances.wake();
        this.notify();
      },
    };
  }

  /** So that a refresh sees the drift, and the stack's next update tries again. */
  private async noteRollback(key: string, taskDefinition: string): Promise<void> {
    try {
      await this.account.modify(ECS_TYPES.service, key, { taskDefinition });
    } catch (error) {
      const message = `could not write down the rollback to ${taskDefinition}: ${messageOf(error)}`;
      this.report({ source: "service", resource: key, message });
    }
  }

  /** By the names of cluster and service. */
  private scheduler(cluster: string, service: string): ServiceScheduler {
    const found = [...this.schedulers.values()].find(
      ({ name }) => name[0] === cluster && name[1] === service,
    );
    if (found === undefined) throw new Error(`There is no service ${service} in ${cluster}.`);
    return found;
  }

  private surroundingsChanged(): void {
    for (const scheduler of this.schedulers.values()) scheduler.surroundingsChanged();
    this.notify();
  }

  private taskDefinition(reference: string): TaskDefinition | undefined {
    const definitions = this.account.list(ECS_TYPES.taskDefinition).map(toTaskDefinition);
    return (
      definitions.find(({ arn }) => arn === reference || arn.endsWith(`/${reference}`)) ??
      definitions
        .filter(({ family }) => family === reference)
        .sort((one, other) => other.revision - one.revision)[0]
    );
  }

  private report(event: Omit<PlaneEvent, "at">): void {
    const stamped = { at: new Date().toISOString(), ...event };
    for (const listener of this.listeners) listener(stamped);
  }

  private notify(): void {
    for (const watcher of [...this.watchers]) watcher();
  }
}

function noSuchTask(taskArn: string): Error {
  return new Error(`No service has a task ${taskArn}. Look at the tasks that run: lab status`);
}

function notSteady(
  parts: readonly { notSteadyBecause(): string | undefined }[],
  when: string,
): Error {
  const reasons = parts.flatMap((part) => part.notSteadyBecause() ?? []);
  return new Error(`Not steady${when}:\n${reasons.map((reason) => `  ${reason}`).join("\n")}`);
}
