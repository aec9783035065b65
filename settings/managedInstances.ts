/** What the tasks on managed instances are built for. */
type CpuArchitecture = "X86_64" | "ARM64";

/**
 * Says that ECS can launch none of the allowed instance types for the tasks' processor: it has types of the other one
 * alone, or such as ECS never takes, of the sizes nano and micro or of a single vCPU.
 *
 * @param types names, or patterns with `*`; of a family that a pattern leaves open nothing is said.
 *
 * Source: Amazon ECS developer guide, "Amazon ECS Managed Instances instance types"; Amazon EC2 instance types guide,
 * "Instance type naming conventions", for the g of AWS's own processors.
 */
export function managedTypesProblem(
  types: readonly string[],
  cpuArchitecture: CpuArchitecture,
): string | undefined {
  if (types.length === 0 || types.some((type) => mayRun(type, cpuArchitecture))) return undefined;
  const example = { X86_64: "t3.small", ARM64: "t4g.small" }[cpuArchitecture];
  return (
    `for tasks of cpuArchitecture ${cpuArchitecture} ECS can launch none of ${types.join(", ")}; ` +
    `name a type of that processor with two vCPUs, such as ${example}`
  );
}

function mayRun(type: string, cpuArchitecture: CpuArchitecture): boolean {
  const [family = "", size = "*"] = type.split(".");
  const isBurstable = /^t\d/.test(family);
  const isTooSmall = ["nano", "micro"].includes(size) || (size === "medium" && !isBurstable);
  if (isTooSmall) return false;
  return family.includes("*") || isArm(family) === (cpuArchitecture === "ARM64");
}

const isArm = (family: string) => family === "a1" || /^[a-z]+\d+g/.test(family);
