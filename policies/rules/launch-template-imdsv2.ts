import { INSTANCE, LAUNCH_CONFIGURATION, LAUNCH_TEMPLATE, SPOT_INSTANCE } from "../graph/tokens";
import { field, isAbsent, UNKNOWN } from "../graph/value";
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
    remediationSteps:
      'Set metadataOptions.httpTokens to "required" on the launch template or the instance.',
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
    types: [LAUNCH_TEMPLATE, LAUNCH_CONFIGURATION, INSTANCE, SPOT_INSTANCE],
  },
  {
    resource({ props }, report) {
      const { metadataOptions, launchTemplate } = props;
      const [tokens, endpoint] = ["httpTokens", "httpEndpoint"].map((name) =>
        field(metadataOptions, name),
      );
      // If the endpoint is off, neither version answers; an instance may get its options from a template.
      if (endpoint === "disabled" || (isAbsent(metadataOptions) && !isAbsent(launchTemplate))) {
        return;
      }
      if (tokens === UNKNOWN) {
        report.unknown("metadataOptions.httpTokens");
      } else if (tokens !== "required") {
        report.fail('metadataOptions.httpTokens is not "required".');
      }
    },
  },
);
