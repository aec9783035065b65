import type { LiveAccount } from "../../account/record";
import type { RanTask } from "../../protocol/runTask";
import { messageOf } from "../../shared/messageOf";
import type { MetricName } from "../../shared/metric";
import { LoadBalancers } from "../dataplane/alb/alb";
import type { PlaneEvent } from "../dataplane/events";
import { LogStore, logFolder } from "../dataplane/tasks/logStore";
import { chooseRuntime } from "../dataplane/tasks/chooseRuntime";
import type { TaskRuntime } from "../dataplane/tasks/runtime";
import { AccountFollower } from "./accountFollower";
import type { ControlPlaneOptions } from "./controlPlaneOptions";
import { Instances } from "./ec2/instances";
import { EcsPlane } from "./ecs/ecsPlane";
import type { TaskRequest } from "./ecs/runTask";
import type { PlaneStatus } from "./ecs/status";
import { registerTaskDefinition, type RevisionRequest } from "./ecs/taskRevisions";
import { whenDeployed, type DeploymentWait } from "./ecs/whenDeployed";
import { Pace, type PaceName } from "./pace";
import { PlaneListeners } from "./planeListeners";
import {
  codeDeploy,
  type CodeDeployDeployment,
  type CodeDeployRequest,
  undoCodeDeployments,
} from "./traffic/codeDeploy";
import { TrafficRoutes } from "./traffic/trafficRoutes";
import { whenSteady } from "./whenSteady";

/** A change by {@link ControlPlane.updateService}: the service's new task definition, by ARN or `family:revision`. */
export interface ServiceUpdate {
  readonly cluster: string;
  readonly service: string;
  readonly taskDefinition: string;
}

/**
 * The running half of the offline account: does what ECS's and ELB's control planes do, following every change in
 * `account`.
 */
export class ControlPlane {
  private readonly listeners = new PlaneListeners();
  private readonly follower: AccountFollower;
  private readonly loadBalancers: LoadBalancers;
  private readonly instances: Instances;
  private readonly ecs: EcsPlane;
  private readonly routes: TrafficRoutes;
  private readonly pace: Pace;
  private runtime: TaskRuntime | undefined;

  constructor(
    private readonly account: LiveAccount,
    private readonly options: ControlPlaneOptions,
  ) {
    const { port = 8080, workDir } = options;
    const { report } = this.listeners;
    const pace = (this.pace = new Pace(options.pace, options.times));
    const onChange = () => {
      this.surroundingsChanged();
    };
    const notify = () => {
      this.listeners.notify();
    };
    this.follower = new AccountFollower(
      account,
      () => this.follow(),
      (error) => {
        report({ source: "account", resource: "account", message: messageOf(error) });
      },
    );
    this.loadBalancers = new LoadBalancers(
      account,
      { port, workDir, pace },
      report,
      onChange,
      notify,
    );
    this.routes = new TrafficRoutes(account, () => this.follower.sync());
    this.ecs = new EcsPlane({
      account,
      pace,
      runtime: () => this.startedRuntime(),
      logStore: new LogStore(logFolder(workDir)),
      targetGroup: (arn) => this.loadBalancers.targetGroup(arn),
      instances: () => this.instances,
      routes: this.routes,
      report,
      onChange: notify,
      now: options.clock,
    });
    this.instances = new Instances({
      account,
      pace,
      daemons: () => this.ecs.services.all.flatMap((one) => one.asDaemon() ?? []),
      waiting: () => this.ecs.services.all.flatMap((one) => one.waiting()),
      report,
      onChange,
    });
  }

  /**
   * Opens the listeners and starts the services' first tasks; see {@link whenSteady} for the rest.
   * @throws {Error} if the requested runtime is not available
   */
  async start(): Promise<void> {
    const { runtime, ...options } = this.options;
    this.runtime =
      typeof runtime === "object" ? runtime : await chooseRuntime({ ...options, runtime });
    await this.runtime.prepare();
    await this.follower.start();
    const { account, routes } = this;
    await undoCodeDeployments({ account, routes }, (resource) => {
      const message =
        "the CodeDeploy deployment that was in progress when the lab stopped has been undone.";
      this.listeners.report({ source: "service", resource, message });
    });
  }

