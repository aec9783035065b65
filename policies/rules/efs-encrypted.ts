import { EFS } from "../graph/tokens";
import { isTrue, UNKNOWN } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "efs-encrypted",
    description: "EFS file systems are encrypted.",
    level: "mandatory",
    severity: "medium",
    framework: securityHub("EFS.1", "EFS encrypts file data at rest using AWS KMS"),
    tags: ["checkov:CKV_AWS_42"],
    remediationSteps:
      "Set encrypted: true. A file system cannot be encrypted later: it is replaced.",
    url: "https://docs.aws.amazon.com/efs/latest/ug/encryption-at-rest.html",
    types: [EFS],
  },
  {
    resource({ props: { encrypted } }, report) {
      if (encrypted === UNKNOWN) {
        report.unknown("encrypted");
      } else if (!isTrue(encrypted)) {
        report.fail("encrypted is not true.");
      }
    },
  },
);
