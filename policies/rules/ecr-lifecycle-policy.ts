import { propsOf } from "../graph/inputs";
import { ECR_LIFECYCLE_POLICY, ECR_REPOSITORY } from "../graph/tokens";
import { isAbsent } from "../graph/value";
import { type Companions, reportLacking } from "../lib/companions";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "ecr-lifecycle-policy",
    description: "ECR repositories delete old images.",
    level: "advisory",
    severity: "low",
    framework: securityHub(
      "ECR.3",
      "ECR repositories have at least one lifecycle policy configured",
    ),
    remediationSteps: "Add an aws.ecr.LifecyclePolicy whose repository is this one's name.",
    url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html",
    types: [ECR_REPOSITORY, ECR_LIFECYCLE_POLICY],
  },
  {
    stack({ resources }, report) {
      const companions: Companions = {
        ...{ of: [ECR_REPOSITORY], type: ECR_LIFECYCLE_POLICY, by: "repository" },
        // In CloudFormation, a repository contains its lifecycle policy.
        needs: (repository) => isAbsent(propsOf(repository).lifecyclePolicy),
      };
      reportLacking(resources, companions, report, "The repository has no lifecycle policy.");
    },
  },
);
