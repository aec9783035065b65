import { TASK_DEFINITION } from "../graph/tokens";
import { field, isAbsent, items, toText, UNKNOWN } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";
import { knownPart } from "../lib/unknown";

export default makeRule(
  {
    name: "ecs-task-definition-efs-transit-encryption",
    description: "EFS volumes are mounted with encryption in transit.",
    level: "mandatory",
    severity: "medium",
    framework: securityHub("ECS.18", "ECS task definitions encrypt EFS volumes in transit"),
    tags: ["checkov:CKV_AWS_97"],
    remediationSteps:
      "Set efsVolumeConfiguration.transitEncryption to ENABLED on every EFS volume.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-efs-config.html",
    types: [TASK_DEFINITION],
  },
  {
    resource({ props }, report) {
      for (const volume of items(knownPart(props, ["volumes"], report).volumes)) {
        const efs = field(volume, "efsVolumeConfiguration");
        const encryption = field(efs, "transitEncryption");
        if (encryption === UNKNOWN) {
          report.unknown("Whether a volume is encrypted in transit");
        } else if (!isAbsent(efs) && encryption !== "ENABLED") {
          const name = toText(field(volume, "name"));
          report.fail(`The EFS volume ${name} is not encrypted in transit.`);
        }
      }
    },
  },
);
