import type { DeploymentStatus } from "../status";
import type { Task } from "../task";
import type { Deployment } from "./deployment";
import type { DeploymentFailure } from "./failureDetection";

/** The deployments of one service: which one it is moving to, and which one it can go back to. */
export class ServiceDeployments {
  private active: Deployment[] = [];
  private current: Deployment | undefined;
  private withTraffic: Deployment | undefined;
  private lastCompleted: Deployment | undefined;
  private lastFailed: Deployment | undefined;

  /**
   * @param say records an event of the service
   * @param onRollback called with the deployment that the service goes back to
   */
  constructor(
    private readonly say: (message: string) => void,
    private readonly onRollback: (previous: Deployment) => void,
  ) {}

  /** The deployment that the service is moving to, or has moved to. */
  get primary(): Deployment | undefined {
    return this.current;
  }

  /** The deployment whose tasks get the production traffic. */
  get serving(): Deployment | undefined {
    return this.withTraffic;
  }

  /** Whether the last deployment has failed, with none after it. */
  get hasFailed(): boolean {
    return this.lastFailed !== undefined;
  }

  /** The deployment that the one in progress can be rolled back to. */
  get previous(): Deployment | undefined {
    const previous = this.current?.shift === undefined ? this.lastCompleted : this.withTraffic;
    return previous === this.current ? undefined : previous;
  }

  /** A deployment by ID, if it has not been replaced yet. */
  find(id: string): Deployment | undefined {
    return this.active.find((deployment) => deployment.id === id);
  }

  /** Makes a new deployment the primary one. */
  add(deployment: Deployment): void {
    this.current = deployment;
    this.active.push(deployment);
    this.lastFailed = undefined;
  }

  /** Ends all shifts, because a newer deployment moves the requests. */
  endShifts(): void {
    for (const deployment of this.active) deployment.shift = undefined;
  }

  /** From now on the primary deployment has the production traffic, and cannot be rolled back. */
  handOver(): void {
    this.withTraffic = this.current;
  }

  /** Fails the primary deployment and rolls back to the previous one, if that is wanted and there is one. */
  fail(primary: Deployment, { reason, event, rollback }: DeploymentFailure): void {
    const { previous } = this;
    primary.fail(reason);
    this.lastFailed = primary;
    this.say(`(deployment ${primary.id}) ${event}`);
    if (!rollback || previous === undefined) return;
    this.lastCompleted = undefined; // not eligible again until it has completed again
    previous.rollBackFrom(primary);
    this.current = previous;
    if (!this.active.includes(previous)) this.active.push(previous);
    this.say(`rolling back to (deployment ${previous.id}).`);
    this.onRollback(previous);
  }

  /** Call it when all tasks are the primary deployment's and healthy. */
  complete(primary: Deployment): void {
    primary.complete();
    this.lastCompleted = primary;
    this.withTraffic = primary;
    this.active = [primary];
    this.say(`(deployment ${primary.id}) deployment completed.`);
  }

  /**
   * Newest first; the last failed one is shown too.
   * @param tasks all of the service's
   * @param overlapEndsAt when the old tasks of a rolling update are stopped, in ms since 1970
   */
  status(
    tasks: readonly Task[],
    overlapEndsAt: (deployment: Deployment) => number | undefined,
  ): DeploymentStatus[] {
    const shown = [...this.active].reverse();
    if (this.lastFailed && !shown.includes(this.lastFailed)) shown.push(this.lastFailed);
    return shown.map((deployment) =>
      deployment.toStatus(
        this.statusOf(deployment),
        tasks.filter(({ options }) => options.deploymentId === deployment.id),
        overlapEndsAt(deployment),
      ),
    );
  }

  private statusOf(deployment: Deployment): DeploymentStatus["status"] {
    if (deployment === this.current) return "PRIMARY";
    return this.active.includes(deployment) ? "ACTIVE" : "INACTIVE";
  }
}