  /** Closes the listeners, drains and ends all tasks. Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    await this.follower.stop();
    this.pace.change("fast"); // nobody is watching any more
    this.ecs.closeTimers();
    await this.loadBalancers.closeListeners(this.pace.now.maximumDrainMs);
    await this.ecs.shutDown();
    this.instances.close();
    this.loadBalancers.closeTargetGroups();
    this.listeners.notify();
  }

  /** Changes how fast the lab runs; anything in progress continues at the new pace. */
  changePace(name: PaceName): void {
    this.pace.change(name);
    this.surroundingsChanged();
  }

  /** How long the services may take to become steady at the present pace, in ms. */
  get steadyWithinMs(): number {
    return this.pace.now.steadyWithinMs;
  }

  /** The present status, as plain JSON. */
  status(): PlaneStatus {
    return {
      pace: this.pace.name,
      ...(this.runtime === undefined ? {} : { runtime: this.runtime.name }),
      ...this.loadBalancers.status(),
      instances: this.instances.status(),
      ...this.ecs.status(),
    };
  }

  /** Calls `listener` for every event from now on. Returns a function that stops it. */
  onEvent(listener: (event: PlaneEvent) => void): () => void {
    return this.listeners.onEvent(listener);
  }

  /** Calls `listener` whenever {@link status} may have changed. Returns a function that stops it. */
  onChange(listener: () => void): () => void {
    return this.listeners.onChange(listener);
  }

  /**
   * Resolves when every service is steady, as `aws ecs wait services-stable` does, and all desired instances of groups
   * have registered; also at once without any, and after a rollback to a steady deployment.
   * @param timeoutMs how long to wait, in ms
   * @param signal stops waiting; rejects with the signal's reason
   * @throws {Error} with one line for each service that is not steady, after `timeoutMs`, or as soon as those services
   * cannot become steady any more (their deployment failed)
   */
  async whenSteady(timeoutMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.follower.sync();
    await whenSteady(
      {
        services: () => this.ecs.services.all,
        instances: this.instances,
        onChange: (listener) => this.onChange(listener),
      },
      timeoutMs,
      signal,
    );
  }

  /**
   * Resolves when a service's present deployment has completed: see {@link whenDeployed}.
   * @param serviceKey id of its record in the account
   * @throws {Error} with ECS's reason if it was rolled back, or with what is missing after the timeout
   */
  async whenDeployed(serviceKey: string, wait: DeploymentWait): Promise<void> {
    await this.follower.sync();
    await whenDeployed(
      () => this.ecs.services.get(serviceKey),
      (listener) => this.onChange(listener),
      wait,
    );
  }

  /**
   * Stops one task as `aws ecs stop-task` does; its service then starts another. Resolves when it
   * has stopped.
   * @throws {Error} when no service has such a task
   */
  stopTask(taskArn: string, reason: string): Promise<void> {
    return this.ecs.stopTask(taskArn, reason);
  }

  /** Resolves when the account's present state has been followed. */
  sync(): Promise<void> {
    return this.follower.sync();
  }

  /**
   * Starts tasks without a service, as `aws ecs run-task` does.
   * @throws {Error} with AWS's code when there is no such task definition, container or cluster
   */
  async runTask(request: TaskRequest): Promise<RanTask> {
    await this.follower.sync();
    return this.ecs.runTask(request);
  }

  /**
   * Sets another number of a service's tasks, until the account's record of it or its autoscaling sets one.
   * @throws {Error} when there is no such service, or it is a daemon
   */
  setDesiredCount(serviceArn: string, count: number): void {
    this.ecs.setDesiredCount(serviceArn, count);
  }

