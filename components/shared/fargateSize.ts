/** Memory that Fargate offers for each task CPU size: from, to and step in MiB. */
const memoryByCpu: Readonly<Record<number, { from: number; to: number; step: number }>> = {
  512: { from: 1024, to: 4096, step: 1024 },
  1024: { from: 2048, to: 8192, step: 1024 },
  2048: { from: 4096, to: 16384, step: 1024 },
  4096: { from: 8192, to: 30720, step: 1024 },
  8192: { from: 16384, to: 61440, step: 4096 },
  16384: { from: 32768, to: 122880, step: 8192 },
};

/** The CPU sizes that Fargate offers, in CPU units (1024 = one vCPU), ascending. */
export const fargateCpuSizes: readonly number[] = [256, ...Object.keys(memoryByCpu).map(Number)];

/**
 * The memory sizes in MiB that go with `cpu` units on Fargate, ascending; empty if `cpu` is not a
 * Fargate size.
 *
 * Source: Amazon ECS developer guide, "Fargate task definition parameters: task size".
 */
export function fargateMemorySizes(cpu: number): readonly number[] {
  if (cpu === 256) return [512, 1024, 2048];
  const range = memoryByCpu[cpu];
  if (!range) return [];
  const { from, to, step } = range;
  return Array.from({ length: (to - from) / step + 1 }, (_, i) => from + i * step);
}

/** Fills in a task's size and processor: by default the smallest that Fargate offers, on X86_64. */
export const sizeSettings = ({
  cpu = 256,
  memory = 512,
  cpuArchitecture = "X86_64",
}: {
  cpu?: number;
  memory?: number;
  cpuArchitecture?: "X86_64" | "ARM64";
}) => ({ cpu, memory, cpuArchitecture });

/**
 * Says what is wrong with a task size, or nothing if Fargate offers it.
 *
 * @param cpu CPU units of the task, e.g. 256.
 * @param memory memory of the task in MiB, e.g. 512.
 */
export function fargateSizeProblem(cpu: number, memory: number): string | undefined {
  const sizes = fargateMemorySizes(cpu);
  if (sizes.length === 0) {
    return `cpu ${cpu} is not a Fargate size; choose one of ${fargateCpuSizes.join(", ")}`;
  }
  if (sizes.includes(memory)) return undefined;
  return `memory ${memory} does not go with cpu ${cpu} on Fargate; choose ${describe(sizes)}`;
}

function describe(sizes: readonly number[]): string {
  const [first, second] = sizes;
  if (first === undefined || second === undefined || sizes.length <= 4) return sizes.join(", ");
  return `${first} to ${sizes[sizes.length - 1] ?? first} in steps of ${second - first}`;
}
