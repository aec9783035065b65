import { CODEBUILD_PROJECT } from "../graph/tokens";
import { field, UNKNOWN } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "codebuild-logging",
    description: "CodeBuild projects write logs.",
    level: "advisory",
    severity: "medium",
    framework: securityHub(
      "CodeBuild.4",
      "CodeBuild project environments have a logging configuration",
    ),
    tags: ["checkov:CKV_AWS_314"],
    remediationSteps: "Leave CloudWatch logs enabled in logsConfig, or enable S3 logs.",
    url: "https://docs.aws.amazon.com/codebuild/latest/userguide/change-project.html",
    types: [CODEBUILD_PROJECT],
  },
  {
    resource({ props: { logsConfig } }, report) {
      // CloudWatch logs are on unless they are turned off.
      const cloudWatch = field(logsConfig, "cloudwatchLogs", "status");
      const s3 = field(logsConfig, "s3Logs", "status");
      if (s3 === "ENABLED" || (cloudWatch !== "DISABLED" && cloudWatch !== UNKNOWN)) {
        return;
      }
      if (cloudWatch === UNKNOWN || s3 === UNKNOWN) {
        report.unknown(logsConfig === UNKNOWN ? "logsConfig" : "Whether logs are written");
      } else {
        report.fail("logsConfig turns every log off.");
      }
    },
  },
);
