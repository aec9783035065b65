import { ECR_REPOSITORY } from "../graph/tokens";
import { field, items, toText, UNKNOWN, type Value } from "../graph/value";
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
    resource({ props }, report) {
      const { imageTagMutability, imageTagMutabilityExclusionFilters } = props;
      const filters = items(imageTagMutabilityExclusionFilters);
      const patterns = filters.map((filter) => field(filter, "filter"));
      if (imageTagMutability === UNKNOWN) {
        report.unknown("imageTagMutability");
      } else if (!["IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"].includes(toText(imageTagMutability))) {
        report.fail("imageTagMutability lets tags move.");
      } else if (imageTagMutability === "IMMUTABLE_WITH_EXCLUSION") {
        if (excludesAll(patterns)) {
          report.fail("imageTagMutabilityExclusionFilters exclude every tag, so all of them move.");
        } else if (patterns.includes(UNKNOWN)) {
          report.unknown("imageTagMutabilityExclusionFilters");
        }
      }
    },
  },
);

/** Characters that a tag can begin with. Source: Amazon ECR API Reference, "ImageIdentifier". */
const FIRST_CHARACTERS = Array.from(
  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_",
);

/** Whether patterns, in which * is any text, match every tag: only stars, or a pattern for each first character. */
function excludesAll(patterns: readonly Value[]): boolean {
  const beginnings = patterns
    .map((pattern) => /^([^*]?)\*+$/.exec(toText(pattern))?.[1])
    .filter((beginning) => beginning !== undefined);
  return beginnings.includes("") || FIRST_CHARACTERS.every((each) => beginnings.includes(each));
}
