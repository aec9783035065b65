import { CLUSTER } from "../graph/tokens";
import { field, isAbsent, UNKNOWN } from "../graph/value";
import { practice } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "ecs-cluster-exec-logging",
    description: "Sessions of ECS Exec are logged.",
    level: "advisory",
    severity: "medium",
    framework: practice("Sessions of ECS Exec leave a record"),
    tags: ["checkov:CKV_AWS_224"],
    remediationSteps:
      "Set configuration.executeCommandConfiguration.logging to DEFAULT (the tasks' own logs), or to OVERRIDE " +
      "with a log group or a bucket in logConfiguration.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html",
    types: [CLUSTER],
  },
  {
    resource({ props }, report) {
      const exec = field(props.configuration, "executeCommandConfiguration");
      const logging = field(exec, "logging");
      const target = field(exec, "logConfiguration");
      if (logging === UNKNOWN || (logging === "OVERRIDE" && target === UNKNOWN)) {
        report.unknown("configuration.executeCommandConfiguration.logging");
      } else if (logging === "NONE") {
        report.fail("executeCommandConfiguration.logging is NONE.");
      } else if (logging === "OVERRIDE" && isAbsent(target)) {
        report.fail(
          "executeCommandConfiguration.logging is OVERRIDE, and there is no logConfiguration.",
        );
      }
    },
  },
);
