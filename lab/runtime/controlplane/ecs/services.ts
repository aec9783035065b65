import { ServiceScheduler, type SchedulerOptions } from "./scheduler/serviceScheduler";
import type { Service } from "./ecs";
import type { ServiceStatus } from "./status";

/** The services of the account, each with its own scheduler. */
export class Services {
  private readonly schedulers = new Map<string, ServiceScheduler>();
  /** Schedulers of deleted services whose last tasks are still ending. */
  private readonly leaving = new Map<ServiceScheduler, Promise<void>>();

  /**
   * @param schedulerOptions called for each new service
   * @param onGone called when the last task of a deleted service has ended
   */
  constructor(
    private readonly schedulerOptions: () => SchedulerOptions,
    private readonly onGone: () => void,
  ) {}

  /** Those that have not been deleted. */
  get all(): ServiceScheduler[] {
    return [...this.schedulers.values()];
  }

  /** A service's scheduler by the ID of its record. */
  get(key: string): ServiceScheduler | undefined {
    return this.schedulers.get(key);
  }

  find(clusterName: string, serviceName: string): ServiceScheduler | undefined {
    return this.all.find(({ name: [cluster, name] }) => {
      return cluster === clusterName && name === serviceName;
    });
  }

  /** @throws {Error} when there is no such service */
  require(clusterName: string, serviceName: string): ServiceScheduler {
    const found = this.find(clusterName, serviceName);
    if (found !== undefined) return found;
    throw new Error(`There is no service ${serviceName} in ${clusterName}.`);
  }

  /** @throws {Error} when there is no such service */
  requireArn(serviceArn: string): ServiceScheduler {
    const found = this.all.find(({ arn }) => arn === serviceArn);
    if (found !== undefined) return found;
    throw new Error(`There is no service ${serviceArn}.`);
  }

  /** Runs these services from now on, and ends all others. */
  sync(services: readonly Service[]): void {
    for (const [key, scheduler] of this.schedulers) {
      if (services.some((service) => service.key === key)) continue;
      this.schedulers.delete(key);
      this.leaving.set(scheduler, Promise.resolve()); // shown in the status from the first event on
      const gone = scheduler.shutDown().then(() => {
        this.leaving.delete(scheduler);
        this.onGone();
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
  }

  /** Ends all tasks of all services. Resolves when they have ended. */
  async shutDown(): Promise<void> {
    await Promise.all([
      ...this.all.map((scheduler) => scheduler.shutDown()),
      ...this.leaving.values(),
    ]);
    this.schedulers.clear();
  }

  /** Call it when the health of any target, or any instance, has changed. */
  surroundingsChanged(): void {
    for (const scheduler of this.schedulers.values()) scheduler.surroundingsChanged();
  }

  /**
   * Stops one task as a person would. Resolves when it has stopped.
   * @throws {Error} when no service has such a task
   */
  async stopTask(taskArn: string, reason: string): Promise<void> {
    for (const scheduler of this.schedulers.values()) {
      if (await scheduler.stopTask(taskArn, reason)) return;
    }
    throw noSuchTask(taskArn);
  }

  /**
   * The output of a task.
   * @throws {Error} when no service has such a task
   */
  logs(taskArn: string): readonly string[] {
    for (const scheduler of this.schedulers.values()) {
      const lines = scheduler.logs(taskArn);
      if (lines !== undefined) return lines;
    }
    throw noSuchTask(taskArn);
  }

  /** Deleted ones last. */
  status(): ServiceStatus[] {
    return [...this.all, ...this.leaving.keys()].map((scheduler) => scheduler.status());
  }
}

function noSuchTask(taskArn: string): Error {
  return new Error(`No service has a task ${taskArn}. npm run lab -- status lists the tasks`);
}
