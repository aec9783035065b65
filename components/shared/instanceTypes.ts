/** The tasks that a cluster's instances can hold. */
export interface Room {
  /** How many tasks fit on all instances together. */
  tasks: number;
  /** Where that number comes from, for errors: `6 t3.micro hold 1 task each (network interfaces)`. */
  reason: string;
}

interface InstanceType {
  vcpu: number;
  /** Memory of the instance in MiB, of which tasks get about nine tenths. */
  memory: number;
  /** Maximum number of elastic network interfaces, including the instance's own. */
  interfaces: number;
  /** Tasks in awsvpc mode with ENI trunking; absent where the type does not support it. */
  trunkedTasks?: number;
  cpuArchitecture: "X86_64" | "ARM64";
}

/**
 * The instance types that a cluster may have: small, affordable ones, and the smallest that support ENI trunking. No
 * burstable type (t3, t4g) does.
 *
 * Source: Amazon EC2 user guide, "Maximum IP addresses per network interface"; Amazon ECS developer
 * guide, "Supported instances for increased Amazon ECS container network interfaces".
 */
export const instanceTypes: Readonly<Record<string, InstanceType>> = {
  "t3.nano": { vcpu: 2, memory: 512, interfaces: 2, cpuArchitecture: "X86_64" },
  "t3.micro": { vcpu: 2, memory: 1024, interfaces: 2, cpuArchitecture: "X86_64" },
  "t3.small": { vcpu: 2, memory: 2048, interfaces: 3, cpuArchitecture: "X86_64" },
  "t3.medium": { vcpu: 2, memory: 4096, interfaces: 3, cpuArchitecture: "X86_64" },
  "t3.large": { vcpu: 2, memory: 8192, interfaces: 3, cpuArchitecture: "X86_64" },
  "t4g.nano": { vcpu: 2, memory: 512, interfaces: 2, cpuArchitecture: "ARM64" },
  "t4g.micro": { vcpu: 2, memory: 1024, interfaces: 2, cpuArchitecture: "ARM64" },
  "t4g.small": { vcpu: 2, memory: 2048, interfaces: 3, cpuArchitecture: "ARM64" },
  "t4g.medium": { vcpu: 2, memory: 4096, interfaces: 3, cpuArchitecture: "ARM64" },
  "c5.large": {
    vcpu: 2,
    memory: 4096,
    interfaces: 3,
    trunkedTasks: 10,
    cpuArchitecture: "X86_64",
  },
  "m5.large": {
    vcpu: 2,
    memory: 8192,
    interfaces: 3,
    trunkedTasks: 10,
    cpuArchitecture: "X86_64",
  },
  "m6i.large": {
    vcpu: 2,
    memory: 8192,
    interfaces: 3,
    trunkedTasks: 10,
    cpuArchitecture: "X86_64",
  },
  "m6g.medium": {
    vcpu: 1,
    memory: 4096,
    interfaces: 2,
    trunkedTasks: 4,
    cpuArchitecture: "ARM64",
  },
  "m7g.medium": {
    vcpu: 1,
    memory: 4096,
    interfaces: 2,
    trunkedTasks: 4,
    cpuArchitecture: "ARM64",
  },
};

/** What a task reserves on its instance. */
export interface TaskReservation {
  /** CPU units (1024 = one vCPU); 0 reserves none. */
  cpu: number;
  /** Memory in MiB. */
  memory: number;
}

/** The instances of a cluster, with what matters for placing tasks. */
export interface InstancePool {
  /** One of {@link instanceTypes}. */
  instanceType: string;
  /** Whether ENI trunking gives the instances more network interfaces. */
  eniTrunking: boolean;
  /** Minimum and maximum number of instances. */
  minInstances: number;
  maxInstances: number;
}

/**
 * Memory in MiB that tasks can have on an instance: all but a tenth, which the kernel uses. An estimate; ECS shows an
 * instance's true figure once it is registered.
 */
export function memoryForTasks(instanceType: string): number {
  return Math.floor((typeOf(instanceType).memory * 9) / 10);
}

/**
 * How many tasks in awsvpc mode fit on one instance, and what runs out first. Each needs a network interface, and the
 * instance needs one itself: a t3.micro, which has two, holds a single task, however small it is.
 */
export function tasksPerInstance(
  { instanceType, eniTrunking }: Pick<InstancePool, "instanceType" | "eniTrunking">,
  { cpu, memory }: TaskReservation,
): { tasks: number; limit: "network interfaces" | "memory" | "CPU" } {
  const type = typeOf(instanceType);
  const byInterfaces = (eniTrunking ? type.trunkedTasks : undefined) ?? type.interfaces - 1;
  const byMemory = Math.floor(memoryForTasks(instanceType) / memory);
  const byCpu = cpu === 0 ? Infinity : Math.floor((type.vcpu * 1024) / cpu);
  const tasks = Math.min(byInterfaces, byMemory, byCpu);
  if (tasks === byInterfaces) return { tasks, limit: "network interfaces" };
  return { tasks, limit: tasks === byMemory ? "memory" : "CPU" };
}

/** The tasks that fit on `instances` of the pool's instances. */
export function roomFor(task: TaskReservation, pool: InstancePool, instances: number): Room {
  const { tasks, limit } = tasksPerInstance(pool, task);
  return {
    tasks: tasks * instances,
    reason:
      `${instances} ${pool.instanceType} ${instances === 1 ? "holds" : "hold"} ${tasks} ` +
      `${tasks === 1 ? "task" : "tasks"}${instances === 1 ? "" : " each"}, limited by ${limit}`,
  };
}

/** Says that a task is too large for every instance of a pool, or nothing if it fits. */
export function taskSizeProblem(task: TaskReservation, pool: InstancePool): string | undefined {
  if (tasksPerInstance(pool, task).tasks > 0) return undefined;
  const { instanceType } = pool;
  return (
    `a task with memory ${task.memory} and cpu ${task.cpu} fits on no ${instanceType}, which has ` +
    `about ${memoryForTasks(instanceType)} MiB and ${typeOf(instanceType).vcpu * 1024} CPU units for tasks; ` +
    "use a larger instanceType, or reduce both"
  );
}

/** Reports that a type is not in the table or does not support ENI trunking, or nothing if it may be used. */
export function instanceTypeProblem(instanceType: string, eniTrunking: boolean) {
  const type = instanceTypes[instanceType];
  if (!type) {
    const known = Object.keys(instanceTypes).join(", ");
    return `instanceType "${instanceType}" unknown; choose from ${known}`;
  }
  if (!eniTrunking || type.trunkedTasks !== undefined) return undefined;
  const able = Object.keys(instanceTypes).filter((name) => instanceTypes[name]?.trunkedTasks);
  return `eniTrunking is not available on ${instanceType}; choose from ${able.join(", ")}`;
}

/** Processor architecture of an instance type, which image and AMI must match. */
export function cpuArchitectureOf(instanceType: string): InstanceType["cpuArchitecture"] {
  return typeOf(instanceType).cpuArchitecture;
}

function typeOf(instanceType: string): InstanceType {
  const type = instanceTypes[instanceType];
  if (!type) throw new RangeError(instanceTypeProblem(instanceType, false));
  return type;
}
