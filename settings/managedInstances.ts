/** What the tasks on managed instances are built for. */
type CpuArchitecture = "X86_64" | "ARM64";

/**
 * Reports that ECS can launch none of the allowed instance types for the tasks' processor: all are for the other
 * processor, or of kinds that ECS never launches (sizes nano and micro, or a single vCPU).
 *
 * @param types names, or patterns with `*`; patterns that leave the family open are accepted.
 *
 * Source: Amazon ECS developer guide, "Amazon ECS Managed Instances instance types"; Amazon EC2 instance types guide,
 * "Instance type naming conventions", for the letter g of AWS's own processors.
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
