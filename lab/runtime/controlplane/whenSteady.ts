import type { ServiceScheduler } from "./ecs/scheduler/serviceScheduler";
import { waitFor } from "./waiting";

/** Something that says in words why it is not steady. */
interface Steadying {
  notSteadyBecause(): string | undefined;
}

/** What is to become steady. */
export interface SteadyingPlane {
  readonly services: () => readonly Pick<ServiceScheduler, "notSteadyBecause" | "hasFailed">[];
  readonly instances: Steadying;
  /** Calls back after every change; returns a function that stops it. */
  readonly onChange: (listener: () => void) => () => void;
}

/**
 * Resolves when all services and instances are steady.
 * @param timeoutMs how long to wait, in ms
 * @param signal stops waiting; rejects with the signal's reason
 * @throws {Error} with one line for each one that is not steady, after `timeoutMs`, or as soon as those services cannot
 * become steady any more (their deployment failed)
 */
export function whenSteady(
  { services, instances, onChange }: SteadyingPlane,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const look = () => {
    const unsteady = services().filter((service) => service.notSteadyBecause() !== undefined);
    // Until instances come, a daemon has nothing to run and counts as steady.
    if (unsteady.length === 0) return instances.notSteadyBecause() === undefined || undefined;
    return unsteady.every(({ hasFailed }) => hasFailed) ? notSteady(unsteady, "") : undefined;
  };
  const onTimeout = () => notSteady([instances, ...services()], ` after ${timeoutMs / 1000} s`);
  return waitFor(look, { onChange, timeoutMs, signal, onTimeout });
}

function notSteady(parts: readonly Steadying[], when: string): Error {
  const reasons = parts.flatMap((part) => part.notSteadyBecause() ?? []);
  return new Error(`Not steady${when}:\n${reasons.map((reason) => `  ${reason}`).join("\n")}`);
}
