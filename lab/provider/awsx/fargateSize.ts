/** Size of a Fargate task: CPU units and MiB. */
export interface TaskSize {
  readonly cpu: string;
  readonly memory: string;
}

/** Resources that a container requests: CPU units and MiB. */
export interface ContainerSize {
  readonly cpu?: number | undefined;
  readonly memory?: number | undefined;
  readonly memoryReservation?: number | undefined;
}

/** vCPUs of Fargate's sizes, with their possible memory sizes in GiB, as in awsx. */
const SIZES: readonly (readonly [vcpu: number, memory: readonly number[]])[] = [
  [0.25, [0.5, 1, 2]],
  [0.5, upTo(1, 4)],
  [1, upTo(2, 8)],
  [2, upTo(4, 16)],
  [4, upTo(8, 30)],
  [8, upTo(16, 60)],
  [16, upTo(32, 120)],
];

function upTo(least: number, most: number): number[] {
  return Array.from({ length: most - least + 1 }, (_, i) => least + i);
}

/**
 * The smallest size with room for all containers, as awsx chooses it for tasks without one: with the least CPU, then
 * with the least memory.
 *
 * Source: pulumi-awsx, awsx/ecs/fargateMemoryAndCpu.ts, `calculateFargateMemoryAndCPU`.
 *
 * @throws Error if they need more than any size has.
 */
export function smallestFargateSize(containers: readonly ContainerSize[]): TaskSize {
  const sum = (of: (container: ContainerSize) => number | undefined): number =>
    containers.reduce((total, container) => total + (of(container) ?? 0), 0);
  const vcpu = sum(({ cpu }) => cpu) / 1024;
  const gib = sum(({ memory, memoryReservation }) => memoryReservation ?? memory) / 1024;
  for (const [cpu, sizes] of SIZES) {
    const memory = sizes.find((size) => size >= gib);
    if (cpu < vcpu || memory === undefined) continue;
    return { cpu: String(cpu * 1024), memory: String(memory * 1024) };
  }
  throw new Error(
    `Requested resources exceed the maximum allowed for Fargate. Requested: ${vcpu} vCPU and ` +
      `${gib}GB. Max: 16 vCPU and 120GB.`,
  );
}
