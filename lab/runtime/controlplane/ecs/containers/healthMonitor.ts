import type { RunningContainer } from "../../../dataplane/tasks/runtime";
import type { Pace } from "../../pace";
import type { ContainerHealthCheck } from "../ecs";

/** As `aws ecs describe-tasks` names it. */
export type HealthStatus = "HEALTHY" | "UNHEALTHY" | "UNKNOWN";

export interface HealthMonitorOptions {
  readonly check: ContainerHealthCheck;
  /** Its speed applies to checks and the start period until the container is first healthy. */
  readonly pace: Pace;
  /** Called after every change. */
  readonly onChange: () => void;
}

/**
 * Checks a container's health as its task definition says, from its start to its end. Failures within the start period
 * do not count unless it was healthy before. Source: ECS API Reference, "HealthCheck".
 */
export class HealthMonitor {
  private state: HealthStatus = "UNKNOWN";
  private failures = 0;
  private wasHealthy = false;
  private isOver = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly startedAt = Date.now();

  constructor(
    private readonly container: RunningContainer,
    private readonly options: HealthMonitorOptions,
  ) {
    void container.exited.then(() => {
      this.stop();
    });
    this.wait();
  }

  get status(): HealthStatus {
    return this.state;
  }

  stop(): void {
    this.isOver = true;
    clearTimeout(this.timer);
  }

  private get speed(): number {
    return this.wasHealthy ? 1 : this.options.pace.now.healthCheckSpeed;
  }

  private wait(): void {
    if (this.isOver) return;
    this.timer = setTimeout(
      () => void this.look(),
      (this.options.check.interval * 1000) / this.speed,
    );
  }

  private async look(): Promise<void> {
    const { command, timeout } = this.options.check;
    const code = await this.container.exec?.(commandOf(command), timeout * 1000);
    if (this.isOver) return;
    // A container whose check cannot run counts as healthy; otherwise it could never become healthy.
    if (code === undefined || code === 0) this.passed();
    else this.failed();
    this.wait();
  }

  private passed(): void {
    this.failures = 0;
    this.wasHealthy = true;
    this.change("HEALTHY");
  }

  private failed(): void {
    const { retries, startPeriod } = this.options.check;
    const sinceStart = Date.now() - this.startedAt;
    if (!this.wasHealthy && sinceStart < (startPeriod * 1000) / this.speed) return;
    this.failures++;
    if (this.failures >= retries) this.change("UNHEALTHY");
  }

  private change(state: HealthStatus): void {
    if (state === this.state) return;
    this.state = state;
    this.options.onChange();
  }
}

/** `["CMD", "node", "check.js"]`, `["CMD-SHELL", "curl -f http://localhost/"]`, or just the words. */
function commandOf([kind = "", ...words]: readonly string[]): string[] {
  if (kind === "CMD") return words;
  return kind === "CMD-SHELL"
    ? ["sh", "-c", words.join(" ")]
    : ["sh", "-c", [kind, ...words].join(" ")];
}
