import Table from "cli-table3";

import type { PlaneStatus } from "../controlplane/status";
import type { LabStatus } from "../host";

/** The lab's status as text for a terminal. */
export function describeStatus(status: LabStatus): string {
  const stacks = table(
    ["stack", "resources"],
    Object.entries(status.stacks).map(([stack, count]) => [stack, String(count)]),
  );
  const parts = Object.keys(status.stacks).length === 0 ? ["The account is empty."] : [stacks];
  if (status.plane) parts.push(...describePlane(status.plane));
  else parts.push("Nothing is being served; npm start or npm run lab -- serve does.");
  return `${parts.join("\n")}\n`;
}

function describePlane({ loadBalancers, targetGroups, services }: PlaneStatus): string[] {
  return [
    table(
      ["load balancer", "address"],
      loadBalancers.map(({ dnsName, url }) => [dnsName, url ?? "not listening"]),
    ),
    table(
      ["service", "desired", "running", "pending", "steady"],
      services.map((service) => [
        service.name,
        String(service.desiredCount),
        String(service.runningCount),
        String(service.pendingCount),
        service.notSteadyBecause ?? "yes",
      ]),
    ),
    table(
      ["task", "definition", "status", "health", "address"],
      services.flatMap(({ tasks }) =>
        tasks.map((task) => [
          task.arn.split("/").at(-1) ?? task.arn,
          task.taskDefinition,
          task.stoppedReason ? `${task.lastStatus}: ${task.stoppedReason}` : task.lastStatus,
          task.health,
          task.address ?? "",
        ]),
      ),
    ),
    table(
      ["target group", "target", "health", "reason"],
      targetGroups.flatMap(({ name, targets }) =>
        targets.map((target) => [name, target.address, target.state, target.reason ?? ""]),
      ),
    ),
  ];
}

function table(head: string[], rows: string[][]): string {
  const result = new Table({ head, style: { head: [], border: [] } });
  result.push(...rows);
  return result.toString();
}
