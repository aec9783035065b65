import { LOG_GROUP } from "../graph/tokens";
import { toInteger, UNKNOWN } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "log-group-retention",
    description: "Log groups keep their logs for a set time.",
    level: "advisory",
    severity: "low",
    framework: securityHub(
      "CloudWatch.16",
      "CloudWatch log groups are retained for a specified time period",
    ),
    tags: ["checkov:CKV_AWS_66"],
    remediationSteps: "Set retentionInDays on the log group, for example 30.",
    url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    types: [LOG_GROUP],
  },
  {
    resource({ props: { retentionInDays } }, report) {
      if (retentionInDays === UNKNOWN) {
        report.unknown("retentionInDays");
      } else if ((toInteger(retentionInDays) ?? 0) <= 0) {
        report.fail("retentionInDays is not set, so logs are kept, and charged, forever.");
      }
    },
  },
);
