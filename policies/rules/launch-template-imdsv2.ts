import { LAUNCH_TEMPLATE } from "../graph/tokens";
import { field, UNKNOWN } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "launch-template-imdsv2",
    description: "EC2 instances serve metadata through IMDSv2 only.",
    level: "mandatory",
    severity: "high",
    framework: securityHub(
      "EC2.170",
      "EC2 launch templates use Instance Metadata Service Version 2",
    ),
    tags: ["checkov:CKV_AWS_79"],
    remediationSteps: 'Set metadataOptions.httpTokens to "required" on the launch template.',
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
    types: [LAUNCH_TEMPLATE],
  },
  {
    resource({ props }, report) {
      const tokens = field(props.metadataOptions, "httpTokens");
      if (tokens === UNKNOWN) {
        report.unknown("metadataOptions.httpTokens");
      } else if (tokens !== "required") {
        report.fail('metadataOptions.httpTokens is not "required".');
      }
    },
  },
);
