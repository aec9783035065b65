/**
 * How many tasks in a row may fail before a deployment counts as failed: half the desired count,
 * at least 3 and at most 200, rounded up.
 * Source: ECS developer guide, "How the Amazon ECS deployment circuit breaker detects failures".
 * @param desiredCount 0 or more
 */
export function failureThreshold(desiredCount: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desiredCount * 0.5)));
}

/**
 * How long the scheduler waits before it starts the next task after some that failed in a row:
 * nothing after none, `firstMs` after one, then twice as long each time, never above `limitMs`.
 * Source: ECS developer guide, "Service throttle logic".
 */
export function backoffMs(failures: number, firstMs: number, limitMs: number): number {
  if (failures <= 0) return 0;
  return Math.min(limitMs, firstMs * 2 ** Math.min(failures - 1, 30));
}
