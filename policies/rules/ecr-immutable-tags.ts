import { ECR_REPOSITORY } from "../graph/tokens";
import { toText, UNKNOWN } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "ecr-immutable-tags",
    description: "Tags of ECR repositories cannot be moved to another image.",
    level: "advisory",
    severity: "medium",
    framework: securityHub("ECR.2", "ECR private repositories have tag immutability configured"),
    tags: ["checkov:CKV_AWS_51"],
    remediationSteps:
      "Set imageTagMutability to IMMUTABLE, or to IMMUTABLE_WITH_EXCLUSION with filters.",
    url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
    types: [ECR_REPOSITORY],
  },
  {
    resource({ props: { imageTagMutability } }, report) {
      if (imageTagMutability === UNKNOWN) {
        report.unknown("imageTagMutability");
      } else if (!["IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"].includes(toText(imageTagMutability))) {
        report.fail("imageTagMutability lets tags move.");
      }
    },
  },
);