  /**
   * Makes a task's health checks fail from now on, or pass again (`isBroken` false).
   * @throws {Error} when the task is not a target of any target group
   */
  breakHealth(taskArn: string, isBroken: boolean): void {
    this.loadBalancers.breakHealth(taskArn, isBroken);
    this.listeners.notify();
  }

  /**
   * Registers a revision outside of any stack, as `aws ecs register-task-definition` does. Resolves to its ARN.
   * @throws {Error} when there is no such revision, or it has no such container
   */
  registerTaskDefinition(request: RevisionRequest): Promise<string> {
    return registerTaskDefinition(this.account, request);
  }

  /**
   * Changes a service's task definition, as `aws ecs update-service` does; it is deployed with the service's strategy.
   * @throws {Error} when there is no such service, or AWS would refuse the change
   */
  async updateService({ cluster, service, taskDefinition }: ServiceUpdate): Promise<void> {
    await this.ecs.updateService(cluster, service, taskDefinition);
    await this.follower.sync();
  }

  /**
   * Creates a deployment of a CodeDeploy deployment group, as `aws deploy create-deployment` does. It fails and is
   * undone if its tasks are not healthy within an hour (divided by `deploymentSpeed`); {@link stopServiceDeployment}
   * also stops and undoes it.
   * @throws {Error} with AWS's code when there is no such group or revision, or a deployment is already in progress
   */
  codeDeploy(request: CodeDeployRequest): CodeDeployDeployment {
    return codeDeploy(
      {
        account: this.account,
        routes: this.routes,
        scheduler: (cluster, service) => this.ecs.services.require(cluster, service),
        onChange: (listener) => this.onChange(listener),
      },
      request,
    );
  }

  /**
   * Rolls back a deployment in progress, as `aws ecs stop-service-deployment --stop-type ROLLBACK` does.
   * @throws {Error} when there is no such service, or nothing to stop or to go back to
   */
  stopServiceDeployment({ cluster, service }: { cluster: string; service: string }): void {
    this.ecs.services.require(cluster, service).stopDeployment();
  }

  /** {@link stopServiceDeployment} of a service by its ARN. */
  rollBack(serviceArn: string): void {
    this.ecs.services.requireArn(serviceArn).stopDeployment();
  }

  /** Takes data points of a custom metric, which services may scale by. */
  putMetric(metric: MetricName, values: readonly number[]): void {
    this.ecs.putMetric(metric, values);
  }

  /**
   * Sets an alarm's state, as `aws cloudwatch set-alarm-state` does, since the lab measures no metrics that alarms
   * could follow. Step scaling policies of a stack's alarm scale by one step each time.
   */
  setAlarmState(alarmName: string, state: "OK" | "ALARM"): void {
    this.ecs.setAlarmState(alarmName, state);
    this.surroundingsChanged();
  }

  /** The state that {@link setAlarmState} set; undefined before. */
  alarmState(alarmName: string): "OK" | "ALARM" | undefined {
    return this.ecs.alarmState(alarmName);
  }

  /**
   * Ends an instance as `aws ec2 terminate-instances` does: its tasks end with it and are replaced, and its group
   * launches another instance.
   * @param instanceId e.g. `i-0123456789abcdef0`
   * @throws {Error} when there is no such instance
   */
  terminateInstance(instanceId: string): void {
    this.instances.terminate(instanceId);
  }

  /**
   * The last 200 lines that a task wrote, oldest first. The nginx runtime only shows errors.
   * @throws {Error} when no service has such a task, or it ended too long ago
   */
  logs(taskArn: string): readonly string[] {
    return this.ecs.logs(taskArn);
  }

  private async follow(): Promise<void> {
    await this.loadBalancers.sync();
    this.instances.sync();
    await this.ecs.sync();
    this.listeners.notify();
  }

  private startedRuntime(): TaskRuntime {
    if (this.runtime === undefined) throw new Error("The control plane has not been started.");
    return this.runtime;
  }

  private surroundingsChanged(): void {
    this.ecs.services.surroundingsChanged();
    this.listeners.notify();
  }
}
