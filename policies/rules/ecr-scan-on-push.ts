import { fieldsOf } from "../graph/inputs";
import { ECR_REPOSITORY } from "../graph/tokens";
import { field, isAbsent, isTrue, UNKNOWN } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "ecr-scan-on-push",
    description: "ECR repositories scan images when they are pushed.",
    level: "remediate",
    severity: "high",
    framework: securityHub("ECR.1", "ECR private repositories have image scanning configured"),
    tags: ["checkov:CKV_AWS_163"],
    remediationSteps: "Set imageScanningConfiguration: { scanOnPush: true }.",
    url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",
    types: [ECR_REPOSITORY],
  },
  {
    resource({ props }, report) {
      const scan = field(props.imageScanningConfiguration, "scanOnPush");
      if (scan === UNKNOWN) {
        report.unknown("imageScanningConfiguration.scanOnPush");
      } else if (!isTrue(scan)) {
        report.fail("imageScanningConfiguration.scanOnPush is not true.");
      }
    },
    remediate({ props }) {
      const { imageScanningConfiguration } = fieldsOf(props);
      const scan = field(imageScanningConfiguration, "scanOnPush");
      if (scan === UNKNOWN || isTrue(scan)) {
        return undefined;
      }
      if (isAbsent(imageScanningConfiguration)) {
        props.imageScanningConfiguration = { scanOnPush: true };
      } else {
        // Changing the existing object keeps its other parts, including secrets.
        (props.imageScanningConfiguration as { scanOnPush: boolean }).scanOnPush = true;
      }
      return props;
    },
  },
);
