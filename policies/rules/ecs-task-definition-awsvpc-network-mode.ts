import { TASK_DEFINITION } from "../graph/tokens";
import { isAbsent, UNKNOWN } from "../graph/value";
import { tutorial } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "ecs-task-definition-awsvpc-network-mode",
    description: "ECS task definitions use the awsvpc network mode.",
    level: "mandatory",
    severity: "high",
    framework: tutorial("Task definition: the network mode is awsvpc"),
    tags: ["control-tower:CT.ECS.PR.4"],
    remediationSteps: 'Set networkMode: "awsvpc" on the task definition.',
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html",
    types: [TASK_DEFINITION],
    required: true,
  },
  {
    resource({ props: { networkMode } }, report) {
      if (networkMode === UNKNOWN) {
        report.unknown("networkMode");
      } else if (networkMode !== "awsvpc") {
        report.fail(
          isAbsent(networkMode)
            ? "networkMode is absent, which means bridge."
            : 'networkMode is not "awsvpc".',
        );
      }
    },
  },
);
