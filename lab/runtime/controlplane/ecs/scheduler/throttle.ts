import type { Pace } from "../../pace";

/**
 * How long the scheduler waits before it starts the next task after consecutive failures: 0 after none, `firstMs` after
 * one, then twice as long each time, up to `limitMs`. Source: ECS developer guide, "Service throttle logic".
 */
export function backoffMs(failures: number, firstMs: number, limitMs: number): number {
  if (failures <= 0) return 0;
  return Math.min(limitMs, firstMs * 2 ** Math.min(failures - 1, 30));
}

/** Delays the next tasks of a service after failed ones. */
export class ServiceThrottle {
  private lastFailureAt = 0;

  constructor(private readonly pace: Pace) {}

  /** Call it when a task has failed. */
  taskFailed(): void {
    this.lastFailureAt = Date.now();
  }

  /** @returns ms until the next task may start; 0 or less means now */
  waitMs(failuresInARow: number): number {
    if (failuresInARow === 0) return 0;
    const { backoffFirstMs, backoffLimitMs } = this.pace.now;
    const backoff = backoffMs(failuresInARow, backoffFirstMs, backoffLimitMs);
    return this.lastFailureAt + backoff - Date.now();
  }
}
