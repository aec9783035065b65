import { readFile } from "node:fs/promises";

import type { TestResource } from "../tests/policies/harness";
import { PackProcess } from "../tests/policies/packProcess";
import type { Benchmark } from "./benchmark";
import { minimum } from "./statistics";

const sizes = [200, 1000, 5000];

/** The ten resources of a service, as the engine passes them to the pack. */
function service(index: number): TestResource[] {
  const [name, group, role] = [`web-${index}`, `tasks-${index}`, `role-${index}`];
  const tags = { stack: "bench", learner: "ann", project: "bench" };
  const own = (type: string, of: string, props: object, more: Partial<TestResource> = {}) => ({
    type: `aws:${type}`,
    name: of,
    props: { tags, ...props },
    ...more,
  });
  const environment = Array.from({ length: 10 }, (_, i) => ({ name: `SETTING_${i}`, value: "x" }));
  const container = {
    name,
    image: "nginx:1.29",
    user: "nginx",
    readonlyRootFilesystem: true,
    environment,
    logConfiguration: { logDriver: "awslogs", options: {} },
  };
  return [
    own(
      "ec2/securityGroup:SecurityGroup",
      group,
      { ingress: [] },
      { dependencies: { vpcId: ["vpc"] } },
    ),
    ...[80, 443, 8080].map((port) =>
      own(
        "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        `${group}-${port}`,
        { cidrIpv4: "10.0.0.0/16", ipProtocol: "tcp", fromPort: port, toPort: port },
        { dependencies: { securityGroupId: [group] } },
      ),
    ),
    own("iam/role:Role", role, { assumeRolePolicy: "{}" }),
    own("iam/rolePolicy:RolePolicy", `${role}-logs`, {
      policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "logs:*", Resource: "a" }] }),
    }),
    own("cloudwatch/logGroup:LogGroup", name, { retentionInDays: 30 }),
    own("ecr/repository:Repository", name, { imageScanningConfiguration: { scanOnPush: true } }),
    own("ecs/taskDefinition:TaskDefinition", name, {
      cpu: "256",
      memory: "512",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      executionRoleArn: "arn:aws:iam::123456789012:role/execution",
      containerDefinitions: JSON.stringify([container]),
    }),
    own(
      "ecs/service:Service",
      name,
      { desiredCount: 1, networkConfiguration: { assignPublicIp: false } },
      { dependencies: { networkConfiguration: [group], taskDefinition: [name] } },
    ),
  ];
}

function stackOf(size: number): TestResource[] {
  const vpc = { type: "aws:ec2/vpc:Vpc", name: "vpc", props: { cidrBlock: "10.0.0.0/16" } };
  return [vpc, ...Array.from({ length: size / 10 }, (_, index) => service(index)).flat()];
}

/** The time and memory of the pack itself for stacks of growing size, without an engine. */
export const packBenchmark: Benchmark = {
  name: "pack",
  description: `the policy pack's own time and memory for ${sizes.join(", ")} resources`,
  measure: async ({ runs, progress }) => {
    const rows: (string | number)[][] = [];
    let first: { one: number; stack: number; memory: number } | undefined;
    for (const size of sizes) {
      const [one, stack, memory] = [[], [], []] as [number[], number[], number[]];
      for (let run = 1; run <= runs; run += 1) {
        progress(`run ${run} of ${runs}: ${size} resources`);
        const cost = await judge(stackOf(size));
        one.push(cost.one / size);
        stack.push(cost.stack / size);
        memory.push(cost.memory);
      }
      const least = { one: minimum(one), stack: minimum(stack), memory: minimum(memory) };
      first ??= least;
      const ratios = [least.one / first.one, least.stack / first.stack];
      rows.push([
        size,
        least.one,
        least.stack,
        ...ratios,
        least.memory,
        least.memory / first.memory,
      ]);
    }
    return {
      columns: [
        ...["resources", "ms a resource", "ms a resource, stack"],
        ...["÷ smallest", "÷ smallest, stack", "peak MB", "÷ smallest, MB"],
      ],
      rows,
    };
  },
};

/** Has a freshly started pack judge a stack. @returns the milliseconds of both parts, and the peak memory in MB */
async function judge(resources: readonly TestResource[]) {
  const pack = await PackProcess.start();
  try {
    await pack.configureStack();
    await pack.configure({});
    const begin = performance.now();
    for (const resource of resources) await pack.analyze(resource);
    const middle = performance.now();
    await pack.analyzeStack(resources);
    const end = performance.now();
    const status = await readFile(`/proc/${pack.pid}/status`, "utf8").catch(() => "");
    const [, kilobytes = "NaN"] = /^VmHWM:\s+(\d+)/m.exec(status) ?? [];
    return { one: middle - begin, stack: end - middle, memory: Number(kilobytes) / 1024 };
  } finally {
    await pack.end();
  }
}
